/** Why a command was refused for good. A refused command is never stored later under the same id. */
import { Schema } from "effect"

export const RefusalCode = Schema.Literal(
  /**
   * No such conversation for the sender: absent and forbidden look the same. Or no such user: users who block the
   * sender look absent.
   */
  "not_found",
  /**
   * The sender is a member, but their role does not allow this. In a direct conversation: one of the two blocks the
   * other; the answer does not reveal which.
   */
  "forbidden",
  /** The id was used before, for something else or by another user. */
  "conflict",
  /** Withdrawn by its sender. */
  "withdrawn",
  /** It is already so: reacted, named, a member, read. */
  "no_change",
  /** The message it refers to does not exist, was deleted, or does not allow this action. */
  "invalid_target",
  /** It would exceed a bound of Limits. */
  "too_many",
  /** The last owner can't give up the role, nor leave, unless they are alone. */
  "last_owner",
  /** The person who joins, or one of those to add, is banned from the conversation. */
  "banned",
  /** The conversation is closed: it is read-only, and nobody joins or is added. */
  "closed",
  /** Slow mode: the member posted too recently. The answer to the first try tells how long to wait. */
  "slow_mode",
  /** Not possible in a conversation of this kind. */
  "unsupported",
  /** It names a seq of a log from before a restore. */
  "epoch_changed"
)
export type RefusalCode = typeof RefusalCode.Type
