/**
 * Where a conversation opens that has unread messages: at the first of them when they are here, else at the end with a
 * way up.
 */
import { assert, beforeAll, it } from "@effect/vitest"
import { ConversationId } from "@hibiki/core/domain/Ids"
import type { Page } from "playwright-core"
import { type Account, createGroup, makeAccount } from "./harness/api.ts"
import { equalInTime, inTime } from "./harness/eventually.ts"
import { composerOf, conversationLine, messageRow, openConversation, signedIn, unreadOf } from "./harness/person.ts"
import { readVisible, timelineOf } from "./harness/screen.ts"
import { seedMessages } from "./harness/seed.ts"
import { wordsOf } from "./harness/words.ts"
import { useWorld } from "./harness/world.ts"

const world = useWorld()
const words = wordsOf("en").chat
let aki: Account
let ben: Account
beforeAll(async () => {
  const { origin } = world.server()
  ;[aki, ben] = await Promise.all([makeAccount(origin, "aki", "Aki"), makeAccount(origin, "ben", "Ben")])
})

/** A group in which Ben wrote, and Aki has read all but the last `unread` messages. Messages are numbered from 1. */
const groupWith = async (messages: number, unread: number): Promise<string> => {
  const { origin } = world.server()
  const group = await createGroup(origin, ben, `${unread} of ${messages}`, [aki])
  await seedMessages(
    origin,
    ben,
    group,
    Array.from({ length: messages }, (_, n) => `message ${n + 1}`)
  )
  if (unread === messages) return group
  const terminal = await world.terminal("aki")
  terminal.open(group)
  await inTime("the terminal's socket", () => terminal.client.status()._tag === "live")
  await inTime("the messages at the terminal", () => terminal.lines(group).at(-1)?.[1] === `message ${messages}`)
  // The first event of a group makes it.
  terminal.client.read(ConversationId.make(group), messages - unread + 1)
  await terminal.close()
  return group
}

/** How far below the top of the view the divider stands; undefined: out of view. */
const dividerTop = (page: Page): Promise<number | undefined> =>
  timelineOf(page).evaluate((timeline, text) => {
    const view = timeline.getBoundingClientRect()
    const divider = [...timeline.querySelectorAll("*")].find(
      (element) => element.children.length === 0 && element.textContent === text
    )
    const box = divider?.getBoundingClientRect()
    return box !== undefined && box.top >= view.top && box.bottom <= view.bottom ? box.top - view.top : undefined
  }, words.timeline.unreadFrom)

const opened = async (messages: number, unread: number) => {
  const group = await groupWith(messages, unread)
  const device = await world.device({ name: `${unread} of ${messages}`, language: "en" })
  const page = await signedIn(device, "aki")
  await equalInTime(
    "the badge",
    () => unreadOf(page, group),
    () => (unread > 99 ? "99+" : String(unread))
  )
  await openConversation(page, group)
  await inTime("rows", async () => (await readVisible(page)).length > 0)
  return { device, group, page }
}

/** As the way to the end says it; undefined while it says none. */
const countBelow = async (page: Page): Promise<number | undefined> => {
  const [text = ""] = await page.locator(".pill-latest").allTextContents()
  const count = Number.parseInt(text, 10)
  return text === words.timeline.newMessages(`${count}`) ? count : undefined
}

/** The last message that is whole in view, but for the 8 px of its end that may be out of it. */
const lastWhole = (page: Page): Promise<number> =>
  timelineOf(page).evaluate((timeline) => {
    const { bottom } = timeline.getBoundingClientRect()
    const rows = [...timeline.querySelectorAll("[data-seq]")].filter(
      (row) => row.getBoundingClientRect().bottom <= bottom + 8
    )
    return Math.max(...rows.map((row) => Number(row.getAttribute("data-seq"))))
  })

const isAtEnd = (page: Page, last: string) =>
  inTime("the last message in view", () => messageRow(page, last).isVisible())

