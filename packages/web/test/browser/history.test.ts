/**
 * A long history: opened at its end, scrolled back through to its beginning without a jump, and the same after a
 * reload.
 */
import { assert, beforeAll, it } from "@effect/vitest"
import type { Page } from "playwright-core"
import { type Account, createGroup, makeAccount, readLog } from "./harness/api.ts"
import { equalInTime, inTime } from "./harness/eventually.ts"
import { isLive, openConversation, signedIn } from "./harness/person.ts"
import { readScreen, readVisible, timelineOf, unevenHeights } from "./harness/screen.ts"
import { seedMessages } from "./harness/seed.ts"
import { useWorld } from "./harness/world.ts"

const world = useWorld()
const count = 2_000
let aki: Account
let ben: Account
let chi: Account
let group = ""
beforeAll(async () => {
  const { origin } = world.server()
  ;[aki, ben, chi] = await Promise.all([
    makeAccount(origin, "aki", "Aki"),
    makeAccount(origin, "ben", "Ben"),
    makeAccount(origin, "chi", "Chi")
  ])
  group = await createGroup(origin, ben, "Long", [aki, chi])
  const text = (n: number) => (n % 7 === 0 ? `${n} ${"長い文章が続きます。".repeat(1 + (n % 11))}` : `message ${n}`)
  await seedMessages(
    origin,
    ben,
    group,
    Array.from({ length: count }, (_, n) => text(n))
  )
})

/** The row in the middle of what is seen, and where it stands. */
const middleRow = (page: Page) =>
  timelineOf(page).evaluate((timeline): readonly [seq: string, top: number] => {
    const { top, height } = timeline.getBoundingClientRect()
    const row = [...timeline.querySelectorAll("[data-seq]")].find(
      (row) => row.getBoundingClientRect().bottom > top + height / 2
    )
    return [row?.getAttribute("data-seq") ?? "", row?.getBoundingClientRect().top ?? Number.NaN]
  })

it("is read from the end to the beginning, whole and in order, and a reload shows the same", async () => {
  const device = await world.device({ name: "aki", language: "en" })
  const page = await signedIn(device, "aki")
  await openConversation(page, group)
  const log = await readLog(device.origin, aki, group)
  assert.strictEqual(log.length, count)
  const [firstSeq, lastSeq] = [log[0]?.[0] ?? 0, log.at(-1)?.[0] ?? 0]
  // What is not read yet begins at the very first message; the way to the end is offered.
  await inTime("rows", async () => (await readVisible(page)).length > 0)
  await timelineOf(page).press("End")
  await inTime("the end", async () => (await readVisible(page)).some(([seq]) => seq === lastSeq))
  await equalInTime(
    "the screen",
    () => readScreen(page, firstSeq),
    () => log,
    80_000
  )

  // The elements stay few, however much was read.
  assert.isBelow(await page.evaluate(() => document.querySelectorAll("*").length), 1_500)
  await page.reload()
  await isLive(page)
  const shown = await inTime("rows after the reload", async () => {
    const visible = await readVisible(page)
    return visible.length > 0 && visible
  })
  const texts = new Map(log)
  for (const [seq, text] of shown) assert.strictEqual(text, texts.get(seq))
})

it("what is read does not move while older messages come in", async () => {
  const device = await world.device({ name: "aki", language: "ja", size: "phone" })
  const page = await signedIn(device, "aki")
  await openConversation(page, group)
  await inTime("rows", async () => (await readVisible(page)).length > 0)
  const moves = await timelineOf(page).evaluate(async (timeline) => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
    const rows = () => [...timeline.querySelectorAll("[data-seq]")]
    const moved: Array<number> = []
    for (let turn = 0; turn < 40; turn++) {
      // By hand: a page that was opened at what is unread keeps that in view until somebody moves.
      timeline.dispatchEvent(new WheelEvent("wheel"))
      timeline.scrollBy({ top: -timeline.clientHeight * 0.6 })
      await frame()
      await frame()
      const middle = timeline.getBoundingClientRect().top + timeline.clientHeight / 2
      const held = rows().find((row) => row.getBoundingClientRect().bottom > middle)
      if (held === undefined) continue
      const seq = held.getAttribute("data-seq")
      const at = held.getBoundingClientRect().top
      // Some frames in which nobody scrolls: what comes in meanwhile may not push.
      for (let n = 0; n < 10; n++) await frame()
      const now = timeline.querySelector(`[data-seq="${seq}"]`)?.getBoundingClientRect().top ?? Number.POSITIVE_INFINITY
      moved.push(Math.abs(now - at))
    }
    return moved
  })
  assert.isAtLeast(moves.length, 30)
  assert.isAtMost(Math.max(...moves), 0.5, `moved by ${moves.map((move) => move.toFixed(1)).join(" ")}`)
})

