/** What the pairs of runs say together. */
import { markdownTable, median } from "../../../core/bench/report.ts"
import type { LatencyRun } from "./latencyRun.ts"

export interface PairReport {
  readonly calm: LatencyRun
  readonly stalled: LatencyRun
  /** Bytes, by what filled the server's bound. */
  readonly cost: { readonly long: number; readonly short: number }
  /** What must not happen, as sentences. */
  readonly wrong: ReadonlyArray<string>
}

/** The first two: either is enough. */
const bounds = { moreMs: 2, morePercent: 10, costBytes: 2 * 1_048_576 } as const

const ms = (value: number): string => `${value.toFixed(1)} ms`
const percent = (value: number): string => `${value.toFixed(0)} %`
const megabytes = (bytes: number): string => `${(bytes / 1_048_576).toFixed(2)} MB`

const movedMs = ({ calm, stalled }: PairReport): number => stalled.latencies.p99 - calm.latencies.p99
const movedPercent = (pair: PairReport): number => (100 * movedMs(pair)) / pair.calm.latencies.p99

const summary = (reports: ReadonlyArray<PairReport>) => ({
  moreMs: median(reports.map(movedMs)),
  morePercent: median(reports.map(movedPercent)),
  long: median(reports.map(({ cost }) => cost.long)),
  short: median(reports.map(({ cost }) => cost.short))
})

export const tablesOf = (reports: ReadonlyArray<PairReport>, closedAfterMs: number): string => {
  const pairs = reports.map((pair, i) => {
    const { calm, stalled } = pair
    const [without, by] = [calm.latencies, stalled.latencies]
    const p99s = [ms(without.p99), ms(by.p99), ms(movedMs(pair)), percent(movedPercent(pair))]
    return [`${i + 1}`, ms(without.p50), ms(by.p50), ...p99s, ms(calm.afterStall.p99), ms(stalled.afterStall.p99)]
  })
  const { long, moreMs, morePercent, short } = summary(reports)
  const stalled = reports.map((report) => report.stalled)
  const held = Math.max(...stalled.map(({ heldBytes }) => heldBytes))
  const kernel = median(stalled.map(({ kernelBytes }) => kernelBytes))
  const behind = median(stalled.map(({ behindAfterMs }) => (behindAfterMs ?? Number.NaN) / 1_000))
  const deliveries = Math.min(...stalled.map(({ latencies }) => latencies.count))
  const rows = [
    ["others' p99, more by", `${ms(moreMs)}, ${percent(morePercent)}`, "2 ms or 10 %", "median of the pairs"],
    [
      "memory of the server, long texts",
      megabytes(long),
      megabytes(bounds.costBytes),
      "heap and buffers after collection, against before and after"
    ],
    [
      "memory of the server, short texts",
      megabytes(short),
      megabytes(bounds.costBytes),
      "the same with many small frames"
    ],
    ["most that the server held unsent", megabytes(held), "", "its bound is 1 MB, looked at four times a second"],
    ["held by the operating system", megabytes(kernel), "", "of both ends, before the server's own"],
    [
      "behind after",
      `${behind.toFixed(1)} s`,
      "",
      "from the stall on; caught up at its end from the log, in order and once"
    ],
    [
      "closed after",
      `${(closedAfterMs / 1_000).toFixed(1)} s`,
      "",
      "one that stays behind, with 4504; caught up when it was back"
    ],
    ["deliveries in a run", `${deliveries}`, "", "to the others"]
  ]
  const headings = ["pair", "p50", "stalled", "p99", "stalled", "more", "", "p99 after", "stalled"]
  return `${markdownTable([headings, ...pairs])}\n\n"After": in the 3 s from when the stalled reader reads on, in which it is caught up.\n\n${markdownTable([["measure", "value", "bound", "how"], ...rows])}`
}

/** As sentences; none: every bound holds. */
export const failures = (reports: ReadonlyArray<PairReport>): ReadonlyArray<string> => {
  const { long, moreMs, morePercent, short } = summary(reports)
  // Written so that NaN, of what was not measured, fails.
  const moves = moreMs <= bounds.moreMs || morePercent <= bounds.morePercent
  return [
    ...(moves ? [] : [`FAILED: the others' p99 is ${ms(moreMs)} (${percent(morePercent)}) more`]),
    ...(Math.max(long, short) <= bounds.costBytes
      ? []
      : [`FAILED: a stalled reader costs ${megabytes(long)} or ${megabytes(short)}`]),
    ...reports.flatMap(({ wrong }, i) => wrong.map((what) => `FAILED in pair ${i + 1}: ${what}`))
  ]
}
