/** The embedded server in this process, with people who call, come and go as their devices would. */
import { Socket } from "@effect/platform"
import { RpcClient, RpcSerialization } from "@effect/rpc"
import { defaultAccountSettings } from "@hibiki/core/accounts/AccountPolicy"
import { ConversationId, type DeviceId, type UserId } from "@hibiki/core/domain/Ids"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { defaultGatewaySettings } from "@hibiki/core/gateway/GatewaySettings"
import { HibikiRpcs } from "@hibiki/core/protocol/rpc/HibikiRpcs"
import type { BoardUpdate } from "@hibiki/core/protocol/rpc/PresenceRpcs"
import { type Context, Effect, Layer, Logger, LogLevel, Mailbox } from "effect"
import WebSocket from "ws"
import { defaultSocketSettings } from "../../src/gateway/GatewaySockets.ts"
import { httpBounds } from "../../src/http/HttpOptions.ts"
import { HttpServer } from "../../src/http/HttpServer.ts"
import { embedded } from "../../src/roles/embedded.ts"
import { send } from "../http/edgeUnderTest.ts"
import { databaseFolder } from "../pglite/pgliteKit.ts"

/** One server for a test file. */
export const EmbeddedServer = Layer.unwrapScoped(
  Effect.map(databaseFolder, (folder) =>
    embedded({
      folder,
      onStep: () => Effect.void,
      http: {
        ...{ host: "127.0.0.1", port: 0, publicUrl: undefined, insecureHttp: false, origins: [], trustedProxies: [] },
        pageFolder: "/nonexistent/page",
        bounds: { ...httpBounds, drainTimeoutMs: 500 }
      },
      accounts: defaultAccountSettings,
      gateway: { ...defaultGatewaySettings, ...defaultSocketSettings, drainSpreadMs: 100 },
      webPush: undefined
    })
  )
).pipe(Layer.provide(Logger.minimumLogLevel(LogLevel.Error)))

export const password = "correct horse battery"

export interface SignedIn {
  readonly userId: UserId
  readonly deviceId: DeviceId
  readonly accessToken: string
}

/** A call of the plain API; what it fails with is the answer's error. */
export const call = <A>(
  tag: string,
  payload: unknown,
  by?: SignedIn
): Effect.Effect<A, { readonly _tag: string }, HttpServer> =>
  Effect.gen(function* () {
    const { port } = yield* HttpServer
    const headers = {
      "content-type": "application/json",
      ...(by === undefined ? {} : { authorization: `Bearer ${by.accessToken}` })
    }
    const { body } = yield* send(port, "POST", `/api/v1/${tag}`, { headers, body: JSON.stringify(payload) })
    const answer = JSON.parse(body) as { readonly value?: A; readonly error?: { readonly _tag: string } }
    return answer.error === undefined ? (answer.value as A) : yield* Effect.fail(answer.error)
  })

const device = { name: "a laptop", kind: "browser" }
export const register = (handle: string) => call<SignedIn>("auth.register", { handle, password, device })
export const signIn = (handle: string) => call<SignedIn>("auth.signIn", { handle, password, device })
export const makeGroup = (owner: SignedIn, members: ReadonlyArray<SignedIn>) =>
  Effect.gen(function* () {
    const id = yield* makeUuidV7
    const payload = { id, kind: "group", title: "Tea", members: members.map(({ userId }) => userId) }
    return ConversationId.make(
      (yield* call<{ readonly conversationId: string }>("conversation.create", payload, owner)).conversationId
    )
  })

/** A device's socket of `/ws`, welcomed. */
export const connect = (who: SignedIn) =>
  Effect.gen(function* () {
    const { port } = yield* HttpServer
    const { ticket } = yield* call<{ readonly ticket: string }>("ticket.issue", {}, who)
    const instance = yield* makeUuidV7
    const hello = {
      op: "hello",
      version: 1,
      ticket,
      device: who.deviceId,
      instance,
      epoch: null,
      cursors: [],
      last: true
    }
    const socket = yield* Effect.acquireRelease(
      Effect.async<WebSocket>((resume) => {
        const opening = new WebSocket(`ws://127.0.0.1:${port}/ws`)
        opening.on("error", () => undefined)
        opening.once("open", () => opening.send(JSON.stringify(hello)))
        opening.once("message", () => resume(Effect.succeed(opening)))
      }),
      (opened) => Effect.sync(() => opened.terminate())
    )
    const say = (frame: object) => Effect.sync(() => socket.send(JSON.stringify(frame)))
    return { say, bye: say({ op: "bye" }) } as const
  })

/** The official client on a socket of its own; `cut` breaks the connection under it. */
export const streamClient = Effect.gen(function* () {
  const { port } = yield* HttpServer
  let last: WebSocket | undefined
  const Constructor = Layer.succeed(Socket.WebSocketConstructor, (url) => {
    last = new WebSocket(url)
    return last as unknown as globalThis.WebSocket
  })
  const protocol = RpcClient.layerProtocolSocket().pipe(
    Layer.provide([
      Socket.layerWebSocket(`ws://127.0.0.1:${port}/rpc/ws`).pipe(Layer.provide(Constructor)),
      RpcSerialization.layerJson
    ])
  )
  const context: Context.Context<RpcClient.Protocol> = yield* Layer.build(protocol)
  const client = yield* Effect.provide(RpcClient.make(HibikiRpcs, { disableTracing: true }), context)
  const watch = (who: SignedIn, of: Parameters<typeof client.presence.watch>[0]) =>
    Effect.gen(function* () {
      const authorized = RpcClient.withHeaders({ authorization: `Bearer ${who.accessToken}` })
      const told = yield* authorized(Mailbox.fromStream(client.presence.watch(of)))
      const next = Effect.catchTag(told.take, "NoSuchElementException", () =>
        Effect.die("the stream ended without a word")
      )
      /** The next update that satisfies; those before it are passed by. */
      const until = (holds: (update: BoardUpdate) => boolean): typeof next =>
        Effect.flatMap(next, (update) => (holds(update) ? Effect.succeed(update) : until(holds)))
      return { next, until } as const
    })
  /** Waits for the next occupancy. */
  const count = (who: SignedIn, conversationId: ConversationId) =>
    Effect.map(
      RpcClient.withHeaders(Mailbox.fromStream(client.presence.count({ conversationId })), {
        authorization: `Bearer ${who.accessToken}`
      }),
      ({ take }) => Effect.catchTag(take, "NoSuchElementException", () => Effect.die("the stream ended without a word"))
    )
  return { watch, count, cut: Effect.sync(() => last?.terminate()) } as const
})

export const stateOf = (update: BoardUpdate, { userId }: SignedIn) =>
  update.users.find((user) => user.userId === userId)?.state
