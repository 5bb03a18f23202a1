/** The client's ports that are calls: tickets and snapshots, through the session. */

import { TicketSource, TicketUnavailable } from "@hibiki/core/client/connection/TicketSource"
import { SnapshotSource, SourceNotFound, SourceUnavailable } from "@hibiki/core/client/feed/SnapshotSource"
import type { NotFound } from "@hibiki/core/protocol/rpc/RpcErrors"
import { Effect, Layer } from "effect"
import { Calls } from "./Calls.ts"
import type { CallFailure, Session } from "./Session.ts"

export const ticketSourceOf = (session: Session) =>
  Layer.effect(
    TicketSource,
    Effect.map(Calls, (calls) =>
      TicketSource.of({
        fetch: session
          .call((options) => calls("ticket.issue", undefined, options))
          .pipe(
            Effect.map(({ ticket }) => ticket),
            Effect.mapError((error) =>
              error._tag === "SignedOut" ? error : new TicketUnavailable({ ...retryAfter(error), cause: error })
            )
          )
      })
    )
  )

export const snapshotSourceOf = (session: Session) =>
  Layer.effect(
    SnapshotSource,
    Effect.map(Calls, (calls) =>
      SnapshotSource.of({
        snapshot: Effect.mapError(
          session.call((options) => calls("me.snapshot", undefined, options)),
          (error) => new SourceUnavailable({ ...retryAfter(error), cause: error })
        ),
        conversation: (conversationId) =>
          Effect.mapError(
            session.call((options) => calls("conversation.get", { conversationId }, options)),
            sourceError
          ),
        page: (request) =>
          Effect.mapError(
            session.call((options) => calls("history.page", request, options)),
            sourceError
          ),
        changedSince: (request) =>
          Effect.mapError(
            session.call((options) => calls("history.changedSince", request, options)),
            sourceError
          ),
        receipts: (conversationId) =>
          Effect.mapError(
            session.call((options) => calls("conversation.receipts", { conversationId }, options)),
            sourceError
          )
      })
    )
  )

const sourceError = (error: CallFailure | NotFound): SourceNotFound | SourceUnavailable =>
  error._tag === "NotFound" ? new SourceNotFound() : new SourceUnavailable({ ...retryAfter(error), cause: error })

const retryAfter = (error: object): { readonly retryAfterMs?: number } =>
  "retryAfterMs" in error && typeof error.retryAfterMs === "number" ? { retryAfterMs: error.retryAfterMs } : {}
