/** The strikes of a fault in one round: their figures, and what is held against them. */
import type { ConversationId } from "@hibiki/core/domain/Ids"
import type { History, HistoryEntry } from "@hibiki/testing/checker/History"
import type { Asked, Bite } from "../Fault.ts"
import { missesOf } from "./misses.ts"
import type { StrikeFigures } from "./StrikeFigures.ts"
import { type Absence, absencesOf, firstSettledAfter, latenciesOf, percentile, type Send, sendsOf } from "./times.ts"

/** How a history names the moments of the n-th strike. */
export const marksOf = (fault: string, n: number) =>
  ({ begins: `${fault} ${n} begins`, back: `${fault} ${n} is back`, over: `${fault} ${n} is over` }) as const

/** What a fault's n-th strike came to. */
export interface Struck {
  readonly fault: string
  readonly n: number
  readonly asked: Asked
  readonly bite: Bite
}

export interface Judgement {
  readonly fault: string
  readonly n: number
  readonly figures: StrikeFigures
  readonly misses: ReadonlyArray<string>
}

interface Span {
  readonly from: number
  readonly to: number
}

/** All strikes of a round, in their order. */
export const judgeStrikes = (strikes: ReadonlyArray<Struck>, { entries }: History): ReadonlyArray<Judgement> => {
  const times = new Map(entries.flatMap((entry) => (entry._tag === "fault" ? [[entry.text, entry.at] as const] : [])))
  const spans = strikes.map(({ fault, n }) => {
    const mark = marksOf(fault, n)
    return { from: times.get(mark.begins) ?? 0, to: times.get(mark.over) ?? Number.POSITIVE_INFINITY }
  })
  const sends = sendsOf(entries)
  const absences = absencesOf(entries)
  const calmP99Ms = percentile(latenciesOf(calmSends(sends, spans)), 0.99)
  return strikes.map(({ asked, bite, fault, n }, i) => {
    const span = spans[i] ?? { from: 0, to: 0 }
    const back = times.get(marksOf(fault, n).back)
    const heldBack = new Set(bite.heldBack)
    // What was sent just before is under way when it begins.
    const struck = sends.filter(
      ({ at, conversationId }) => at >= span.from - underWayMs && at < span.to && !heldBack.has(conversationId)
    )
    const goingOn = struck.filter((send) => !absences.some((absence) => overlaps(send, absence)))
    const ended = absences.filter(({ from }) => from >= span.from && from < span.to)
    const figures: StrikeFigures = {
      shown: heldBack.size > 0 ? { ...bite.shown, "busy answers": busyAnswers(entries, heldBack, span) } : bite.shown,
      sends: goingOn.length,
      calmP99Ms,
      p99Ms: percentile(latenciesOf(goingOn), 0.99),
      settledMs: Math.max(0, ...latenciesOf(struck)),
      settledAfterMs: Math.max(0, ...struck.map(({ settledAt = Number.POSITIVE_INFINITY }) => settledAt - span.to)),
      ended: ended.length,
      resumedP99Ms: percentile(
        ended.map(({ from, to }) => to - from),
        0.99
      ),
      firstAcceptedMs: back === undefined ? undefined : firstSettledAfter(sends, back),
      presenceMs: bite.presenceMs
    }
    return { fault, n, figures, misses: [...(bite.misses ?? []), ...missesOf(figures, asked)] }
  })
}

const underWayMs = 1_000
const begunMs = 3_000
const settlesMs = 2_000

/** Not those of a load that has only begun, nor those near a strike. */
const calmSends = (sends: ReadonlyArray<Send>, spans: ReadonlyArray<Span>): ReadonlyArray<Send> => {
  const begunAt = (sends[0]?.at ?? 0) + begunMs
  return sends.filter(
    ({ at }) => at >= begunAt && spans.every(({ from, to }) => at < from - underWayMs || at > to + settlesMs)
  )
}

/** Whoever has no socket waits for one. */
const overlaps = ({ at, device, settledAt = Number.POSITIVE_INFINITY }: Send, absence: Absence): boolean =>
  absence.device === device && absence.from <= settledAt && absence.to >= at

const busyAnswers = (
  entries: ReadonlyArray<HistoryEntry>,
  heldBack: ReadonlySet<ConversationId>,
  { from, to }: Span
): number =>
  entries.filter(
    (entry) =>
      entry._tag === "received" &&
      entry.frame.op === "busy" &&
      heldBack.has(entry.frame.conversationId) &&
      entry.at >= from &&
      entry.at < to + settlesMs
  ).length
