/** The messages of a user's actor: from its sockets, its personal log, and itself. */

import type { LogEvent } from "../../domain/Event.ts"
import type { ConversationId, DeviceId, InstanceId } from "../../domain/Ids.ts"
import type { ReadCell } from "../../domain/ReadCell.ts"
import type { ActorRef } from "../../kernel/ActorRef.ts"
import type { Answer } from "../../ports/Submission.ts"
import type { DeviceMessage, DeviceSession } from "./DeviceSession.ts"

export type UserMessage =
  /** A socket of this user has presented its ticket. `makeSession` is called in the turn in which its actor starts. */
  | {
      readonly _tag: "Attach"
      readonly device: DeviceId
      readonly instance: InstanceId
      /** Undefined: the socket has ended in the meantime. */
      readonly makeSession: () => DeviceSession | undefined
      readonly begin: (ref: ActorRef<DeviceMessage>) => void
    }
  /** All cursors of the device have arrived, and it needs its memberships. */
  | { readonly _tag: "Load"; readonly session: DeviceSession }
  /** Time to read memberships for the waiting devices. */
  | { readonly _tag: "LoadWaiting" }
  /** Events that were fanned out in the personal log. */
  | { readonly _tag: "Personal"; readonly events: ReadonlyArray<LogEvent> }
  | { readonly _tag: "Reload" }
  /** The user's read cells, from a worker, or from the store after a loss. */
  | { readonly _tag: "Cells"; readonly cells: ReadonlyArray<ReadCell> }
  | { readonly _tag: "TellCells" }
  /** Its devices' activity may have changed, or a check is due: report it to others. */
  | { readonly _tag: "RegisterDevices" }
  /** Reports about its devices may be lost. */
  | { readonly _tag: "AttendAgain" }
  | { readonly _tag: "Read"; readonly conversationId: ConversationId; readonly upTo: number; readonly device: DeviceId }
  | { readonly _tag: "FlushRead"; readonly conversationId: ConversationId }
  /** The gateway shuts down: send coalesced reads now. */
  | { readonly _tag: "FlushReads" }
  | { readonly _tag: "ReadAnswered"; readonly answer: Answer }
  /** The grace after the last device has passed. */
  | { readonly _tag: "Idle" }
