/** Rows in a real browser: long messages fold, and who reacted is told to the pointer, the keyboard and the finger. */
import { assert, beforeAll, describe, it } from "@effect/vitest"
import { ConversationId } from "@hibiki/core/domain/Ids"
import type { Page } from "playwright-core"
import { call } from "../../../server/test/e2e/kill/api.ts"
import { pinWords } from "../../src/features/chat/details/pinWords.ts"
import { type Account, createGroup, freshId, makeAccount, readLog } from "./harness/api.ts"
import { equalInTime, inTime } from "./harness/eventually.ts"
import { composerOf, messageRow, signedIn } from "./harness/person.ts"
import { timelineOf, unevenHeights } from "./harness/screen.ts"
import { seedMessages } from "./harness/seed.ts"
import { wordsOf } from "./harness/words.ts"
import { useWorld } from "./harness/world.ts"

const world = useWorld()
const { chat } = wordsOf("en")
let aki: Account
let ben: Account
beforeAll(async () => {
  const { origin } = world.server()
  ;[aki, ben] = await Promise.all([makeAccount(origin, "aki", "Aki"), makeAccount(origin, "ben", "Ben")])
})

const at = async (id: string, size: "laptop" | "phone" = "laptop") => {
  const page = await signedIn(await world.device({ name: size, size }), "aki")
  await page.goto(`${world.server().origin}/c/${id}`)
  await messageRow(page, "").first().waitFor()
  return page
}
const frames = (page: Page) =>
  page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))

