/**
 * Writing in a real browser: where typed letters go, what can be undone, what is too long, and what is dropped or
 * pasted.
 */
import { assert, beforeAll, describe, it } from "@effect/vitest"
import type { Page } from "playwright-core"
import { type Account, createGroup, makeAccount, openDirect, readLog } from "./harness/api.ts"
import { equalInTime, inTime } from "./harness/eventually.ts"
import { composerOf, conversationLine, messageRow, signedIn } from "./harness/person.ts"
import { timelineOf } from "./harness/screen.ts"
import { seedMessages } from "./harness/seed.ts"
import { wordsOf } from "./harness/words.ts"
import { useWorld } from "./harness/world.ts"

const world = useWorld()
const words = wordsOf("en")
let aki: Account
let ben: Account
let direct = ""
beforeAll(async () => {
  const { origin } = world.server()
  ;[aki, ben] = await Promise.all([makeAccount(origin, "aki", "Aki"), makeAccount(origin, "ben", "Ben")])
  direct = await openDirect(origin, aki, ben)
  await seedMessages(origin, ben, direct, ["hello"])
})

const isFocused = (page: Page) => composerOf(page).evaluate((area) => area === document.activeElement)
const textIs = (page: Page, wanted: string) =>
  equalInTime(
    "the text",
    () => composerOf(page).inputValue(),
    () => wanted
  )
const at = async (name: string, id = direct, size: "laptop" | "phone" = "laptop") => {
  const page = await signedIn(await world.device({ name, size }), "aki")
  await page.goto(`${world.server().origin}/c/${id}`)
  await composerOf(page).waitFor()
  return page
}

