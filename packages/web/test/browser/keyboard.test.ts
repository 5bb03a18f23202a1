/**
 * Everything by keyboard alone: from the list through a conversation to ending another device, without a single click.
 */
import { assert, beforeAll, it } from "@effect/vitest"
import { ConversationId } from "@hibiki/core/domain/Ids"
import type { Page } from "playwright-core"
import { type Account, createGroup, makeAccount, openDirect, readLog, readRows, signInAgain } from "./harness/api.ts"
import { equalInTime, inTime } from "./harness/eventually.ts"
import { composerOf, messageRow, signedIn } from "./harness/person.ts"
import { seedMessages } from "./harness/seed.ts"
import { wordsOf } from "./harness/words.ts"
import { useWorld } from "./harness/world.ts"

const world = useWorld()
let aki: Account
let ben: Account
let direct = ""
beforeAll(async () => {
  const { origin } = world.server()
  ;[aki, ben] = await Promise.all([makeAccount(origin, "aki", "Aki"), makeAccount(origin, "ben", "Ben")])
  direct = await openDirect(origin, aki, ben)
  await seedMessages(origin, ben, direct, ["first", "second", "third"])
})

/** What has the focus, as somebody who hears the page would be told. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const element = document.activeElement
    if (element === null || element === document.body) return ""
    const label = element.getAttribute("aria-label") ?? ""
    return `${element.tagName} ${label} ${element.getAttribute("data-conversation") ?? ""} ${(element.textContent ?? "").slice(0, 80)}`
  })

/** Presses a key until what has the focus is the wanted; a bound keeps a trap from hanging the test. */
const until = async (page: Page, key: string, wanted: RegExp, atMost = 60) => {
  const seen: Array<string> = []
  for (let n = 0; n < atMost; n++) {
    const at = await focused(page)
    if (wanted.test(at)) return at
    seen.push(at)
    await page.keyboard.press(key)
  }
  return assert.fail(`${wanted} is not reached by ${key}: ${seen.join(" | ")}`)
}

it("open the list, a conversation, write, react, go to the devices and end one", async () => {
  const device = await world.device({ name: "keys", language: "en" })
  const page = await signedIn(device, "aki")
  const words = wordsOf("en")
  await page.locator(`[data-conversation="${direct}"]`).waitFor()

  await until(page, "Tab", /Ben/)
  await page.keyboard.press("Enter")
  await messageRow(page, "third").waitFor()

  await until(page, "Tab", /TEXTAREA/)
  await page.keyboard.type("by keyboard")
  await page.keyboard.press("Enter")
  await equalInTime(
    "the message",
    async () => (await readLog(device.origin, ben, direct)).at(-1)?.[1],
    () => "by keyboard"
  )

  // The timeline is one stop; arrows go from message to message, Enter goes into one's actions.
  await until(page, "Shift+Tab", /ARTICLE/)
  await until(page, "ArrowUp", /ARTICLE.*third/)
  await page.keyboard.press("Enter")
  await until(page, "Tab", new RegExp(words.chat.act.react), 10)
  await page.keyboard.press("Enter")
  await inTime("the choice of reactions", () => page.getByRole("button", { name: "👍" }).first().isVisible())
  await until(page, "Tab", /👍/, 20)
  await page.keyboard.press("Enter")
  await inTime("the reaction in the log", async () =>
    JSON.stringify(await readRows(device.origin, ben, direct)).includes("👍")
  )

  await page.goto(`${device.origin}/`)
  await page.locator(`[data-conversation="${direct}"]`).waitFor()
  await until(page, "Tab", new RegExp(words.conversations.own.menu("Aki")))
  await page.keyboard.press("Enter")
  await until(page, "ArrowDown", new RegExp(words.conversations.own.settings), 10)
  await page.keyboard.press("Enter")
  await page.getByRole("heading", { name: words.settings.title }).first().waitFor()
  await until(page, "Tab", new RegExp(words.settings.devices), 80)
  await page.keyboard.press("Enter")
  // Else it is the page of before that is loaded again.
  await inTime("the devices in the address", () => new URL(page.url()).pathname === "/settings/devices")
  await signInAgain(device.origin, "aki")
  await page.reload()
  await page
    .getByRole("button", { name: /program/ })
    .first()
    .waitFor()
  await until(page, "Tab", /program/, 80)
  await page.keyboard.press("Enter")
  const dialog = page.getByRole("dialog")
  await dialog.waitFor()
  await page.keyboard.press("Escape")
  await dialog.waitFor({ state: "hidden" })
  assert.match(await focused(page), /program/, "the focus is back where it was")
  await page.keyboard.press("Enter")
  await until(page, "Tab", /INPUT/, 10)
  const rows = page.locator("[data-device]")
  const before = await rows.count()
  await page.keyboard.type("a quiet room in autumn")
  await page.keyboard.press("Enter")
  await page
    .getByText(/program is signed out/)
    .first()
    .waitFor()
  await inTime("its row is gone", async () => (await rows.count()) === before - 1)
  assert.match(await focused(page), /^BUTTON.*program/, "the focus is at the device that came in its place")
  assert.strictEqual(await composerOf(page).count(), 0)
  assert.isDefined(aki)
})

it("see who has read and come back by Esc, and go along to the message that is answered", async () => {
  const { origin } = world.server()
  const words = wordsOf("en").chat
  const group = await createGroup(origin, ben, "Keys", [aki])
  await seedMessages(origin, ben, group, ["the question", ...Array.from({ length: 60 }, (_, n) => `later ${n}`)])
  const question = (await readRows(origin, ben, group)).find(({ text }) => text === "the question")?.seq
  const terminal = await world.terminal("aki")
  terminal.client.post(ConversationId.make(group), "my answer", question)
  await inTime("the answer", async () => (await readLog(origin, ben, group)).some(([, text]) => text === "my answer"))

  const page = await signedIn(await world.device({ name: "keys in a group", language: "en" }), "aki")
  await page.goto(`${origin}/c/${group}`)
  await messageRow(page, "later").first().waitFor()
  await until(page, "Shift+Tab", /ARTICLE/)
  await until(page, "End", /ARTICLE.*my answer/, 5)
  await page.keyboard.press("Enter")
  await until(page, "Tab", new RegExp(words.act.readers), 5)
  await page.keyboard.press("Enter")
  assert.match(await focused(page), new RegExp(`DIV ${words.readers.title}`))
  await page.keyboard.press("Escape")
  await inTime(
    "the list of readers is closed",
    async () => !(await page.getByRole("dialog", { name: words.readers.title }).isVisible())
  )
  assert.match(await focused(page), new RegExp(words.act.readers))

  await page.keyboard.press("Escape")
  await page.keyboard.press("Enter")
  // It is far above, and not loaded yet.
  assert.match(await focused(page), new RegExp(`BUTTON.*${words.row.replyUnknown}`))
  await page.keyboard.press("Enter")
  await inTime("the focus on the question", async () => /ARTICLE Ben.*the question/.test(await focused(page)))
  await page.keyboard.press("ArrowDown")
  assert.match(await focused(page), /ARTICLE.*later 0/)
})
