/** What became of a command, and of the logs that a batch of commands changed. */
import type { LogEvent } from "../domain/Event.ts"
import type { ConversationId } from "../domain/Ids.ts"
import type { ReadCell } from "../domain/ReadCell.ts"
import type { RefusalCode } from "../domain/Refusal.ts"

export type Decision =
  /** Stored now. `seq` is 0 for `openDirect` and `read`, and for a `markUnread` or a flag it is the personal log's. */
  | { readonly _tag: "Appended"; readonly seq: number; readonly at: number }
  /** Stored before under this id, at its first place. */
  | { readonly _tag: "Repeated"; readonly seq: number; readonly at: number }
  | { readonly _tag: "Refused"; readonly code: RefusalCode }
  /** A log of the command is locked elsewhere, or an earlier command of its log was set aside: give it again. */
  | { readonly _tag: "SetAside" }

/**
 * What happened to one log in a batch. `events` are its new ones in order, ending at `head`; without new ones (repeats)
 * only the head is told.
 * `cells`: of a personal log, its user's read cells that reads wrote, or found to be as they are.
 */
export interface LogChange {
  readonly log: ConversationId
  readonly head: number
  readonly events: ReadonlyArray<LogEvent>
  readonly cells?: ReadonlyArray<ReadCell>
}