it("what is read does not move either when all that was here was read before older messages come in", async () => {
  const device = await world.device({ name: "aki", language: "ja", size: "phone" })
  const page = await signedIn(device, "aki")
  await openConversation(page, group)
  await inTime("rows", async () => (await readVisible(page)).length > 0)
  let letIn: (() => void) | undefined
  await page.route("**", async (route) => {
    if (route.request().postData()?.includes('"tag":"history.page"') === true)
      await new Promise<void>((resolve) => {
        letIn = resolve
      })
    await route.continue()
  })
  const moves: Array<number> = []
  for (const fromStart of [0, 10, 20, 0, 10, 20]) {
    // By hand, and for some frames: what comes into view is measured then.
    await timelineOf(page).evaluate(async (timeline, top) => {
      timeline.dispatchEvent(new WheelEvent("wheel"))
      for (let n = 0; n < 10; n++) {
        timeline.scrollTo({ top })
        await new Promise((resolve) => requestAnimationFrame(resolve))
      }
    }, fromStart)
    const come = await inTime("older messages are asked for", () => letIn)
    letIn = undefined
    const [seq, at] = await middleRow(page)
    const before = await timelineOf(page).evaluate((timeline) => timeline.scrollHeight)
    come()
    await inTime("older messages", () =>
      timelineOf(page).evaluate((timeline, height) => timeline.scrollHeight > height + 500, before)
    )
    moves.push(
      await timelineOf(page).evaluate(
        async (timeline, [held, top]) => {
          for (let n = 0; n < 10; n++) await new Promise((resolve) => requestAnimationFrame(resolve))
          return Math.abs(
            (timeline.querySelector(`[data-seq="${held}"]`)?.getBoundingClientRect().top ?? Number.POSITIVE_INFINITY) -
              top
          )
        },
        [seq, at] as const
      )
    )
  }
  assert.isAtMost(Math.max(...moves), 0.5, `moved by ${moves.map((move) => move.toFixed(1)).join(" ")}`)
})

it("a jump to the first unread message loads what is around it, and reading on what comes next", async () => {
  const device = await world.device({ name: "chi", language: "en" })
  const page = await signedIn(device, "chi")
  let pages = 0
  page.on("request", (request) => {
    if (request.postData()?.includes('"tag":"history.page"') === true) pages++
  })
  const log = await readLog(device.origin, chi, group)
  const first = log[0]?.[0] ?? 0
  await openConversation(page, group)
  await page.locator(".pill-unread").click()
  await inTime("the first message", async () => (await readVisible(page)).some(([seq]) => seq === first))
  /** Twenty frames in which nothing loads: what follows one load by itself has begun by then. */
  const rested = () =>
    timelineOf(page).evaluate(async (timeline) => {
      for (let still = 0; still < 20; still++) {
        await new Promise((resolve) => requestAnimationFrame(resolve))
        if (timeline.getAttribute("aria-busy") === "true") still = 0
      }
    })
  await rested()
  assert.isAtMost(pages, 5, "the newest, those around the place, and what comes within one view of them")

  const seen = new Map(await readVisible(page))
  for (let last = 0; last < (log[150]?.[0] ?? 0); last = Math.max(...seen.keys())) {
    await timelineOf(page).evaluate((timeline) => timeline.scrollBy({ top: timeline.clientHeight * 0.6 }))
    await rested()
    for (const [seq, text] of await readVisible(page)) seen.set(seq, text)
  }
  assert.deepStrictEqual(
    [...seen].sort(([a], [b]) => a - b),
    log.slice(0, seen.size)
  )
  assert.isAtMost(pages, 10)
})

it.each([
  ["ja", "phone"],
  ["ja", "laptop"],
  ["en", "phone"],
  ["en", "laptop"]
] as const)("rows are whole pixels high, whatever stands in them (%s, %s)", async (language, size) => {
  const { origin } = world.server()
  const marked = await createGroup(origin, ben, "Marked", [aki])
  const texts = [
    "plain, and 日本語, and an emoji 👍",
    "> a quote\n\nand an answer",
    "- one\n- `two`\n- **three**",
    "`code` in a line, ||hidden|| there, *slanted* ~~struck~~ and https://example.org/",
    "```\ncode\n  of its own\n```",
    `a long one: ${"とても長い文章が続きます。".repeat(20)}`
  ]
  await seedMessages(origin, aki, marked, texts)
  await seedMessages(origin, ben, marked, texts)
  const page = await signedIn(await world.device({ name: "aki", language, size }), "aki")
  await openConversation(page, marked)
  // Up to its very first message: on the way every row is measured.
  const log = await readLog(origin, aki, marked)
  assert.strictEqual((await readScreen(page, log[0]?.[0] ?? 0)).length, texts.length * 2)
  assert.deepStrictEqual(await unevenHeights(page), [])
  await timelineOf(page).press("End")
  assert.deepStrictEqual(await unevenHeights(page), [])
})