it("few: they are seen with the line above them, and what comes is followed", async () => {
  const { group, page } = await opened(60, 5)
  await inTime("the divider", async () => (await dividerTop(page)) !== undefined)
  await isAtEnd(page, "message 60")
  await equalInTime(
    "the badge of what was seen",
    () => unreadOf(page, group),
    () => ""
  )
  await seedMessages(world.server().origin, ben, group, ["one more"])
  await isAtEnd(page, "one more")
})

it("more than fit: the first of them is at the top, and stays there while more comes", async () => {
  const { group, page } = await opened(60, 40)
  const top = await inTime("the divider", () => dividerTop(page))
  assert.isBelow(top, 120)
  // Whoever made the group stands before the first message.
  const belowAt = (head: number) =>
    equalInTime(
      "how many are below",
      () => countBelow(page),
      async () => head - (await lastWhole(page))
    )
  await belowAt(61)
  const below = 61 - (await lastWhole(page))
  assert.isTrue(below > 0 && below < 40, `${below} of 40`)
  await seedMessages(world.server().origin, ben, group, ["one more", "and another"])
  await belowAt(63)
  const after = await dividerTop(page)
  assert.isAtMost(Math.abs((after ?? Number.POSITIVE_INFINITY) - top), 1)
  await timelineOf(page).hover()
  await page.mouse.wheel(0, 300)
  await inTime("fewer below what was seen since", async () => ((await countBelow(page)) ?? below + 2) < below + 2)
  await belowAt(63)
  await page.getByRole("button", { name: words.timeline.toNew(`${await countBelow(page)}`), exact: true }).click()
  await isAtEnd(page, "and another")
  await page.locator(".pill-latest").waitFor({ state: "detached" })
})

for (const [unread, px] of [
  [40, 300],
  [0, -300]
] as const)
  it(`the first movement after it opened, with ${unread} unread, is not taken back`, async () => {
    const group = await groupWith(60, unread)
    const device = await world.device({ name: `at once, ${unread}`, language: "en" })
    const page = await signedIn(device, "aki")
    await equalInTime(
      "the badge",
      () => unreadOf(page, group),
      () => (unread === 0 ? "" : `${unread}`)
    )
    await openConversation(page, group)
    if (unread > 0) await inTime("the divider", () => dividerTop(page))
    else await isAtEnd(page, "message 60")
    await timelineOf(page).hover()
    const before = await timelineOf(page).evaluate((timeline) => {
      const fromEnd = () => timeline.scrollHeight - timeline.scrollTop
      const at: Array<number> = []
      // What comes into view is measured in the frames after: longer than it took to take the movement back.
      const stands = new Promise((resolve) => {
        const look = () => {
          at.push(fromEnd())
          if (at.length > 40) resolve(at)
          else requestAnimationFrame(look)
        }
        timeline.addEventListener("wheel", look, { once: true, passive: true })
      })
      Object.assign(window, { stands })
      return fromEnd()
    })
    await page.mouse.wheel(0, px)
    const stands = await page.evaluate((): Promise<ReadonlyArray<number>> => Reflect.get(window, "stands"))
    const furthest = px > 0 ? Math.min(...stands) : Math.max(...stands)
    assert.isAbove(Math.abs(furthest - before), 200, "it moved")
    assert.isBelow(Math.abs((stands.at(-1) ?? 0) - furthest), 100, stands.join(", "))
  })

