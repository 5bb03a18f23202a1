/** How the rows of one conversation are being sent: what is under way, and when the next frame may go. */
import type { CommandId } from "../../domain/Ids.ts"
import type { CommandFrame } from "../../protocol/CommandFrame.ts"

export const outboxTimes = {
  /** An answer that took longer counts as lost. */ answerMs: 10_000,
  /** The wait after a lost answer, doubling while none comes. */ firstRetryMs: 1_000,
  longestRetryMs: 30_000
} as const

export interface OutboxLane {
  flight: { readonly op: CommandFrame["op"]; readonly open: Set<CommandId>; readonly until: number } | undefined
  notBefore: number
  /** Until when the server asked to wait: the rest of `notBefore` is this client's own patience. */
  askedUntil: number
  /** Answers lost in a row. */
  lost: number
}

export const freshLane = (): OutboxLane => ({ flight: undefined, notBefore: 0, askedUntil: 0, lost: 0 })

/** One more answer is lost: how long to wait before the next try (ms). */
export const loseAnswer = (lane: OutboxLane): number =>
  Math.min(outboxTimes.longestRetryMs, outboxTimes.firstRetryMs * 2 ** Math.min(lane.lost++, 10))
