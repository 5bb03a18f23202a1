/** The history of presence as steps of one width: with counts, or without where nobody counted. Pure. */
import { type HistoryWindow, type PresenceHistory, presenceCountLimits } from "@hibiki/core/domain/PresenceCounts"
import type { Figures } from "./figures.ts"
import type { PresenceWords } from "./presenceWords.en.ts"

/** Null: too few people to be shown. */
export interface ShownCounts {
  readonly online: number | null
  readonly active: number | null
}

/** `at`: its start (ms). `counts` is undefined where nobody counted. */
export interface Step {
  readonly at: number
  readonly counts: ShownCounts | undefined
}

export const windows = ["1h", "24h", "30d"] as const satisfies ReadonlyArray<HistoryWindow>
export const isWindow = (text: unknown): text is HistoryWindow => windows.some((window) => window === text)

/** All steps of a history, ascending, also those without a point. */
export const stepsOf = ({ everyMs, from, points, until }: PresenceHistory): ReadonlyArray<Step> => {
  const counted = new Map(points.map(({ active, at, online }) => [at, { online, active }]))
  return Array.from({ length: Math.max(0, Math.ceil((until - from) / everyMs)) }, (_, index) => {
    const at = from + index * everyMs
    return { at, counts: counted.get(at) }
  })
}

/** Neighbouring steps in which nobody counted. `until` is exclusive. */
export interface Gap {
  readonly at: number
  readonly until: number
}

/** One line of the table: a step with counts, or a whole gap. */
export type Line = (Gap & { readonly counts: undefined }) | (Step & { readonly counts: ShownCounts })

/** Ascending. */
export const linesOf = (steps: ReadonlyArray<Step>, everyMs: number): ReadonlyArray<Line> => {
  const lines: Array<Line> = []
  for (const { at, counts } of steps) {
    const last = lines.at(-1)
    if (counts !== undefined) lines.push({ at, counts })
    else if (last !== undefined && last.counts === undefined) lines[lines.length - 1] = { ...last, until: at + everyMs }
    else lines.push({ at, until: at + everyMs, counts: undefined })
  }
  return lines
}

export const gapsOf = (lines: ReadonlyArray<Line>): ReadonlyArray<Gap> =>
  lines.flatMap((line) => (line.counts === undefined ? [line] : []))

export type CountName = keyof ShownCounts
export const countNames: ReadonlyArray<CountName> = ["online", "active"]

/** A count in words: a hidden one by its bound. */
export const countText = (value: number | null, { hidden }: PresenceWords, { count }: Figures): string =>
  value === null ? hidden : count(value)

/** The time (ms) and the value of a count. Null: too few people to be shown. */
export interface Reading {
  readonly at: number
  readonly value: number | null
}

/** The newest, the largest and the smallest reading of a count. */
export interface Readings {
  readonly last: Reading
  readonly most: Reading
  readonly least: Reading
}

/** Undefined: nothing was counted. Of equal values the newest one. */
export const readingsOf = (steps: ReadonlyArray<Step>, name: CountName): Readings | undefined => {
  let found: Readings | undefined
  for (const { at, counts } of steps) {
    if (counts === undefined) continue
    const now = { at, value: counts[name] }
    const [most, least] = [found?.most ?? now, found?.least ?? now]
    found = {
      last: now,
      most: rankOf(now) >= rankOf(most) ? now : most,
      least: rankOf(now) <= rankOf(least) ? now : least
    }
  }
  return found
}

/** A hidden count is smaller than every shown one of its reader, whose counts are rounded. */
const rankOf = ({ value }: Reading): number => value ?? 0

/** What the plot draws. `hidden` is the bound below which a count of its step lies. */
export interface Lines extends Readonly<Record<CountName | "hidden", ReadonlyArray<number | null>>> {
  readonly seconds: ReadonlyArray<number>
}

export const drawnLines = (steps: ReadonlyArray<Step>): Lines => ({
  seconds: steps.map(({ at }) => at / 1_000),
  online: steps.map(({ counts }) => counts?.online ?? null),
  active: steps.map(({ counts }) => counts?.active ?? null),
  hidden: steps.map(({ counts }) =>
    counts !== undefined && (counts.online === null || counts.active === null) ? presenceCountLimits.outsiderStep : null
  )
})

/** Places of values without a neighbour: a line alone would not show them. */
export const lonelyPlaces = (line: ReadonlyArray<number | null | undefined>): Array<number> =>
  line.flatMap((value, at) => (isDrawn(value) && !isDrawn(line[at - 1]) && !isDrawn(line[at + 1]) ? [at] : []))

const isDrawn = (value: number | null | undefined): boolean => value !== null && value !== undefined
