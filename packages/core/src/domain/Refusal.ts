/** Why a command was refused for good. A refused command is never stored later under the same id. */
import { Schema } from "effect"

export const RefusalCode = Schema.Literal(
  /**
   * No such conversation for the asker: absent and forbidden look the same. Or no such person: who blocks the asker
   * looks like nobody.
   */
  "not_found",
  /**
   * A member, but its role does not allow this. In a direct conversation: one of the two blocks the other, and which
   * one is not told.
   */
  "forbidden",
  /** The id was used before, for something else or by somebody else. */
  "conflict",
  /** Taken back by its sender. */
  "withdrawn",
  /** Already so: reacted, named, a member, read. */
  "no_change",
  /** The message it refers to does not exist, was deleted, or is not one that this can be done to. */
  "invalid_target",
  /** A bound of Limits would be passed. */
  "too_many",
  /** The last owner can't give up the role, nor leave, unless alone. */
  "last_owner",
  /** Not possible in a conversation of this kind. */
  "unsupported",
  /** It names a number of a log from before a restore. */
  "epoch_changed"
)
export type RefusalCode = typeof RefusalCode.Type
