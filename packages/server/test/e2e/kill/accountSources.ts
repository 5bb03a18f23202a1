/** What a client asks a real server for by calls. */

import { TicketSource, TicketUnavailable } from "@hibiki/core/client/connection/TicketSource"
import { SnapshotSource, type SourceUnavailable } from "@hibiki/core/client/feed/SnapshotSource"
import type { ConversationSummary, HistoryPage, PersonalSnapshot } from "@hibiki/core/domain/Conversation"
import { Effect, Layer } from "effect"

/** Makes a call in the account's name. */
export type Ask = <A>(tag: string, payload: unknown) => Effect.Effect<A, SourceUnavailable>

export const accountSources = (ask: Ask) =>
  Layer.mergeAll(
    Layer.succeed(TicketSource, {
      fetch: ask<{ readonly ticket: string }>("ticket.issue", {}).pipe(
        Effect.map(({ ticket }) => ticket),
        Effect.mapError((cause) => new TicketUnavailable({ cause }))
      )
    }),
    Layer.succeed(SnapshotSource, {
      snapshot: ask<PersonalSnapshot>("me.snapshot", {}),
      conversation: (conversationId) => ask<ConversationSummary>("conversation.get", { conversationId }),
      page: (request) => ask<HistoryPage>("history.page", request),
      changedSince: (request) => ask<HistoryPage>("history.changedSince", request),
      receipts: () => Effect.succeed([])
    })
  )
