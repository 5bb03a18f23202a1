/**
 * What somebody with 1,000 conversations feels on a device that is four times slower: sending, opening, what moves at a
 * first open, a warm start, and what others' messages cost.
 */
import type { CDPSession, Page } from "playwright-core"
import { type Measured, median } from "../../core/bench/report.ts"
import { waitFor } from "../../server/test/e2e/harness.ts"
import { type Account, createGroup, makeAccount, openDirect } from "../test/browser/harness/api.ts"
import { keptRows } from "../test/browser/harness/kept.ts"
import { conversationLine } from "../test/browser/harness/person.ts"
import { seedEach, seedMessages } from "../test/browser/harness/seed.ts"
import { type Bench, freshProfile, inPage, type Size } from "./page.ts"
import type { Place } from "./timeline.ts"

const slower = 4
const messagesEach = 60
/** Longer than it takes until everything that a first open asks for was answered. */
const settledMs = 2_000

export interface Crowd {
  readonly reader: Account
  /** Who writes to the reader. */
  readonly writer: Account
  /** In the order in which the list has them, the newest first. */
  readonly groups: ReadonlyArray<string>
  /** First opens: read, unread, and with one other person. */
  readonly places: ReadonlyArray<Place & { readonly kind: string; readonly title: string }>
}

/** Of the `count` groups one in ten holds something unread. */
export const makeCrowd = async (origin: string, name: string, count: number): Promise<Crowd> => {
  const [reader, writer] = await Promise.all(
    [name, `${name}-writer`].map((handle) => makeAccount(origin, handle, handle))
  )
  if (reader === undefined || writer === undefined) throw new Error("no accounts")
  const groups: Array<string> = []
  for (let index = 0; index < count; index++) groups.push(await createGroup(origin, reader, `Group ${index}`, [writer]))
  const isUnread = (_: string, index: number) => index % 10 === 0
  await seedEach(
    origin,
    reader,
    groups.filter((id, index) => !isUnread(id, index)),
    "a word of one's own"
  )
  await seedEach(origin, writer, groups.filter(isUnread), "a word of somebody else")
  const read = await createGroup(origin, reader, "All read", [writer])
  await seedMessages(origin, reader, read, texts(messagesEach))
  const unread = await createGroup(origin, reader, "Much unread", [writer])
  await seedMessages(origin, writer, unread, texts(messagesEach))
  const direct = await openDirect(origin, reader, writer)
  await seedMessages(origin, reader, direct, texts(messagesEach))
  const place = (conversationId: string, kind: string, title: string) => ({
    ...{ handle: reader.handle, conversationId, head: messagesEach + 1 },
    ...{ kind, title }
  })
  return {
    reader,
    writer,
    groups: groups.toReversed(),
    places: [
      place(direct, "direct", writer.handle),
      place(unread, "unread", "Much unread"),
      place(read, "read", "All read")
    ]
  }
}

/** Of one line to six. */
const texts = (count: number) =>
  Array.from(
    { length: count },
    (_, index) => `${index}: ${"as people write, now and then at length. ".repeat(1 + ((index * 7) % 11))}`
  )

const throttled = async (page: Page, rate = slower): Promise<CDPSession> => {
  const session = await page.context().newCDPSession(page)
  await session.send("Emulation.setCPUThrottlingRate", { rate })
  return session
}

export const sendingSlowly = async (bench: Bench, { places: [place] }: Crowd, runs: number): Promise<Measured> => {
  if (place === undefined) throw new Error("no conversation")
  const { context, page } = await freshProfile(bench, place.handle)
  await page.goto(`${bench.origin}/c/${place.conversationId}`)
  await inPage(page, "untilRows")
  await inPage(page, "rest", 60)
  await throttled(page)
  const times: Array<number> = []
  for (let run = 0; run < runs; run++) {
    times.push(await inPage(page, "sendAndPaint", `sent slowly, ${run} of ${Date.now()}`))
    await inPage(page, "rest", 30)
  }
  await context.close()
  return {
    what: "4x slower: Enter to the own message, painted",
    value: median(times),
    unit: "ms",
    budget: 60,
    hard: 150,
    how: "among 1,000 conversations"
  }
}

/** Groups far apart in the list, none of which was opened before. */
export const openingSlowly = async (bench: Bench, { reader }: Crowd, runs: number): Promise<Measured> => {
  const { context, page } = await freshProfile(bench, reader.handle)
  await page.locator("[data-conversation]").first().waitFor()
  await inPage(page, "rest", 60)
  await throttled(page)
  const times: Array<number> = []
  for (let run = 0; run < runs; run++) {
    const line = page.locator("[data-conversation]").nth(2 + 2 * run)
    const seen = page.evaluate(() => {
      const clicked = new Promise<void>((resolve) =>
        document.addEventListener("click", () => resolve(), { capture: true, once: true })
      )
      return clicked.then(() => Reflect.get(globalThis, "instruments").untilSeen(2))
    })
    await line.click()
    times.push(await seen)
    await inPage(page, "rest", 60)
  }
  await context.close()
  return {
    what: "4x slower, 1,000 conversations: one of them opened",
    value: median(times),
    unit: "ms",
    budget: 300,
    hard: 700,
    how: "click in the list, nothing cached"
  }
}

