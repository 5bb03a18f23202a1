/** A finding of the checker of recorded runs: a rule, and the commands that broke it. */
import type { CommandId, ConversationId, DeviceId } from "@hibiki/core/domain/Ids"

export const ruleNames = [
  "acked-lost",
  "rejected-but-stored",
  "open-send",
  "duplicate-stored",
  "duplicate-shown",
  "ack-stable",
  "one-message-per-seq",
  "seq-gap",
  "not-sorted",
  "real-time-order",
  "sender-order",
  "effect-before-target",
  "order-or-gap",
  "diverged",
  "cursor-back",
  "recv-after-revoke",
  "leak-to-non-member",
  /** Somebody wrote without being a member. */
  "not-a-member",
  /** While nothing was broken, a connected device waited for an event. */
  "late",
  "fabricated",
  "corrupted"
] as const

export type RuleName = (typeof ruleNames)[number]

/** The subject of a violation, for a search of its story. */
export interface Concern {
  readonly conversationId?: ConversationId | undefined
  readonly ids?: ReadonlyArray<CommandId> | undefined
  readonly seqs?: ReadonlyArray<number> | undefined
  readonly devices?: ReadonlyArray<DeviceId> | undefined
  readonly socket?: number | undefined
}

export interface Violation {
  readonly rule: RuleName
  readonly text: string
  /**
   * The position in the history's entries at which it shows, and that entry's time. Absent if only the end shows it.
   */
  readonly entry?: number
  readonly at?: number
  readonly about: Concern
}