it("one that was read elsewhere than at its end opens where it was left, however high its messages are", async () => {
  const { origin } = world.server()
  const group = await createGroup(origin, ben, "high and low", [aki])
  await seedMessages(
    origin,
    aki,
    group,
    Array.from({ length: 60 }, (_, n) => `message ${n + 1}${"\nand more of it".repeat((n * 7) % 9)}`)
  )
  const other = await createGroup(origin, ben, "the other", [aki])
  const device = await world.device({ name: "left", language: "en" })
  const page = await signedIn(device, "aki")
  await openConversation(page, group)
  await isAtEnd(page, "message 60")
  /** The first message whose top is in view, and how far below the view's. */
  const stand = () =>
    timelineOf(page).evaluate((timeline) => {
      const { top } = timeline.getBoundingClientRect()
      const row = [...timeline.querySelectorAll("[data-seq]")].find((one) => one.getBoundingClientRect().top >= top)
      return row === undefined
        ? ""
        : `${row.getAttribute("data-seq")} at ${Math.round(row.getBoundingClientRect().top - top)}`
    })
  await timelineOf(page).hover()
  for (let turn = 0; turn < 4; turn++) {
    const before = await stand()
    await page.mouse.wheel(0, -400)
    await inTime("it moves", async () => (await stand()) !== before)
  }
  const left = await stand()
  await openConversation(page, other)
  await inTime("the other one", async () => (await readVisible(page)).length === 0)
  await openConversation(page, group)
  await equalInTime("where it was left", stand, () => left)
})

it("all of them, in a conversation that fills less than two views", async () => {
  const { page } = await opened(30, 30)
  assert.isBelow(await inTime("the divider", () => dividerTop(page)), 200)
})

for (const [messages, unread] of [
  [99, 80],
  [450, 400]
] as const)
  it(`more than are loaded, ${unread} of ${messages}: opened at the end, and a button leads to the first of them`, async () => {
    const { page } = await opened(messages, unread)
    await isAtEnd(page, `message ${messages}`)
    await page.getByRole("button", { name: words.timeline.toUnread(unread > 99 ? "99+" : `${unread}`) }).click()
    await inTime("the divider", async () => (await dividerTop(page)) !== undefined)
    const [first] = (await readVisible(page)).filter(([, text]) => text === `message ${messages - unread + 1}`)
    assert.isDefined(first, "the first of them stands at the divider")
    assert.isTrue(await composerOf(page).isVisible())
  })

it("on a phone the way back is one way: the system's own back never opens again what was left", async () => {
  const group = await groupWith(3, 3)
  const device = await world.device({ name: "phone", size: "phone", language: "en" })
  const page = await signedIn(device, "aki")
  const path = () => new URL(page.url()).pathname
  const depth = () => page.evaluate(() => history.length)
  await openConversation(page, group)
  const opened = await depth()
  await page.getByRole("link", { name: words.header.back }).click()
  await inTime("the list", () => path() === "/")
  await openConversation(page, group)
  assert.strictEqual(await depth(), opened, "no entry was added on the way back")
  await page.goBack()
  await inTime("the list again", () => path() === "/")
})

for (const size of ["phone", "laptop"] as const)
  it(`moves hardly anything when a conversation opens for the first time, long messages and short (${size})`, async () => {
    const { origin } = world.server()
    const group = await createGroup(origin, ben, `Shifts ${size}`, [aki])
    const texts = Array.from(
      { length: 60 },
      (_, n) => `${n}: ${"as people write, now and then at length. ".repeat(1 + ((n * 7) % 11))}`
    )
    await seedMessages(origin, ben, group, texts)
    const page = await signedIn(await world.device({ name: `shifts ${size}`, language: "en", size }), "aki")
    await conversationLine(page, group).waitFor()
    await page.waitForLoadState("networkidle")
    // Those soon after input, too, which the browser's own score leaves out.
    await page.evaluate(() => {
      const seen = Object.assign(globalThis, { shifted: 0 })
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) seen.shifted += Number(Reflect.get(entry, "value"))
      }).observe({ type: "layout-shift" })
    })
    await openConversation(page, group)
    await timelineOf(page).locator("[data-seq]").nth(3).waitFor()
    await page.waitForLoadState("networkidle")
    const shifted = await page.evaluate(
      () =>
        new Promise<unknown>((resolve) =>
          requestAnimationFrame(() => setTimeout(() => resolve(Reflect.get(globalThis, "shifted"))))
        )
    )
    assert.isAtMost(Number(shifted), 0.05)
  })
