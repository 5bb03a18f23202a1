/**
 * With fingers, on narrow and on wide screens: what is to be hit is large enough, and no field is so small that a phone
 * zooms into it.
 */
import { assert, beforeAll, it } from "@effect/vitest"
import { ConversationId } from "@hibiki/core/domain/Ids"
import type { Locator, Page } from "playwright-core"
import { choicesWords } from "../../src/features/chat/row/choicesWords.ts"
import { type Account, createGroup, makeAccount, readRows } from "./harness/api.ts"
import { inTime } from "./harness/eventually.ts"
import { composerOf, messageRow, openConversation, post, signedIn } from "./harness/person.ts"
import { timelineOf, unevenHeights } from "./harness/screen.ts"
import { seedMessages } from "./harness/seed.ts"
import { wordsOf } from "./harness/words.ts"
import { useWorld } from "./harness/world.ts"

const world = useWorld()
const words = wordsOf("en")
let aki: Account
let ben: Account
let group = ""
beforeAll(async () => {
  const { origin } = world.server()
  ;[aki, ben] = await Promise.all([makeAccount(origin, "aki", "Aki"), makeAccount(origin, "ben", "Ben")])
  group = await createGroup(origin, ben, "Touch", [aki])
  await seedMessages(
    origin,
    ben,
    group,
    Array.from({ length: 40 }, (_, n) => `earlier ${n}`)
  )
  await seedMessages(origin, ben, group, ["the question", "```\nsome code\n```"])
  const rows = await readRows(origin, ben, group)
  const seqOf = (text: string) => rows.find((row) => row.text === text)?.seq ?? assert.fail(`no row ${text}`)
  const terminal = await world.terminal("ben")
  const id = ConversationId.make(group)
  terminal.client.react(id, seqOf("the question"), "👍", true)
  terminal.client.post(id, "as an answer", seqOf("the question"))
  await inTime("the answer", async () =>
    (await readRows(origin, ben, group)).some(({ text }) => text === "as an answer")
  )
  await seedMessages(origin, aki, group, ["my own", "another of mine", "mine, the third"])
  await seedMessages(origin, ben, group, ["the last"])
})

const leastPx = 44

/** How far one may miss the middle of it, up and down, and to both sides. */
const reachOf = (target: Locator): Promise<readonly [width: number, height: number]> =>
  target.evaluate((node) => {
    const box = node.getBoundingClientRect()
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2]
    const isHit = (dx: number, dy: number) =>
      document.elementFromPoint(x + dx, y + dy)?.closest("button, a, textarea, input, label") === node
    const run = (dx: number, dy: number) => {
      let steps = 0
      while (steps < 100 && isHit(dx * steps, dy * steps)) steps++
      return steps
    }
    return [run(-1, 0) + run(1, 0) - 1, run(0, -1) + run(0, 1) - 1] as const
  })

/**
 * In time: what was just led to may still be on its way, or have something over it. `lead`: what a person does to get
 * there, once more at each look.
 */
const assertReach = async (name: string, target: Locator, lead?: () => Promise<unknown>) => {
  // What is counted are points one pixel apart: a part of one at each end is not.
  const isLarge = ([width, height]: readonly [number, number]) => Math.min(width, height) >= leastPx - 1
  let last: readonly [number, number] | undefined
  try {
    await inTime(`${name} within reach`, async () => {
      await lead?.()
      if (!(await target.isVisible())) return false
      await target.scrollIntoViewIfNeeded()
      last = await reachOf(target)
      return isLarge(last)
    })
  } catch (error) {
    if (last !== undefined) assert.fail(`${name} is ${last.join(" x ")}`)
    throw error
  }
}

const fontPx = (field: Locator) => field.evaluate((node) => Number.parseFloat(getComputedStyle(node).fontSize))

/**
 * Of the newest rows: a conversation with much that is unread opens far above them, and stays there until somebody
 * moves it by hand.
 */
const assertReachAtEnd = (name: string, page: Page, target: Locator) =>
  assertReach(name, target, () =>
    timelineOf(page).evaluate((timeline) => {
      timeline.dispatchEvent(new WheelEvent("wheel"))
      timeline.scrollTo({ top: timeline.scrollHeight })
    })
  )

