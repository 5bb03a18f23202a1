/** The client's ports that are calls: tickets and snapshots. */

import { SignedOut, TicketSource, TicketUnavailable } from "@hibiki/core/client/connection/TicketSource"
import { SnapshotSource, SourceNotFound, SourceUnavailable } from "@hibiki/core/client/feed/SnapshotSource"
import { Effect, Layer } from "effect"
import { Calls } from "./Calls.ts"

export const TicketSourceCalls = Layer.effect(
  TicketSource,
  Effect.map(Calls, ({ call }) =>
    TicketSource.of({
      fetch: call("ticket.issue", undefined).pipe(
        Effect.map(({ ticket }) => ticket),
        Effect.mapError((error) =>
          error._tag === "Unauthenticated"
            ? new SignedOut()
            : new TicketUnavailable({ ...retryAfter(error), cause: error })
        )
      )
    })
  )
)

export const SnapshotSourceCalls = Layer.effect(
  SnapshotSource,
  Effect.map(Calls, ({ call }) =>
    SnapshotSource.of({
      snapshot: Effect.mapError(
        call("me.snapshot", undefined),
        (error) => new SourceUnavailable({ ...retryAfter(error), cause: error })
      ),
      conversation: (conversationId) => Effect.mapError(call("conversation.get", { conversationId }), sourceError),
      page: (request) => Effect.mapError(call("history.page", request), sourceError),
      changedSince: (request) => Effect.mapError(call("history.changedSince", request), sourceError),
      receipts: (conversationId) => Effect.mapError(call("conversation.receipts", { conversationId }), sourceError)
    })
  )
)

const sourceError = (error: { readonly _tag: string }): SourceNotFound | SourceUnavailable =>
  error._tag === "NotFound" ? new SourceNotFound() : new SourceUnavailable({ ...retryAfter(error), cause: error })

const retryAfter = (error: object): { readonly retryAfterMs?: number } =>
  "retryAfterMs" in error && typeof error.retryAfterMs === "number" ? { retryAfterMs: error.retryAfterMs } : {}
