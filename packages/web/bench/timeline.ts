/** Measures of the timeline: opening, scrolling, what moves while somebody reads, a burst, and sending. */
import type { Page } from "playwright-core"
import { type Measured, median, percentile } from "../../core/bench/report.ts"
import { waitFor } from "../../server/test/e2e/harness.ts"
import type { Account } from "../test/browser/harness/api.ts"
import { keptRows } from "../test/browser/harness/kept.ts"
import { conversationLine } from "../test/browser/harness/person.ts"
import { type Bench, freshProfile, heapMb, inPage, openAt } from "./page.ts"

export interface Place {
  readonly handle: string
  readonly conversationId: string
  readonly head: number
}

/** By a click in the list, in a profile that has read nothing of it. */
export const openHuge = async (bench: Bench, huge: Place, runs: number): Promise<Measured> => {
  const times: Array<number> = []
  for (let run = 0; run < runs; run++) {
    const { context, page } = await freshProfile(bench, huge.handle)
    const line = conversationLine(page, huge.conversationId)
    await line.waitFor()
    const seen = page.evaluate((head) => {
      const clicked = new Promise<void>((resolve) =>
        document.addEventListener("click", () => resolve(), { capture: true, once: true })
      )
      return clicked.then(() => Reflect.get(globalThis, "instruments").untilSeen(head))
    }, huge.head)
    await line.click()
    times.push(await seen)
    await context.close()
  }
  return {
    what: "100,000 messages: opened at the end",
    value: median(times),
    unit: "ms",
    budget: 500,
    hard: 1_000,
    how: "click in the list, nothing cached"
  }
}

export const cachedReload = async (bench: Bench, reader: Account, huge: Place, runs: number): Promise<Measured> => {
  const { context, page } = await freshProfile(bench, huge.handle)
  await openAt(bench, page, huge.conversationId, huge.head)
  // Rows are kept a while after they are shown: a reload before that shows what the server tells, and each one after it
  // as well, for none lasts so long.
  await waitFor(
    "the rows to be kept",
    async () => (await keptRows(page, reader, huge.conversationId)).at(-1)?.seq === huge.head
  )
  const times: Array<number> = []
  for (let run = 0; run < runs; run++) {
    await page.reload()
    await page.waitForFunction(() => Reflect.get(globalThis, "instruments").firstRowAt() !== undefined)
    times.push((await inPage(page, "firstRowAt")) ?? Number.NaN)
  }
  await context.close()
  return {
    what: "cached timeline after a reload",
    value: median(times),
    unit: "ms",
    budget: 300,
    hard: 600,
    how: "start of navigation to rows painted"
  }
}

export const scrolling = async (bench: Bench, huge: Place, runs: number): Promise<ReadonlyArray<Measured>> => {
  const { context, page } = await freshProfile(bench, huge.handle)
  await openAt(bench, page, huge.conversationId, huge.head)
  const rests: Array<number> = []
  const p95s: Array<number> = []
  const longest: Array<number> = []
  const moves: Array<number> = []
  for (let run = 0; run < runs; run++) {
    rests.push(percentile(await inPage(page, "rest", 120), 95))
    const deltas = await inPage(page, "scrollUp", 300, 40)
    p95s.push(percentile(deltas, 95))
    longest.push(Math.max(...deltas))
    moves.push(await moveWhilePrepending(page))
  }
  const elements = await inPage(page, "elements")
  await context.close()
  return [
    {
      what: "frame at rest, p95",
      value: median(rests),
      unit: "ms",
      budget: 20,
      how: "this machine with this page doing nothing"
    },
    {
      what: "scrolling back: frame p95",
      value: median(p95s),
      unit: "ms",
      budget: 20,
      hard: 34,
      how: "300 frames of 40 px, loading as it goes"
    },
    { what: "scrolling back: longest frame", value: median(longest), unit: "ms", budget: 50, how: "of the same" },
    {
      what: "older messages put in front: move of what is read",
      value: Math.max(...moves),
      unit: "px",
      budget: 1,
      hard: 1,
      how: "largest of all runs"
    },
    { what: "elements in the page", value: elements, unit: "", budget: 1_500, how: "after scrolling" }
  ]
}

/** Steps back through what is not loaded yet, and reads for a moment after each step while older messages come. */
const moveWhilePrepending = async (page: Page): Promise<number> => {
  let most = 0
  for (let step = 0; step < 12; step++) {
    await inPage(page, "scrollUp", 2, 400)
    await inPage(page, "rest", 3)
    most = Math.max(most, (await inPage(page, "hold", 250)).moved)
  }
  return most
}

export const burstSize = 2_000

/** `burst` posts 200 messages a second for 10 s. */
export const bursts = async (
  bench: Bench,
  room: Place,
  burst: () => Promise<void>
): Promise<ReadonlyArray<Measured>> => {
  const { context, page } = await freshProfile(bench, room.handle)
  await openAt(bench, page, room.conversationId, room.head)
  const following = inPage(page, "follow", 10_500)
  await burst()
  const { away, deltas } = await following
  // What did not arrive would move nothing.
  await inPage(page, "untilSeen", room.head + burstSize)
  await page.locator('[data-testid="timeline"]').evaluate((element) => element.scrollBy({ top: -1_500 }))
  await inPage(page, "rest", 30)
  const reading = inPage(page, "hold", 10_500)
  await burst()
  const held = await reading
  await page.locator('[data-testid="timeline"]').press("End")
  await inPage(page, "untilSeen", room.head + 2 * burstSize)
  await context.close()
  return [
    {
      what: "200 messages a second, following: away from the end",
      value: away,
      unit: "px",
      budget: 2,
      hard: 200,
      how: "largest of all frames in 10 s"
    },
    {
      what: "200 messages a second, following: frame p95",
      value: percentile(deltas, 95),
      unit: "ms",
      budget: 33,
      how: "in the same 10 s"
    },
    {
      what: "200 messages a second, reading above: move",
      value: held.moved,
      unit: "px",
      budget: 1,
      hard: 1,
      how: "largest of all frames in 10 s"
    },
    {
      what: "200 messages a second, reading above: frame p95",
      value: percentile(held.deltas, 95),
      unit: "ms",
      budget: 33,
      how: "in the same 10 s"
    }
  ]
}

export const sending = async (bench: Bench, room: Place, runs: number): Promise<Measured> => {
  const { context, page } = await freshProfile(bench, room.handle)
  await openAt(bench, page, room.conversationId, room.head)
  const times: Array<number> = []
  for (let run = 0; run < runs; run++) times.push(await inPage(page, "sendAndSee", `sent from the bench, ${run}`))
  await context.close()
  return {
    what: "Enter to the message on the screen",
    value: median(times),
    unit: "ms",
    budget: 33,
    hard: 100,
    how: "optimistic row, the next frame included"
  }
}

/** Opens twenty conversations of 200 messages each, then the list. */
export const heap = async (bench: Bench, handle: string, rooms: ReadonlyArray<Place>): Promise<Measured> => {
  const { context, page } = await freshProfile(bench, handle)
  for (const room of rooms) {
    await conversationLine(page, room.conversationId).click()
    await inPage(page, "untilSeen", room.head)
  }
  const value = await heapMb(page)
  await context.close()
  return {
    what: "heap, 20 conversations of 200 read",
    value,
    unit: "MB",
    budget: 25,
    hard: 50,
    how: "after collecting garbage"
  }
}
