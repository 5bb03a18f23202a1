/** The figures of the screen "Now" from the seconds of the last ten minutes: tiles, small curves and plots. */
import type { NowRow } from "@hibiki/core/protocol/rpc/OperateRpcs"

export type FigureName = "messages" | "sockets" | "accepted" | "arrived" | "errors" | "waiting"
export const figureNames: ReadonlyArray<FigureName> = [
  "messages",
  "sockets",
  "accepted",
  "arrived",
  "errors",
  "waiting"
]

/** Milliseconds within which so many percent were done. */
export interface Percentiles {
  readonly p50: number
  readonly p95: number
  readonly p99: number
}

/** Rates are per second. */
export interface NowFigures {
  readonly messages: number
  readonly sockets: number
  readonly errors: number
  readonly waiting: number
  /** Undefined: nothing was measured within the last minute. */
  readonly accepted: Percentiles | undefined
  readonly arrived: Percentiles | undefined
}

/** Seconds over which rates are averaged. */
const rateSeconds = 10
/** How old a percentile may be (s). */
const percentilesSeconds = 60

const secondOf = (row: NowRow): number => Number(row.key)

/** The rows of the last `seconds`, up to the newest. Rows are in the order of time. */
export const lastSeconds = (rows: ReadonlyArray<NowRow>, seconds: number): ReadonlyArray<NowRow> => {
  const newest = rows.at(-1)
  if (newest === undefined) return []
  const from = secondOf(newest) - seconds
  return rows.filter((row) => secondOf(row) > from)
}

const sum = (rows: ReadonlyArray<NowRow>, name: "commands" | "errors"): number =>
  rows.reduce((all, row) => all + row[name], 0)

export const errorsOf = (rows: ReadonlyArray<NowRow>, seconds: number): number =>
  sum(lastSeconds(rows, seconds), "errors")

/** Undefined: no second is known. */
export const figuresOf = (rows: ReadonlyArray<NowRow>): NowFigures | undefined => {
  const newest = rows.at(-1)
  if (newest === undefined) return undefined
  const recent = lastSeconds(rows, rateSeconds)
  const measured = lastSeconds(rows, percentilesSeconds)
  const seconds = Math.max(1, recent.length)
  return {
    messages: sum(recent, "commands") / seconds,
    sockets: newest.sockets,
    errors: sum(recent, "errors") / seconds,
    waiting: newest.waiting,
    accepted: lastPercentiles(measured, "acceptedMs"),
    arrived: lastPercentiles(measured, "arrivedMs")
  }
}

const lastPercentiles = (rows: ReadonlyArray<NowRow>, name: "acceptedMs" | "arrivedMs"): Percentiles | undefined => {
  const [p50, p95, p99] = rows.findLast((row) => row[name] !== undefined)?.[name] ?? []
  return p50 === undefined || p95 === undefined || p99 === undefined ? undefined : { p50, p95, p99 }
}

/** One line of a plot: a value a second, `null` where nothing was measured. */
export type Line = ReadonlyArray<number | null>

/** The lines of each plot; of durations p50, p95 and p99. */
export const lineNames: Readonly<Record<FigureName, ReadonlyArray<"requests" | "p50" | "p95" | "p99" | FigureName>>> = {
  messages: ["messages", "requests"],
  sockets: ["sockets"],
  accepted: ["p50", "p95", "p99"],
  arrived: ["p50", "p95", "p99"],
  errors: ["errors"],
  waiting: ["waiting"]
}

const lineValues: Readonly<Record<FigureName, ReadonlyArray<(row: NowRow) => number | undefined>>> = {
  messages: [(row) => row.commands, (row) => row.requests],
  sockets: [(row) => row.sockets],
  accepted: [0, 1, 2].map((at) => (row: NowRow) => row.acceptedMs?.[at]),
  arrived: [0, 1, 2].map((at) => (row: NowRow) => row.arrivedMs?.[at]),
  errors: [(row) => row.errors],
  waiting: [(row) => row.waiting]
}

/** The time axis (seconds since 1970), and the lines. */
export interface Series {
  readonly seconds: ReadonlyArray<number>
  readonly lines: ReadonlyArray<Line>
}

/** A second without a row, as when a process was stopped, breaks the lines. */
export const seriesOf = (rows: ReadonlyArray<NowRow>, name: FigureName, window: number): Series => {
  const shown = lastSeconds(rows, window)
  const seconds: Array<number> = []
  const known: Array<NowRow | undefined> = []
  for (const row of shown) {
    const last = seconds.at(-1)
    if (last !== undefined && secondOf(row) > last + 1) {
      seconds.push(last + 1)
      known.push(undefined)
    }
    seconds.push(secondOf(row))
    known.push(row)
  }
  const lines = lineValues[name].map((read) => known.map((row) => (row === undefined ? null : (read(row) ?? null))))
  return { seconds, lines }
}

/** Which value of a duration a small curve shows: p95. */
const sparkLine: Readonly<Record<FigureName, number>> = {
  messages: 0,
  sockets: 0,
  accepted: 1,
  arrived: 1,
  errors: 0,
  waiting: 0
}

export const sparkPoints = 60
const sparkSeconds = 600

/** Ten minutes as 60 values, each the largest of ten seconds; undefined where nothing was measured. The newest last. */
export const sparkOf = (rows: ReadonlyArray<NowRow>, name: FigureName): ReadonlyArray<number | undefined> => {
  const points = new Array<number | undefined>(sparkPoints).fill(undefined)
  const newest = rows.at(-1)
  const read = lineValues[name][sparkLine[name]]
  if (newest === undefined || read === undefined) return points
  const from = secondOf(newest) - sparkSeconds
  for (const row of rows) {
    const at = Math.floor(((secondOf(row) - from - 1) * sparkPoints) / sparkSeconds)
    const value = read(row)
    if (value !== undefined && at >= 0) points[at] = Math.max(points[at] ?? 0, value)
  }
  return points
}

/** The values of the first line within a window, in words. Undefined: nothing was measured. */
export interface Range {
  readonly now: number
  readonly most: number
  readonly least: number
}

export const rangeOf = (line: Line): Range | undefined => {
  const values = line.filter((value) => value !== null)
  const now = values.at(-1)
  return now === undefined ? undefined : { now, most: Math.max(...values), least: Math.min(...values) }
}
