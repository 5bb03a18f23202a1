/**
 * Streams over real sockets on the edge under test: a watched stream, its sign-ins, and clients that can say what no
 * decent client would.
 */
import { Socket } from "@effect/platform"
import { RpcClient, RpcSerialization } from "@effect/rpc"
import { Authenticator } from "@hibiki/core/accounts/Authenticator"
import { RevocationWatch } from "@hibiki/core/accounts/RevocationWatch"
import { DeviceId } from "@hibiki/core/domain/Ids"
import { Sessions } from "@hibiki/core/ports/Sessions"
import { HibikiRpcs } from "@hibiki/core/protocol/rpc/HibikiRpcs"
import type { BoardUpdate } from "@hibiki/core/protocol/rpc/PresenceRpcs"
import { Unauthenticated } from "@hibiki/core/protocol/rpc/RpcErrors"
import { Effect, Layer, Mailbox, Stream } from "effect"
import WebSocket from "ws"
import { HttpServer } from "../../src/http/HttpServer.ts"
import { type RpcSocketSettings, rpcSocketSettings, rpcSocketsLive } from "../../src/http/RpcSockets.ts"
import { type EdgeOptions, edgeLayer, me, token, uuid } from "./edgeUnderTest.ts"

export const authorized = RpcClient.withHeaders({ authorization: `Bearer ${token}` })
export const change: BoardUpdate = { _tag: "Changes", at: 1, users: [] }

/** A stream that counts what is asked of it. */
export const makeSource = () => {
  const counts = { pulled: 0, open: 0 }
  const stream = Stream.acquireRelease(
    Effect.sync(() => counts.open++),
    () => Effect.sync(() => counts.open--)
  ).pipe(Stream.flatMap(() => Stream.repeatEffect(Effect.sync(() => ({ ...change, at: counts.pulled++ })))))
  return { counts, stream }
}

/** Devices that were signed out, and those whose sign-in became too old. */
export const makeSignOuts = () => {
  const ended: Array<DeviceId> = []
  const expired: Array<DeviceId> = []
  const sessions = Layer.succeed(
    Sessions,
    Sessions.of({
      kindsOf: (signIns) => Effect.succeed(signIns.map(() => "browser" as const)),
      endedSince: () => Effect.succeed({ revoked: [...ended], expired: [...expired], now: 1 })
    })
  )
  return { ended, expired, watch: RevocationWatch.Default.pipe(Layer.provide(sessions)) }
}

/** `token` is the first device's; `token-2` that of another one. */
const authenticate = (accessToken: string) => {
  if (accessToken === token) return Effect.succeed(me)
  return accessToken === `${token}-2`
    ? Effect.succeed({ ...me, deviceId: DeviceId.make(uuid(3)) })
    : Effect.fail(new Unauthenticated())
}
const unused = () => Effect.die("not used here")
const StubAuthenticator = Layer.succeed(
  Authenticator,
  Authenticator.make({
    authenticate,
    forgetAll: Effect.void,
    issueTicket: unused,
    resumeTicket: unused,
    openSocket: unused,
    connected: unused
  })
)

export interface StreamEdge extends EdgeOptions {
  readonly settings?: Partial<RpcSocketSettings>
  readonly signOuts?: ReturnType<typeof makeSignOuts>
}

export const streamEdge = ({ settings, signOuts = makeSignOuts(), ...options }: StreamEdge) =>
  edgeLayer({
    ...options,
    rpcSockets: rpcSocketsLive({ ...rpcSocketSettings, ...settings }).pipe(
      Layer.provide([StubAuthenticator, signOuts.watch])
    )
  })

const Constructor = Layer.succeed(
  Socket.WebSocketConstructor,
  (url) => new WebSocket(url) as unknown as globalThis.WebSocket
)

/** The official client on a socket of its own. */
export const officialClient = (port: number) =>
  Effect.flatMap(Layer.build(protocol(port)), (context) =>
    Effect.provide(RpcClient.make(HibikiRpcs, { disableTracing: true }), context)
  )
const protocol = (port: number) =>
  RpcClient.layerProtocolSocket().pipe(
    Layer.provide([
      Socket.layerWebSocket(`ws://127.0.0.1:${port}/rpc/ws`).pipe(Layer.provide(Constructor)),
      RpcSerialization.layerJson
    ])
  )
export const portOf = Effect.map(HttpServer, ({ port }) => port)

export interface Closed {
  readonly code: number
  readonly reason: string
}

/** A bare socket: what it hears, in order, and how it was closed. */
export const bareSocket = (port: number, headers: Record<string, string> = {}) =>
  Effect.gen(function* () {
    const heard = yield* Mailbox.make<Record<string, unknown>>()
    const closed = yield* Mailbox.make<Closed>()
    const socket = yield* Effect.acquireRelease(
      Effect.async<WebSocket, "refused">((resume) => {
        const opening = new WebSocket(`ws://127.0.0.1:${port}/rpc/ws`, { headers })
        opening.on("message", (data: Buffer) => heard.unsafeOffer(JSON.parse(data.toString())))
        opening.on("close", (code, reason) => closed.unsafeOffer({ code, reason: reason.toString() }))
        opening.on("error", () => resume(Effect.fail("refused")))
        opening.once("open", () => resume(Effect.succeed(opening)))
      }),
      (opened) => Effect.sync(() => opened.terminate())
    )
    const say = (message: unknown) =>
      Effect.sync(() => socket.send(typeof message === "string" ? message : JSON.stringify(message)))
    const watch = (id: string, accessToken: string | undefined = token) =>
      say(requestOf(id, "presence.watch", { userIds: [] }, accessToken))
    return { socket, say, watch, next: Effect.orDie(heard.take), closed: Effect.orDie(closed.take) } as const
  })

export const requestOf = (id: string, tag: string, payload: unknown, accessToken: string | undefined = token) => ({
  ...{ _tag: "Request", id, tag, payload },
  headers: accessToken === undefined ? [] : [["authorization", `Bearer ${accessToken}`]]
})
export const failedExit = (requestId: string, error: unknown) => ({
  ...{ _tag: "Exit", requestId },
  exit: { _tag: "Failure", cause: { _tag: "Fail", error } }
})