describe("the focus", () => {
  it("goes to the composer with a conversation that is made, opened, or pressed once more", async () => {
    const { origin } = world.server()
    const page = await at("a laptop")
    await inTime("the composer at a page load", () => isFocused(page))
    await page.goto(`${origin}/new`)
    await page.getByRole("tab", { name: words.newConversation.tabs.room }).click()
    await page.getByLabel(words.newConversation.name, { exact: true }).fill("Walks")
    await page.getByRole("button", { name: words.newConversation.create, exact: true }).click()
    await page.waitForURL(/\/c\//)
    await inTime("the composer of what was made", () => isFocused(page))
    await conversationLine(page, direct).click()
    await messageRow(page, "hello").waitFor()
    await inTime("the composer of what was opened", () => isFocused(page))
    await timelineOf(page).focus()
    await conversationLine(page, direct).click()
    await inTime("the composer of what was open", () => isFocused(page))
  })

  it("follows letters that are typed where nothing takes them, and no others", async () => {
    const page = await at("types")
    await messageRow(page, "hello").waitFor()
    await timelineOf(page).focus()
    await page.keyboard.type("Grüße あ")
    await textIs(page, "Grüße あ")
    await composerOf(page).fill("")
    // Acts keep theirs: what scrolls, what a menu looks for, what belongs to a chord, and what a dialog is asked.
    await timelineOf(page).focus()
    for (const key of ["Space", "Control+a", "Alt+x", "ArrowUp"]) await page.keyboard.press(key)
    assert.isFalse(await isFocused(page))
    await page.keyboard.press("Control+/")
    await page.getByRole("dialog", { name: words.keys.title }).waitFor()
    await page.keyboard.type("no")
    await page.keyboard.press("Escape")
    await page.getByLabel(words.conversations.filter, { exact: true }).fill("")
    await page.keyboard.type("Be")
    assert.strictEqual(await page.getByLabel(words.conversations.filter, { exact: true }).inputValue(), "Be")
    assert.strictEqual(await composerOf(page).inputValue(), "")
  })

  it("stays out of the composer on a phone, whose keyboard would cover what is read", async () => {
    const page = await at("a phone", direct, "phone")
    await messageRow(page, "hello").waitFor()
    assert.isFalse(await isFocused(page))
  })
})

describe("marks", () => {
  it("can be undone and made again, with what was typed before them", async () => {
    const page = await at("marks")
    const area = composerOf(page)
    await area.click()
    await page.keyboard.type("one two")
    for (let n = 0; n < 3; n++) await page.keyboard.press("Shift+ArrowLeft")
    await page.keyboard.press("Control+b")
    await textIs(page, "one **two**")
    await page.keyboard.press("Control+i")
    await textIs(page, "one ***two***")
    await page.keyboard.press("Control+z")
    await textIs(page, "one **two**")
    await page.keyboard.press("Control+z")
    await textIs(page, "one two")
    await page.keyboard.press("Control+y")
    await textIs(page, "one **two**")
    // Browsers differ in how much of what was typed one step takes back.
    await inTime("nothing", async () => {
      await page.keyboard.press("Control+z")
      return (await area.inputValue()) === ""
    })
  })

  it("around nothing are typed into, taken away again, and undone", async () => {
    const page = await at("empty marks")
    await composerOf(page).click()
    await page.keyboard.type("a ")
    await page.keyboard.press("Control+e")
    await textIs(page, "a ``")
    await page.keyboard.press("Control+e")
    await textIs(page, "a ")
    await page.keyboard.press("Control+e")
    await page.keyboard.type("b")
    await textIs(page, "a `b`")
    for (const wanted of ["a ``", "a "]) {
      await page.keyboard.press("Control+z")
      await textIs(page, wanted)
    }
  })
})

describe("a text that is too long", () => {
  it("stays, and Enter and the button say by how much; shortened, it is sent", async () => {
    const { origin } = world.server()
    const id = await createGroup(origin, aki, "Long texts", [ben])
    const page = await at("writes much", id)
    const area = composerOf(page)
    await area.click()
    // Counted as the server counts: by characters as Unicode has them, and not by UTF-16 units.
    await page.evaluate(() => document.execCommand("insertText", false, "😀".repeat(4_002)))
    const problem = page.getByRole("alert").filter({ hasText: words.chat.composer.tooLong(2) })
    await page.keyboard.press("Enter")
    await problem.waitFor()
    assert.isTrue(await isFocused(page))
    assert.strictEqual((await area.inputValue()).length, 8_004)
    await page.keyboard.press("Backspace")
    await problem.waitFor({ state: "detached" })
    await page.getByRole("button", { name: words.chat.composer.send, exact: true }).click()
    await page
      .getByRole("alert")
      .filter({ hasText: words.chat.composer.tooLong(1) })
      .waitFor()
    await page.keyboard.press("Backspace")
    await page.keyboard.press("Enter")
    await equalInTime(
      "the log",
      async () => (await readLog(origin, aki, id)).map(([, text]) => [...text].length),
      () => [4_000]
    )
    await textIs(page, "")
  })

  it("is told of near the bound, once and politely", async () => {
    const page = await at("comes near")
    await composerOf(page).click()
    await page.evaluate(() => document.execCommand("insertText", false, "a".repeat(3_900)))
    const told = page.getByTestId("announcer")
    await inTime("the count", async () => ((await told.textContent()) ?? "").includes(words.chat.composer.left(100)))
    await page.getByText(words.chat.composer.left(100), { exact: true }).first().waitFor()
  })
})

/**
 * Drops what was dragged from outside of the page onto an element, as the browser does; answers whether it was left to
 * the browser.
 */
const drop = (
  page: Page,
  selector: string,
  kind: "drop" | "paste",
  data: { readonly file?: string; readonly types?: Readonly<Record<string, string>> }
) =>
  page.evaluate(
    ([where, type, { file, types }]) => {
      const transfer = new DataTransfer()
      if (file !== undefined) transfer.items.add(new File(["x"], file, { type: "image/png" }))
      for (const [name, value] of Object.entries(types ?? {})) transfer.setData(name, value)
      const target = document.querySelector(where)
      const at = { bubbles: true, cancelable: true }
      if (type === "paste")
        return target?.dispatchEvent(new ClipboardEvent("paste", { ...at, clipboardData: transfer }))
      target?.dispatchEvent(new DragEvent("dragover", { ...at, dataTransfer: transfer }))
      return target?.dispatchEvent(new DragEvent("drop", { ...at, dataTransfer: transfer }))
    },
    [selector, kind, data] as const
  )

describe("what is dropped", () => {
  it("as a file never takes the page away, and is answered, as a pasted one is", async () => {
    const device = await world.device({ name: "drops" })
    const page = await device.open("/sign-in")
    const told = page.getByText(words.app.noFiles)
    await page.getByLabel(words.session.handle, { exact: true }).waitFor()
    assert.isFalse(await drop(page, "body", "drop", { file: "a.png" }))
    await told.first().waitFor()
    const inside = await at("drops inside")
    for (const where of ["textarea", ".timeline", ".shell-list"])
      assert.isFalse(await drop(inside, where, "drop", { file: "a.png" }))
    await inside.getByText(words.app.noFiles).first().waitFor()
    const pasting = await at("pastes")
    await drop(pasting, "textarea", "paste", { file: "a.png" })
    await pasting.getByText(words.app.noFiles).first().waitFor()
    assert.strictEqual(await composerOf(pasting).inputValue(), "")
  })

  it("as text or a link goes into the composer, at the caret", async () => {
    const page = await at("drops text")
    await composerOf(page).fill("see ")
    assert.isFalse(
      await drop(page, ".timeline", "drop", {
        types: { "text/uri-list": "https://example.org/a", "text/plain": "https://example.org/a" }
      })
    )
    await textIs(page, "see https://example.org/a")
    assert.isTrue(await isFocused(page))
    await page.keyboard.press("Control+z")
    await textIs(page, "see ")
    assert.isFalse(await drop(page, ".shell-list", "drop", { types: { "text/plain": "this" } }))
    await textIs(page, "see this")
  })
})
