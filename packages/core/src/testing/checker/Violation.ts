/** What a run must not show, by the name of its rule. */

export type RuleName =
  /** An accepted command is not in the log, at the place that was told. */
  | "acked-lost"
  /** A command was refused for good, and stored. */
  | "rejected-but-stored"
  /** A command never ended. */
  | "open-send"
  /** One id stands twice in a log; a device shows one row, or one id, twice. */
  | ("duplicate-stored" | "duplicate-shown")
  /** Two answers name different places for one id. */
  | "ack-stable"
  /** Two sides know different events under one number; a log has a hole; rows are shown out of order. */
  | ("one-message-per-seq" | "seq-gap" | "not-sorted")
  /** What was sent after another was accepted stands before it; a device's own posts stand in another order than they were written. */
  | ("real-time-order" | "sender-order")
  /** A change stands before what it changes. */
  | "effect-before-target"
  /** A socket was given events that do not follow what it was given before, and nobody said so. */
  | "order-or-gap"
  /** At the end a device shows something else than a fresh read gives. */
  | "diverged"
  /** While nothing was broken, a connected device waited for an event. */
  | "late"
  /** A read cursor went back. */
  | "cursor-back"
  /** A device that was ended was still served. */
  | "recv-after-revoke"
  /** Somebody was given what is not for them; somebody wrote who was no member. */
  | ("leak-to-non-member" | "not-a-member")
  /** An event that nobody asked for; an event whose content is another than was asked for. */
  | ("fabricated" | "corrupted")

export interface Violation {
  readonly rule: RuleName
  /** One sentence: who, where, what. */
  readonly text: string
  /** Milliseconds after the beginning, where it belongs to a moment. */
  readonly at?: number | undefined
}
