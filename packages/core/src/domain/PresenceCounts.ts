/**
 * The history of presence: how many people were online, by buckets of five minutes, and how much of a count a reader
 * sees.
 */
import { Schema } from "effect"
import { type ConversationId, Millis } from "./Ids.ts"

export const presenceCountLimits = {
  /** The width of a bucket (ms). */ bucketMs: 300_000,
  /** Presence is sampled this often (ms): a shorter visit may be in no count. */ sampleEveryMs: 60_000,
  /** Conversations that a bucket counts: those with the most people online. */ conversationsMax: 500,
  /** How long counts are stored (days): 13 months. */ days: 396,
  /** A count below this is hidden from a reader who is not in the conversation. Larger ones are rounded down to it. */
  outsiderStep: 5
} as const

/** Distinct people. `active`: those of them who were not idle all the time. */
export interface PeopleCount {
  readonly online: number
  readonly active: number
}

/** One closed bucket. `at`: its start (ms since 1970). */
export interface PresenceBucket {
  readonly at: number
  /** Over the whole server. */
  readonly everybody: PeopleCount
  /** Groups and channels with anybody online: at most `conversationsMax`, each once. */
  readonly conversations: ReadonlyArray<PeopleCount & { readonly conversationId: ConversationId }>
  /** Whether `conversations` has all of them, so that the others had nobody online. */
  readonly isComplete: boolean
}

/** The largest counts of the buckets in one step of a history. `at`: the start of the step. */
export interface CountsPoint extends PeopleCount {
  readonly at: number
}

export const HistoryWindow = Schema.Literal("1h", "24h", "30d")
export type HistoryWindow = typeof HistoryWindow.Type

/** Null: below 5, for a reader who is not in the conversation. */
const ShownCount = Schema.NullOr(Schema.Int)

export const PresenceHistory = Schema.Struct({
  /** The width of a point (ms). */
  everyMs: Schema.Int,
  /** The start of the first step, and the end of the last closed bucket. */
  from: Millis,
  until: Millis,
  /** Whether a process counts now. False: the history is off, or no process that counts can reach the store. */
  counting: Schema.Boolean,
  /** Ascending by time, without those that were not counted. A point has the largest counts of its five minutes. */
  points: Schema.Array(Schema.Struct({ at: Millis, online: ShownCount, active: ShownCount }))
})
export type PresenceHistory = typeof PresenceHistory.Type

const { bucketMs, outsiderStep } = presenceCountLimits

/** The start of the bucket that is open at `now`. */
export const bucketAt = (now: number): number => now - (now % bucketMs)

export interface HistoryRange {
  readonly from: number
  /** Exclusive. */
  readonly until: number
  readonly everyMs: number
}

const hourMs = 3_600_000
const windows: Readonly<Record<HistoryWindow, { readonly lengthMs: number; readonly everyMs: number }>> = {
  "1h": { lengthMs: hourMs, everyMs: bucketMs },
  "24h": { lengthMs: 24 * hourMs, everyMs: bucketMs },
  "30d": { lengthMs: 30 * 24 * hourMs, everyMs: 30 * bucketMs }
}

/** The closed buckets of a window that ends at `now`. Begins with a whole step; at most 289 steps. */
export const rangeOf = (window: HistoryWindow, now: number): HistoryRange => {
  const { everyMs, lengthMs } = windows[window]
  const until = bucketAt(now)
  const from = Math.max(0, until - lengthMs)
  return { from: from - (from % everyMs), until, everyMs }
}

/** `member`: in the conversation, or the count is of the whole server. `outsider`: an administrator who is not. */
export type CountReader = "member" | "outsider"

/** Returns the part of a count that the reader sees. Null: too few people to be shown. */
export const shownCount = (count: number, reader: CountReader): number | null => {
  if (reader === "member") return count
  return count < outsiderStep ? null : count - (count % outsiderStep)
}

export const shownHistory = (
  points: ReadonlyArray<CountsPoint>,
  range: HistoryRange,
  counting: boolean,
  reader: CountReader
): PresenceHistory => ({
  everyMs: range.everyMs,
  from: range.from,
  until: range.until,
  counting,
  points: points.map(({ active, at, online }) => ({
    at,
    online: shownCount(online, reader),
    active: shownCount(active, reader)
  }))
})
