/**
 * Builds the live part of the page: a client over this browser's ports, and the calls. The only place in the page that
 * runs Effects.
 */

import { type ClientSocket, SocketFactory, type SocketHandlers } from "@hibiki/core/client/connection/SocketFactory"
import { type HibikiClient, makeHibikiClient } from "@hibiki/core/client/HibikiClient"
import { ClientStoreMemory, OutboxStoreMemory } from "@hibiki/core/client/store/ClientStoreMemory"
import type { DeviceId, InstanceId, UserId } from "@hibiki/core/domain/Ids"
import { CloseCodes } from "@hibiki/core/protocol/CloseCode"
import { Context, Effect, Either, Fiber, Layer, Logger, LogLevel, ManagedRuntime } from "effect"
import type { Database } from "../lib/database.ts"
import { freshUuid } from "../lib/ids.ts"
import { retryForever } from "../lib/lazy.ts"
import type { PlainCall } from "../lib/plainCall.ts"
import type { Leadership, Tabs } from "../lib/tabs.ts"
import { Calls, callsOver, type SessionTokens, SnapshotSourceCalls, TicketSourceCalls } from "./Calls.ts"
import type { Chat } from "./Chat.ts"
import { ClientStoreIdb } from "./ClientStoreIdb.ts"
import { Adoption, outboxStoreIdb } from "./OutboxStoreIdb.ts"

export interface ChatOptions {
  readonly origin: string
  readonly call: PlainCall
  readonly session: SessionTokens
  readonly userId: UserId
  readonly deviceId: DeviceId
  /** Undefined: all data lasts only as long as the page. */
  readonly database: Database | undefined
  readonly tabs: Tabs
  readonly leadership: Leadership
  /** Registers a function to run when this tab becomes the leader. */
  readonly onLead: (run: () => void) => void
}

/** Maximum wait for the goodbye; the server detects a lost socket by itself. */
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
      // Changes of the connection are no defects, so only errors are logged.
      Layer.provide(Logger.minimumLogLevel(LogLevel.Error))
    )
  )
  const { calls, client } = await runtime.runPromise(Effect.all({ calls: Calls, client: Client }))
  await runtime.runPromise(client.start)
  const endAdoption = database === undefined ? () => undefined : adoptFrom(options, database, client)
  if (store !== undefined) options.onLead(() => void store.claim().then(client.keepNow, ignored))
  const streams = { url: socketUrl(origin, "/rpc/ws"), session }
  const forked = (watching: Effect.Effect<void>) => {
    const fiber = runtime.runFork(watching)
    return () => void Effect.runFork(Fiber.interrupt(fiber))
  }
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
    // Their code loads with the first stream.
    watchBoard: (of, onUpdate, onState) =>
      forked(
        Effect.flatMap(
          loaded(() => import("./watchStreams.ts")),
          ({ watchBoard }) => watchBoard(of, { ...streams, onUpdate, onState })
        )
      ),
    watchPanel: (panel, onUpdate, onState) =>
      forked(
        Effect.flatMap(
          loaded(() => import("./watchStreams.ts")),
          ({ watchPanel }) => watchPanel(panel, { ...streams, onUpdate, onState })
        )
      ),
    close: async () => {
      endAdoption()
      await Effect.runPromise(Effect.ignore(Effect.timeout(client.stop, closeWithin)))
      await runtime.dispose()
    }
  }
}

const loaded = <Module>(load: () => Promise<Module>) => Effect.promise(() => retryForever(load))

const adoptFrom = ({ leadership, tabs }: ChatOptions, database: Database, client: HibikiClient): (() => void) => {
  const adoption = new Adoption({ database, tabs, leads: leadership.leads, adopt: (rows) => void client.adopt(rows) })
  void adoption.look(true)
  return adoption.watch()
}

/** The database failed: the stored data stays as the former leader left it. */
const ignored = () => undefined

/** Opens sockets with the browser's WebSocket. */
export const SocketFactoryBrowser = (url: string) =>
  Layer.succeed(SocketFactory, SocketFactory.of({ open: (handlers) => open(url, handlers) }))

/** Whether the platform lets a page close with this code; it throws for any other. */
const mayClose = (code: number): boolean => code === 1000 || (code >= 3000 && code <= 4999)

const open = (url: string, handlers: SocketHandlers): ClientSocket => {
  const socket = new WebSocket(url)
  socket.addEventListener("open", () => handlers.onOpen())
  socket.addEventListener("message", (event: MessageEvent<unknown>) => {
    if (typeof event.data === "string") handlers.onMessage(event.data)
    else socket.close(CloseCodes.badFrame.code)
  })
  socket.addEventListener("close", (event) => handlers.onClose(event.code))
  return {
    send: (text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text)
    },
    close: (code) => socket.close(mayClose(code) ? code : 1000)
  }
}

/** Returns the address of a socket at the page's own origin. */
export const socketUrl = (origin: string, path: string): string => {
  const url = new URL(path, origin)
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:"
  return url.href
}
