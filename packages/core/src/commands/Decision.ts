/** The outcome of a command, and of the logs that a batch of commands changed. */
import type { LogEvent } from "../domain/Event.ts"
import type { ConversationId } from "../domain/Ids.ts"
import type { ReadCell } from "../domain/ReadCell.ts"
import type { RefusalCode } from "../domain/Refusal.ts"

export type Decision =
  /**
   * Newly stored. `seq` is 0 for `openDirect` and `read`; for `markUnread` and flags it is the seq in the personal log.
   */
  | { readonly _tag: "Appended"; readonly seq: number; readonly at: number }
  /** Already stored under this id, at its first place. */
  | { readonly _tag: "Repeated"; readonly seq: number; readonly at: number }
  /** `retryAfterMs`: the sender may try again then, under another id. Only the first answer has it. */
  | { readonly _tag: "Refused"; readonly code: RefusalCode; readonly retryAfterMs?: number }
  /**
   * Deferred: one of the command's logs is locked elsewhere, or an earlier command of its log was deferred. Submit the
   * command again.
   */
  | { readonly _tag: "SetAside" }

/**
 * The changes of one log in a batch. `events` are its new events in order, ending at `head`; without new events
 * (repeats) only the head is published. `cells`, in a personal log only: the user's read cells that reads in this batch
 * wrote, or found unchanged.
 */
export interface LogChange {
  readonly log: ConversationId
  readonly head: number
  readonly events: ReadonlyArray<LogEvent>
  readonly cells?: ReadonlyArray<ReadCell>
}