describe("a long message", () => {
  const long = (name: string) => Array.from({ length: 60 }, (_, n) => `${name} line ${n}`).join("\n")
  const top = (page: Page, text: string) =>
    messageRow(page, text).evaluate((row) =>
      Math.round(row.getBoundingClientRect().top - (row.closest("[role=feed]")?.getBoundingClientRect().top ?? 0))
    )
  const isUnfolded = async (page: Page, text: string) =>
    (await messageRow(page, text).getByRole("button", { name: chat.act.showLess }).count()) === 1

  for (const size of ["laptop", "phone"] as const)
    it(`shows its beginning, unfolds where it is, also at the end, and folds to its beginning (${size})`, async () => {
      const { origin } = world.server()
      const group = await createGroup(origin, ben, `Long on a ${size}`, [aki])
      await seedMessages(origin, aki, group, [
        ...Array.from({ length: 20 }, (_, n) => `short ${n}`),
        long("first"),
        "between",
        long("last")
      ])
      const page = await at(group, size)
      const row = messageRow(page, "last line 50")
      await row.waitFor()
      const folded = await row.evaluate((node) => node.getBoundingClientRect().height)
      assert.isBelow(folded, 400)
      // Clicked from within: what drives the page would scroll it first while the list, which moved just now, takes no
      // pointer.
      const before = await top(page, "last line 50")
      await row.getByRole("button", { name: chat.act.showMore }).evaluate((button: HTMLElement) => button.click())
      await inTime("the whole message", () => isUnfolded(page, "last line 50"))
      for (let n = 0; n < 4; n++) await frames(page)
      assert.approximately(await top(page, "last line 50"), before, 1)
      assert.isAbove(await row.evaluate((node) => node.getBoundingClientRect().height), 1_000)
      assert.deepStrictEqual(await unevenHeights(page), [])
      // From its end.
      await timelineOf(page).evaluate((timeline) => timeline.scrollTo({ top: timeline.scrollHeight }))
      await inTime("its end", async () => (await top(page, "last line 50")) < -200)
      await row.getByRole("button", { name: chat.act.showLess }).click()
      await inTime(
        "folded, from its beginning",
        async () => !(await isUnfolded(page, "last line 50")) && (await top(page, "last line 50")) >= 0
      )
      assert.strictEqual(await row.evaluate((node) => node.getBoundingClientRect().height), folded)
    })

  it("unfolds where it is before the list has measured what it began with", async () => {
    const { origin } = world.server()
    const group = await createGroup(origin, ben, "Long and at once", [aki])
    await seedMessages(origin, aki, group, [...Array.from({ length: 20 }, (_, n) => `short ${n}`), long("last")])
    for (const framesBefore of [0, 1, 2]) {
      const page = await signedIn(await world.device({ name: "laptop", size: "laptop" }), "aki")
      await page.addInitScript((wanted) => {
        // Between two frames, as a person's click comes.
        const after = (count: number, then: () => void): void =>
          count === 0 ? void setTimeout(then) : void requestAnimationFrame(() => after(count - 1, then))
        new MutationObserver((_, observer) => {
          const button = document.querySelector<HTMLElement>(".folding-button")
          if (button === null) return
          observer.disconnect()
          after(wanted, () => {
            const row = button.closest<HTMLElement>("article")
            if (row !== null) row.dataset.before = String(row.getBoundingClientRect().top)
            button.click()
          })
        }).observe(document, { childList: true, subtree: true })
      }, framesBefore)
      await page.goto(`${world.server().origin}/c/${group}`)
      await inTime("the whole message", () => isUnfolded(page, "last line 50"))
      for (let n = 0; n < 4; n++) await frames(page)
      const row = messageRow(page, "last line 50")
      const [before, now] = await row.evaluate((node) => [
        Number(node.closest<HTMLElement>("article")?.dataset.before),
        node.getBoundingClientRect().top
      ])
      assert.approximately(now ?? 0, before ?? 0, 1, `${framesBefore} frames`)
      await page.context().close()
    }
  })

  it("unfolds by keys, stays so while one is elsewhere, and is whole for who was led to it", async () => {
    const { origin } = world.server()
    const group = await createGroup(origin, ben, "Led there", [aki])
    await seedMessages(origin, aki, group, [long("quoted"), ...Array.from({ length: 40 }, (_, n) => `short ${n}`)])
    const quoted = (await readLog(origin, aki, group)).find(([, text]) => text.startsWith("quoted"))?.[0] ?? 0
    const terminal = await world.terminal("ben")
    terminal.open(group)
    terminal.client.post(ConversationId.make(group), "as said above", quoted)
    const page = await at(group)
    await messageRow(page, "as said above").locator(".quote").click()
    await inTime("the whole message", () => isUnfolded(page, "quoted line 50"))
    await page.keyboard.press("Escape")
    // What is on its way to a row goes on for some frames.
    await inTime("it is far away", async () => {
      await timelineOf(page).evaluate((timeline) => timeline.scrollTo({ top: timeline.scrollHeight }))
      return (await messageRow(page, "quoted line 50").count()) === 0
    })
    await inTime("it is back, and whole", async () => {
      await timelineOf(page).evaluate((timeline) => timeline.scrollTo({ top: 0 }))
      return isUnfolded(page, "quoted line 50")
    })
    const row = messageRow(page, "quoted line 50")
    await row.focus()
    await page.keyboard.press("Enter")
    const button = row.getByRole("button", { name: chat.act.showLess })
    await inTime("the button by its keys", async () => {
      if (await button.evaluate((node) => node === document.activeElement)) return true
      await page.keyboard.press("Tab")
      return false
    })
    assert.strictEqual(await button.getAttribute("aria-expanded"), "true")
    await page.keyboard.press("Enter")
    await equalInTime(
      "folded, with the focus where it was",
      () =>
        page.evaluate(() => [
          document.activeElement?.textContent,
          document.activeElement?.getAttribute("aria-expanded")
        ]),
      () => [chat.act.showMore, "false"]
    )
  })
})