for (const size of ["phone", "tablet"] as const)
  it(`what is to be hit is large enough for fingers (${size})`, async () => {
    const device = await world.device({ name: size, language: "en", size })
    const page = await signedIn(device, "aki")
    const filter = page.getByRole("searchbox", { name: words.conversations.filter })
    await filter.fill("Tou")
    assert.isAtLeast(await fontPx(filter), 16)
    await assertReach("the filter's end", page.getByRole("button", { name: words.conversations.clearFilter }))
    await openConversation(page, group)
    assert.isAtLeast(await fontPx(composerOf(page)), 16)
    await assertReachAtEnd(
      "the readers",
      page,
      messageRow(page, "mine, the third").getByRole("button", { name: words.chat.act.readers })
    )
    // Lines of a group are closer than fingers are thick.
    const more = messageRow(page, "another of mine").getByRole("button", { name: words.chat.act.more })
    const showActs = () =>
      inTime("the acts of the row", async () => {
        await page.getByText("another of mine", { exact: true }).tap()
        return more.isVisible()
      })
    await showActs()
    await messageRow(page, "another of mine").getByRole("button", { name: words.chat.act.react }).tap()
    await assertReach("the field for any emoji", page.getByLabel(choicesWords.en.own, { exact: true }))
    await page.keyboard.press("Escape")
    await showActs()
    await more.tap()
    await assertReach("the readers in the menu", page.getByRole("menuitem", { name: words.chat.act.readers }))
    await page.getByRole("menuitem", { name: words.chat.act.readers }).tap()
    await page.getByRole("dialog", { name: words.chat.readers.title }).waitFor()
    await page.keyboard.press("Escape")
    await assertReachAtEnd("the quote", page, page.locator(".quote"))
    await assertReachAtEnd(
      "the copy button",
      page,
      page.getByRole("button", { name: words.chat.act.copy, exact: true })
    )
    await assertReachAtEnd("a reaction", page, page.locator(".reaction"))
    await composerOf(page).fill("to be sent")
    await assertReach("send", page.getByRole("button", { name: words.chat.composer.send, exact: true }))
    assert.deepStrictEqual(await unevenHeights(page), [])
    await timelineOf(page).evaluate((timeline) => timeline.scrollTo({ top: 0 }))
    await assertReach("the way to the end", page.locator(".pill-latest"))

    device.network.set("cut")
    await inTime("the cut is seen", async () => (await page.locator("body").getAttribute("data-live")) !== "true")
    await post(device, page, "waits to be sent")
    const waiting = timelineOf(page).locator("[data-pending]").filter({ hasText: "waits to be sent" })
    const acts = waiting.locator(".note-act")
    await acts.first().waitFor()
    for (const act of await acts.all()) await assertReach(`${await act.textContent()} of what was not sent`, act)
    const [first, second] = await acts.evaluateAll((nodes) => nodes.map((node) => node.getBoundingClientRect()))
    assert.isAtLeast((second?.left ?? 0) - (first?.right ?? 0), 8, "the room between two of them")
    device.network.set("up")
    await messageRow(page, "waits to be sent").waitFor()

    await page.goto(`${device.origin}/settings`)
    await assertReach("a tick", page.locator(".settings-check"))
    await page.goto(`${device.origin}/new`)
    await page.getByRole("tab", { name: words.newConversation.tabs.room }).click()
    await page.getByLabel(words.newConversation.members, { exact: true }).fill("ben")
    await page.getByRole("button", { name: /@ben/ }).click()
    await assertReach("one who is chosen", page.locator(".room-member"))
  })

it("an empty composer is one line high, however long the name of the conversation, and grows with what is written", async () => {
  const { origin } = world.server()
  const long = await createGroup(
    origin,
    ben,
    "秋の編集会議と来年の企画をゆっくり話し合うための長い名前の部屋".repeat(2),
    [aki]
  )
  const device = await world.device({ name: "long", size: "phone", language: "en" })
  const page = await signedIn(device, "aki")
  const heightOf = async () => (await composerOf(page).boundingBox())?.height
  await openConversation(page, group)
  const one = await heightOf()
  await page.goto(`${origin}/c/${long}`)
  await composerOf(page).waitFor()
  assert.strictEqual(await heightOf(), one)
  await composerOf(page).fill("written ".repeat(20))
  assert.isAbove((await heightOf()) ?? 0, one ?? 0)
})
