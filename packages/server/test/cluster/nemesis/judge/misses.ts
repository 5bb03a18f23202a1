/** What is wrong with the figures of one strike. */
import type { Asked } from "../Fault.ts"
import type { StrikeFigures } from "./StrikeFigures.ts"

/** As ever: less than twice as long, or sooner than after any deadline that could be waited for in vain. */
const ordinaryMs = (calmP99Ms: number): number => Math.max(2 * calmP99Ms, unseenMs)
const unseenMs = 700
/**
 * What any fault may hold a send up for; one that lasts about as long, or longer, holds it until it is over, and a
 * backlog is answered soon after.
 */
const settledMaxMs = 30_000
const settledAfterMaxMs = 10_000

export const missesOf = (figures: StrikeFigures, asked: Asked): ReadonlyArray<string> => {
  const {
    calmP99Ms,
    ended,
    firstAcceptedMs,
    p99Ms,
    presenceMs,
    resumedP99Ms,
    sends,
    settledAfterMs,
    settledMs,
    shown
  } = figures
  const misses = Object.entries(shown).flatMap(([name, count]) =>
    count > 0 ? [] : [`not shown by ${name}: it proves nothing`]
  )
  const over = (what: string, ms: number | undefined, bound: number | undefined) => {
    if (bound !== undefined && (ms ?? Number.POSITIVE_INFINITY) > bound)
      misses.push(`${what} ${textOf(ms)}, more than ${Math.round(bound)} ms`)
  }
  over("the first send was accepted after", firstAcceptedMs, asked.firstAcceptedMs)
  over("presence was right after", presenceMs, asked.presenceMs)
  if (asked.settledMs !== undefined || settledAfterMs > settledAfterMaxMs)
    over("a send was answered after", settledMs, asked.settledMs ?? settledMaxMs)
  if (asked.resumedMs !== undefined) {
    if (ended === 0) misses.push("no socket ended: it proves nothing")
    over("of 100 sockets 99 were live again after", resumedP99Ms, asked.resumedMs)
  }
  if (asked.socketsStay === true && ended > 0) misses.push(`${ended} sockets ended`)
  if (asked.goesOn === true) {
    if (sends === 0) misses.push("nothing was sent meanwhile: it proves nothing")
    over(`of 100 sends (${Math.round(calmP99Ms)} ms in calm) 99 were answered after`, p99Ms, ordinaryMs(calmP99Ms))
  }
  return misses
}

const textOf = (ms: number | undefined): string =>
  ms === undefined || !Number.isFinite(ms) ? "never" : `${Math.round(ms)} ms`
