/**
 * Builds the live part of the page: a client over this browser's ports, and the calls. The only place of the page that
 * runs Effects.
 */

import { type HibikiClient, makeHibikiClient } from "@hibiki/core/client/HibikiClient"
import { ClientStoreMemory, OutboxStoreMemory } from "@hibiki/core/client/store/ClientStoreMemory"
import type { DeviceId, InstanceId, UserId } from "@hibiki/core/domain/Ids"
import { Context, Effect, Either, Fiber, Layer, Logger, LogLevel, ManagedRuntime } from "effect"
import type { Database } from "../lib/database.ts"
import { freshUuid } from "../lib/freshUuid.ts"
import { persistently } from "../lib/persistently.ts"
import type { PlainCall } from "../lib/plainCall.ts"
import type { Leadership, Tabs } from "../lib/tabs.ts"
import { Adoption } from "./adoption.ts"
import { Calls, callsOver, type SessionTokens } from "./Calls.ts"
import type { Chat } from "./Chat.ts"
import { ClientStoreIdb } from "./ClientStoreIdb.ts"
import { outboxStoreIdb } from "./OutboxStoreIdb.ts"
import { SocketFactoryBrowser, socketUrl } from "./SocketFactoryBrowser.ts"
import { SnapshotSourceCalls, TicketSourceCalls } from "./sources.ts"

export interface ChatOptions {
  readonly origin: string
  readonly call: PlainCall
  readonly session: SessionTokens
  readonly userId: UserId
  readonly deviceId: DeviceId
  /** Undefined: everything lives as long as the page. */
  readonly database: Database | undefined
  readonly tabs: Tabs
  readonly leadership: Leadership
  /** Hands over what is to run when this tab comes to lead. */
  readonly onLead: (run: () => void) => void
}

/** A farewell may take so long; the server notices a lost socket by itself. */
const closeWithin = "2 seconds"

class Client extends Context.Tag("@hibiki/web/runtime/Client")<Client, HibikiClient>() {}

export const startChat = async (options: ChatOptions): Promise<Chat> => {
  const { database, deviceId, leadership, origin, session, tabs, userId } = options
  const store = database === undefined ? undefined : new ClientStoreIdb(database, tabs.tabId, await leadership.settled)
  const runtime = ManagedRuntime.make(
    Layer.scoped(
      Client,
      makeHibikiClient({ device: deviceId, instance: freshUuid() as InstanceId, viewer: userId })
    ).pipe(
      Layer.provide([
        database === undefined ? OutboxStoreMemory : outboxStoreIdb(database, tabs.tabId),
        store === undefined ? ClientStoreMemory : store.layer,
        SocketFactoryBrowser(socketUrl(origin, "/ws")),
        TicketSourceCalls,
        SnapshotSourceCalls
      ]),
      Layer.provideMerge(callsOver(options.call, session)),
      // A connection that comes and goes is no defect.
      Layer.provide(Logger.minimumLogLevel(LogLevel.Error))
    )
  )
  const { calls, client } = await runtime.runPromise(Effect.all({ calls: Calls, client: Client }))
  await runtime.runPromise(client.start)
  const endAdoption = database === undefined ? () => undefined : adoptFrom(options, database, client)
  if (store !== undefined) options.onLead(() => void store.claim().then(client.keepNow, ignored))
  return {
    client,
    load: (conversationId, { after, before }) =>
      runtime.runPromise(
        Effect.match(
          after === undefined ? client.loadOlder(conversationId, before) : client.loadNewer(conversationId, after),
          {
            onSuccess: () => "loaded" as const,
            onFailure: (error) => (error._tag === "SourceNotFound" ? "gone" : "unavailable")
          }
        )
      ),
    call: (tag, payload) =>
      runtime.runPromise(
        Effect.map(Effect.either(calls.call(tag, payload)), (answer) =>
          Either.isRight(answer) ? { ok: true, value: answer.right } : { ok: false, error: answer.left }
        )
      ),
    watchBoard: (of, onUpdate, onState) => {
      const url = socketUrl(origin, "/rpc/ws")
      // Its code comes with the first board.
      const watching = Effect.flatMap(
        Effect.promise(() => persistently(() => import("./watchBoard.ts"))),
        ({ watchBoardStream }) => watchBoardStream({ url, session, of, onUpdate, onState })
      )
      const fiber = runtime.runFork(watching)
      return () => void Effect.runFork(Fiber.interrupt(fiber))
    },
    close: async () => {
      endAdoption()
      await Effect.runPromise(Effect.ignore(Effect.timeout(client.stop, closeWithin)))
      await runtime.dispose()
    }
  }
}

const adoptFrom = ({ leadership, tabs }: ChatOptions, database: Database, client: HibikiClient): (() => void) => {
  const adoption = new Adoption({ database, tabs, leads: leadership.leads, adopt: (rows) => void client.adopt(rows) })
  void adoption.look(true)
  return adoption.watch()
}

/** The database failed: what was kept stays as the former leader left it. */
const ignored = () => undefined
