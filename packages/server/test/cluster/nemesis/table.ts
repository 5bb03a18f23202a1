/** What came of a run, in lines to read. */
import type { StrikeFigures } from "./judge/StrikeFigures.ts"
import type { RoundReport } from "./nemesisRun.ts"

const columns = [
  "fault",
  "strikes",
  "commands/s",
  "violations",
  "misses",
  "shown by (least)",
  "calm p99",
  "struck p99",
  "longest",
  "sockets",
  "back p99",
  "1st accepted",
  "presence"
]

/** A line for each fault of each round; times are those of the worst strike. */
export const tableOf = (reports: ReadonlyArray<RoundReport>): ReadonlyArray<string> => {
  const rows = [columns, ...reports.flatMap(rowsOf)]
  const widths = columns.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const total = (of: (report: RoundReport) => number) => reports.reduce((sum, report) => sum + of(report), 0)
  return [
    ...rows.map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd()
    ),
    `${total(({ strikes }) => strikes.length)} strikes, ${total(({ commands }) => commands)} commands in ${Math.round(total(({ seconds }) => seconds))} s, ${total(({ membershipChanges }) => membershipChanges)} membership changes, ${total(({ violations }) => violations.length)} violations`
  ]
}

const rowsOf = ({ commands, seconds, strikes, violations }: RoundReport): ReadonlyArray<ReadonlyArray<string>> =>
  [...new Set(strikes.map(({ fault }) => fault))].map((fault) => {
    const own = strikes.filter((strike) => strike.fault === fault)
    const figures = own.map((strike) => strike.figures)
    const worst = (of: (figures: StrikeFigures) => number | undefined) => msOf(figures.flatMap((one) => of(one) ?? []))
    return [
      fault,
      `${own.length}`,
      `${Math.round(commands / Math.max(seconds, 1))}`,
      `${violations.length}`,
      `${own.reduce((sum, { misses }) => sum + misses.length, 0)}`,
      shownBy(figures),
      worst(({ calmP99Ms }) => calmP99Ms),
      worst(({ p99Ms }) => p99Ms),
      worst(({ settledMs }) => settledMs),
      `${figures.reduce((sum, { ended }) => sum + ended, 0)}`,
      worst(({ ended, resumedP99Ms }) => (ended === 0 ? undefined : resumedP99Ms)),
      worst(({ firstAcceptedMs }) => firstAcceptedMs),
      worst(({ presenceMs }) => presenceMs)
    ]
  })

const shownBy = (figures: ReadonlyArray<StrikeFigures>): string => {
  const names = new Set(figures.flatMap(({ shown }) => Object.keys(shown)))
  const least = (name: string) => Math.min(...figures.flatMap(({ shown }) => shown[name] ?? []))
  return [...names].map((name) => `${name} ${least(name)}`).join(", ")
}

const msOf = (values: ReadonlyArray<number>): string =>
  values.length === 0 ? "" : `${Math.round(Math.max(...values))} ms`