/**
 * By a tap or a click in the list, in a profile that has opened none of them. Shifts soon after an input count as well.
 */
export const shifts = async (bench: Bench, { places }: Crowd, size: Size): Promise<Measured> => {
  const { context, page } = await freshProfile(bench, places[0]?.handle ?? "", size)
  let most = 0
  for (const place of places) {
    // Among so many its line is not in the page else.
    await page.getByRole("searchbox").first().fill(place.title)
    const line = conversationLine(page, place.conversationId)
    await line.waitFor()
    await inPage(page, "rest", 30)
    await inPage(page, "takeShifts")
    await line.click()
    await inPage(page, "untilRows")
    await page.waitForTimeout(settledMs)
    const { all, causes } = await inPage(page, "takeShifts")
    if (process.argv.includes("--shifts")) console.error(size, place.kind, all, causes)
    most = Math.max(most, all)
    if (size === "phone") await page.goBack()
  }
  await context.close()
  return {
    what: `first open of a conversation, ${size}: layout shift`,
    value: most,
    unit: "",
    budget: 0.05,
    hard: 0.1,
    how: "largest of read, unread and direct; soon after input, too"
  }
}

/** A reload at a conversation that this browser keeps. */
export const warmStart = async (
  bench: Bench,
  { places, reader }: Crowd,
  rate: 1 | 4,
  runs: number
): Promise<Measured> => {
  const [place] = places
  if (place === undefined) throw new Error("no conversation")
  const { context, page } = await freshProfile(bench, place.handle)
  await page.goto(`${bench.origin}/c/${place.conversationId}`)
  await inPage(page, "untilRows")
  await waitFor(
    "the rows to be kept",
    async () => (await keptRows(page, reader, place.conversationId)).length >= messagesEach / 2
  )
  // The list is kept a while after it changed.
  await page.waitForTimeout(2 * settledMs)
  await throttled(page, rate)
  const times: Array<number> = []
  for (let run = 0; run < runs; run++) {
    await page.reload()
    await page.waitForFunction(() => Reflect.get(globalThis, "instruments").firstRowAt() !== undefined)
    times.push((await inPage(page, "firstRowAt")) ?? Number.NaN)
    // Until nothing of this start is left to do.
    await page.waitForTimeout(settledMs)
  }
  await context.close()
  return {
    what:
      rate === 1 ? "1,000 conversations: cached timeline after a reload" : "4x slower: cached timeline after a reload",
    value: median(times),
    unit: "ms",
    budget: rate === 1 ? 300 : 500,
    hard: rate === 1 ? 600 : 1_500,
    how: "start of navigation to rows painted"
  }
}

/** Work of the page for a message that comes into a conversation that is not open, ten a second. */
export const incoming = async (
  bench: Bench,
  { groups, places: [place], reader, writer }: Crowd
): Promise<ReadonlyArray<Measured>> => {
  if (place === undefined) throw new Error("no conversation")
  const { context, page } = await freshProfile(bench, reader.handle)
  await page.goto(`${bench.origin}/c/${place.conversationId}`)
  await inPage(page, "untilRows")
  const session = await throttled(page)
  await session.send("Performance.enable")
  const worked = async (): Promise<number> => {
    const { metrics } = await session.send("Performance.getMetrics")
    return (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN) * 1_000
  }
  const [count, perSecond] = [40, 10]
  const during = async (act: () => Promise<void>) => {
    const before = await worked()
    const frames = inPage(page, "framesFor", (count / perSecond) * 1_000)
    await act()
    return { frames: await frames, work: (await worked()) - before }
  }
  await inPage(page, "rest", 60)
  const quiet = await during(async () => {})
  const into = groups.slice(-count)
  const busy = await during(() => seedEach(bench.origin, writer, into, "one more", perSecond))
  await context.close()
  const list = `${groups.length.toLocaleString("en")} conversations`
  return [
    {
      what: `4x slower, ${list}: work for each message of others`,
      value: Math.max(0, busy.work - quiet.work) / count,
      unit: "ms",
      budget: 25,
      how: "main thread, 10 a second into conversations that are not open"
    },
    {
      what: `4x slower, ${list}: frames in 4 s of these`,
      value: -busy.frames,
      unit: "",
      budget: -120,
      how: `shown below zero; ${quiet.frames} while nothing comes`
    }
  ]
}
