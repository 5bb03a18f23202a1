/** What a device's actor is told: by its socket, its user, its gateway and itself. */

import type { Membership } from "../../ports/Conversations.ts"
import type { Answer } from "../../ports/Submission.ts"
import type { TicketOwner } from "../../ports/Tickets.ts"
import type { ClientFrame, CursorPair } from "../../protocol/ClientFrame.ts"
import type { CloseCode } from "../../protocol/CloseCode.ts"
import type { FrameProblem } from "../../protocol/FrameCodec.ts"

export type DeviceMessage =
  /** The ticket was good: greet, and take the cursors of hello. */
  | {
      readonly _tag: "Begin"
      readonly owner: TicketOwner
      readonly version: number
      readonly cursors: ReadonlyArray<CursorPair>
      readonly last: boolean
      readonly trustCursors: boolean
    }
  | { readonly _tag: "Entered"; readonly memberships: ReadonlyArray<Membership> }
  | { readonly _tag: "Frame"; readonly frame: ClientFrame }
  | { readonly _tag: "BadFrame"; readonly problem: FrameProblem }
  | { readonly _tag: "Answered"; readonly answer: Answer }
  | { readonly _tag: "Sync" }
  /** The outbox passed its bound, or did not move for too long. */
  | { readonly _tag: "Lagging" }
  | { readonly _tag: "Drained" }
  | { readonly _tag: "LagDeadline" }
  | { readonly _tag: "CursorsDeadline" }
  | { readonly _tag: "ExpireAnswers" }
  | { readonly _tag: "Revoked" }
  | { readonly _tag: "Moving"; readonly retryAfterMs: number }
  | { readonly _tag: "End"; readonly code: CloseCode }
