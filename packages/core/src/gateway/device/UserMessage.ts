/** What a user's actor is told: by its sockets, its personal log, and itself. */

import type { LogEvent } from "../../domain/Event.ts"
import type { ConversationId, DeviceId, InstanceId } from "../../domain/Ids.ts"
import type { ReadCell } from "../../domain/ReadCell.ts"
import type { ActorRef } from "../../kernel/ActorRef.ts"
import type { Answer } from "../../ports/Submission.ts"
import type { DeviceMessage, DeviceSession } from "./DeviceSession.ts"

export type UserMessage =
  /** A socket of this user has shown its ticket. `makeSession` is called in the turn in which its actor starts. */
  | {
      readonly _tag: "Attach"
      readonly device: DeviceId
      readonly instance: InstanceId
      /** Undefined: the socket has ended meanwhile. */
      readonly makeSession: () => DeviceSession | undefined
      readonly begin: (ref: ActorRef<DeviceMessage>) => void
    }
  /** The device has told all its cursors and wants to know where it belongs. */
  | { readonly _tag: "Load"; readonly session: DeviceSession }
  /** It is time to read for the devices that wait to know it. */
  | { readonly _tag: "LoadWaiting" }
  /** Fanned out in the personal log. */
  | { readonly _tag: "Personal"; readonly events: ReadonlyArray<LogEvent> }
  | { readonly _tag: "Reload" }
  /** How far the user has read, as a worker told, or the store after something was missed. */
  | { readonly _tag: "Cells"; readonly cells: ReadonlyArray<ReadCell> }
  | { readonly _tag: "TellCells" }
  /** What its devices do may have changed, or it is time to look: others are told. */
  | { readonly _tag: "RegisterDevices" }
  /** What others were told of its devices may be lost. */
  | { readonly _tag: "AttendAgain" }
  | { readonly _tag: "Read"; readonly conversationId: ConversationId; readonly upTo: number; readonly device: DeviceId }
  | { readonly _tag: "FlushRead"; readonly conversationId: ConversationId }
  /** The gateway goes away: what was coalesced is sent now. */
  | { readonly _tag: "FlushReads" }
  | { readonly _tag: "ReadAnswered"; readonly answer: Answer }
  /** The grace after the last device has passed. */
  | { readonly _tag: "Idle" }