describe("who reacted", () => {
  const setUp = async (title: string) => {
    const { origin } = world.server()
    const group = await createGroup(origin, ben, title, [aki])
    await seedMessages(origin, aki, group, ["tea?"])
    const seq = (await readLog(origin, aki, group))[0]?.[0] ?? 0
    const terminal = await world.terminal("ben")
    terminal.open(group)
    terminal.client.react(ConversationId.make(group), seq, "🍵", true)
    return group
  }
  const told = (page: Page) => page.getByRole("tooltip").filter({ hasText: "Ben" })

  it("is told to the pointer, and by keys to those who hear the page", async () => {
    const page = await at(await setUp("Tea"))
    const button = page.getByRole("button", { name: chat.row.reaction("🍵", 1, false) })
    await button.hover()
    await told(page).waitFor()
    await composerOf(page).hover()
    await told(page).waitFor({ state: "detached" })
    await messageRow(page, "tea?").focus()
    await page.keyboard.press("Enter")
    await inTime("the reaction by its keys", async () => {
      if (await button.evaluate((node) => node === document.activeElement)) return true
      await page.keyboard.press("Tab")
      return false
    })
    await told(page).waitFor()
    await inTime("the names, spoken", async () =>
      ((await page.getByTestId("announcer").textContent()) ?? "").includes("Ben")
    )
    assert.strictEqual(await button.getAttribute("aria-describedby"), await told(page).getAttribute("id"))
    await page.keyboard.press("Escape")
    await told(page).waitFor({ state: "detached" })
  })

  it("is told to a finger that stays, which reacts to nothing by that", async () => {
    const { origin } = world.server()
    const group = await setUp("Tea on a phone")
    const page = await at(group, "phone")
    const button = page.getByRole("button", { name: chat.row.reaction("🍵", 1, false) })
    const box = await button.boundingBox()
    const point = { x: (box?.x ?? 0) + 10, y: (box?.y ?? 0) + 10 }
    const session = await page.context().newCDPSession(page)
    await session.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [point] })
    await told(page).waitFor()
    await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] })
    assert.strictEqual(await button.getAttribute("aria-pressed"), "false")
    await button.tap()
    await page.getByRole("button", { name: chat.row.reaction("🍵", 2, true) }).waitFor()
    assert.strictEqual((await readLog(origin, aki, group)).length, 1)
  })
})

it("a pinned message says so to all, its pin and the details lead to it, and it is unpinned by who likes", async () => {
  const { origin } = world.server()
  const group = await createGroup(origin, ben, "Pins", [aki])
  await seedMessages(origin, aki, group, [
    "the way to the house",
    ...Array.from({ length: 60 }, (_, n) => `short ${n}`),
    "where was it?"
  ])
  const [first, second] = [await at(group), await at(group, "phone")]
  const details = (page: Page) => page.getByRole("link", { name: chat.header.details })
  const pins = (page: Page) => page.getByRole("region", { name: pinWords.en.title })
  const act = async (page: Page, text: string, what: "pin" | "unpin") => {
    const row = messageRow(page, text)
    await row.hover()
    await row.getByRole("button", { name: chat.act.more }).click()
    await page.getByRole("menuitem", { name: chat.act[what] }).click()
  }
  await details(first).click()
  await pins(first).getByText(pinWords.en.none).waitFor()
  await act(first, "where was it?", "pin")
  await pins(first).getByText("where was it?").waitFor()

  // On the phone by the row that tells of it, and from the details, which cover the conversation.
  await messageRow(second, "where was it?").getByTitle(chat.row.pinned).waitFor()
  await timelineOf(second).getByRole("button", { name: "Aki pinned a message" }).waitFor()
  const [target] = (await readLog(origin, aki, group)).find(([, text]) => text === "the way to the house") ?? []
  await call(origin, "conversation.pin", { id: freshId(), conversationId: group, target }, ben.accessToken)
  await details(second).click()
  await pins(second).getByText("the way to the house").click()
  await inTime("it is in sight", () => messageRow(second, "the way to the house").isVisible())
  assert.strictEqual(new URL(second.url()).pathname, `/c/${group}`)

  // Beside the timeline the details stay.
  await pins(first).getByText("the way to the house").click()
  await inTime("it is in sight", () => messageRow(first, "the way to the house").isVisible())
  await act(first, "the way to the house", "unpin")
  await pins(first).getByText("the way to the house").waitFor({ state: "detached" })
  await messageRow(second, "the way to the house").getByTitle(chat.row.pinned).waitFor({ state: "detached" })
})
