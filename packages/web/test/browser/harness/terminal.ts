/**
 * A device that is no browser: core's client over a real socket, as the terminal runs it. It reads the log
 * independently of any page.
 */
import { randomUUID } from "node:crypto"
import { TicketSource, TicketUnavailable } from "@hibiki/core/client/connection/TicketSource"
import { SnapshotSource, SourceUnavailable } from "@hibiki/core/client/feed/SnapshotSource"
import { type HibikiClient, makeHibikiClient } from "@hibiki/core/client/HibikiClient"
import { ClientStoreMemory, OutboxStoreMemory } from "@hibiki/core/client/store/ClientStoreMemory"
import { ConversationSummary, HistoryPage, PersonalSnapshot } from "@hibiki/core/domain/Conversation"
import { ConversationId, DeviceId, InstanceId } from "@hibiki/core/domain/Ids"
import { Receipt } from "@hibiki/core/protocol/rpc/PresenceRpcs"
import { socketFactoryWs } from "@hibiki/terminal/session/SocketFactoryWs"
import { Effect, Exit, Layer, Logger, Schema, Scope } from "effect"
import { call } from "../../../../server/test/e2e/kill/api.ts"
import { type Account, type Line, signInAgain } from "./api.ts"

export interface Terminal {
  readonly account: Account
  readonly client: HibikiClient
  /** Messages of a conversation that was opened here, in order, whole only when nothing is missing below. */
  readonly lines: (conversationId: string) => ReadonlyArray<Line>
  readonly open: (conversationId: string) => void
  readonly post: (conversationId: string, text: string) => void
  /** Says goodbye. */
  readonly close: () => Promise<void>
}

export const openTerminal = async (origin: string, handle: string): Promise<Terminal> => {
  const account = await signInAgain(origin, handle)
  const scope = Effect.runSync(Scope.make())
  const client = await Effect.runPromise(
    Layer.buildWithScope(portsOf(origin, account), scope).pipe(
      Effect.flatMap((ports) =>
        makeHibikiClient({ device: DeviceId.make(account.deviceId), instance: InstanceId.make(randomUUID()) }).pipe(
          Effect.provide(ports),
          Scope.extend(scope)
        )
      ),
      Effect.tap((made) => made.start),
      Effect.provide(Logger.remove(Logger.defaultLogger))
    )
  )
  let isClosed = false
  return {
    account,
    client,
    lines: (conversationId) =>
      (client.feed(ConversationId.make(conversationId))?.entries ?? []).flatMap(
        (entry): ReadonlyArray<Line> =>
          entry._tag === "row" && entry.row.kind === "posted"
            ? [[entry.row.seq, entry.row.deleted ? "" : (entry.row.text ?? "")]]
            : []
      ),
    open: (conversationId) => void client.open(ConversationId.make(conversationId)),
    post: (conversationId, text) => void client.post(ConversationId.make(conversationId), text),
    close: async () => {
      if (isClosed) return
      isClosed = true
      await Effect.runPromise(client.stop)
      await Effect.runPromise(Scope.close(scope, Exit.void))
    }
  }
}

const portsOf = (origin: string, account: Account) => {
  const ask = <A, I>(tag: string, payload: object, schema: Schema.Schema<A, I>): Effect.Effect<A, SourceUnavailable> =>
    Effect.tryPromise({
      try: async () => Schema.decodeUnknownSync(schema)(await call(origin, tag, payload, account.accessToken)),
      catch: (cause) => new SourceUnavailable({ cause })
    })
  return Layer.mergeAll(
    OutboxStoreMemory,
    ClientStoreMemory,
    socketFactoryWs(origin),
    Layer.succeed(TicketSource, {
      fetch: ask("ticket.issue", {}, Schema.Struct({ ticket: Schema.String })).pipe(
        Effect.map(({ ticket }) => ticket),
        Effect.mapError((cause) => new TicketUnavailable({ cause }))
      )
    }),
    Layer.succeed(SnapshotSource, {
      snapshot: ask("me.snapshot", {}, PersonalSnapshot),
      conversation: (conversationId) => ask("conversation.get", { conversationId }, ConversationSummary),
      page: (request) => ask("history.page", request, HistoryPage),
      changedSince: (request) => ask("history.changedSince", request, HistoryPage),
      receipts: (conversationId) => ask("conversation.receipts", { conversationId }, Schema.Array(Receipt))
    })
  )
}
