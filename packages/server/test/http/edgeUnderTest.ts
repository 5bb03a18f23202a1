/** An edge on a free port with stub handlers, and clients that can say what no decent client would. */
import { request as httpRequest, type IncomingHttpHeaders } from "node:http"
import { connect, type Socket } from "node:net"
import type { Rpc, RpcGroup } from "@effect/rpc"
import { DeviceId, UserId } from "@hibiki/core/domain/Ids"
import {
  AddressMiddleware,
  AdminMiddleware,
  AuthMiddleware,
  ClientAddress,
  ClientOrigin,
  OriginMiddleware
} from "@hibiki/core/protocol/rpc/AuthMiddleware"
import { HibikiRpcs } from "@hibiki/core/protocol/rpc/HibikiRpcs"
import { NotFound, RateLimited, Refused, Unauthenticated } from "@hibiki/core/protocol/rpc/RpcErrors"
import { Cause, Effect, Layer, Record } from "effect"
import { type HttpBounds, HttpOptions, httpBounds } from "../../src/http/HttpOptions.ts"
import { HttpServerLive } from "../../src/http/HttpServer.ts"
import { ReadinessLive } from "../../src/http/Readiness.ts"
import { type RpcCalls, RpcCallsLive } from "../../src/http/RpcCalls.ts"
import { RpcRoutesLive } from "../../src/http/RpcRoutes.ts"
import { RpcUpgrades } from "../../src/http/RpcSockets.ts"
import { SocketUpgrades } from "../../src/http/SocketUpgrades.ts"
import { type About, type CommandRow, commandRows } from "../conformance/commandRows.ts"

export const uuid = (n: number): string => `00000000-0000-7000-8000-${n.toString(16).padStart(12, "0")}`
export const token = "good-token"
export const me = {
  userId: UserId.make(uuid(1)),
  deviceId: DeviceId.make(uuid(2)),
  handle: "ada",
  admin: false,
  sessionVersion: 1
}

/** What the stub handlers do when a test asks for it by the query of `user.find`. */
export const secretText = "canary-7f3a select * from users at /srv/hibiki"

type Handlers = RpcGroup.HandlersFrom<RpcGroup.Rpcs<typeof HibikiRpcs>>

const person = { userId: me.userId, handle: me.handle, displayName: "Ada" }
const signedIn = Effect.map(ClientAddress, (address) => ({
  ...person,
  deviceId: me.deviceId,
  admin: false,
  accessToken: "a",
  accessTtlMs: 1,
  // Echoes the caller's address, so that tests can see who the server thinks is calling.
  refreshToken: address,
  refreshTtlMs: 1
}))
const page = { rows: [], asOf: 0, moreBefore: false, moreAfter: false }
const summary = (
  conversationId: Rpc.Payload<Extract<RpcGroup.Rpcs<typeof HibikiRpcs>, { _tag: "conversation.get" }>>["conversationId"]
) => ({
  conversationId,
  kind: "group" as const,
  title: "Tea",
  role: "owner" as const,
  history: "all" as const,
  members: 1,
  head: 3,
  visibleFrom: 1,
  readUpTo: 0,
  unread: 0
})

export const aboutStubs: About = {
  ...{ id: uuid(1), conversationId: uuid(6) },
  ...{ member: uuid(7), newcomer: uuid(8), owner: uuid(9) }
}
/** Each answers as its row says. The id and the conversation are those of the call, where it names them. */
const stubCommands = Record.map(
  commandRows,
  ({ answer }: CommandRow) =>
    (payload: object) =>
      // In JSON's form, as no type of an answer is.
      Effect.succeed(answer({ ...aboutStubs, ...payload }) as never)
)

export const stubHandlers: Handlers = {
  "auth.policy": () => Effect.succeed({ registration: "open" as const, directory: "open" as const }),
  "auth.register": () => signedIn,
  "auth.signIn": () => signedIn,
  "auth.refresh": () => Effect.fail(new Unauthenticated()),
  "auth.resetPassword": () => Effect.fail(new NotFound()),
  "auth.signOut": () => Effect.succeed({}),
  "auth.changePassword": () => Effect.succeed({}),
  // Echoes the caller's origin.
  "ticket.issue": () => Effect.map(ClientOrigin, (origin) => ({ ticket: origin, ttlMs: 30_000 })),
  "invite.create": () => Effect.succeed({ code: "c", ttlMs: 1, inviteId: "i" }),
  "invite.list": () => Effect.succeed({ invites: [], more: false }),
  "invite.end": () => Effect.succeed({}),
  "admin.people": () => Effect.succeed({ people: [], more: false }),
  "admin.devices": () => Effect.succeed([]),
  "admin.signOutDevice": () => Effect.succeed({}),
  "admin.disable": () => Effect.succeed({ devices: 0, invites: 0 }),
  "admin.enable": () => Effect.succeed({}),
  "admin.resetLink": () => Effect.succeed({ code: "c", ttlMs: 1 }),
  "admin.promote": () => Effect.succeed({}),
  "admin.demote": () => Effect.fail(new Refused({ code: "last_admin" })),
  "admin.conversations": () => Effect.succeed({ conversations: [], more: false }),
  "admin.members": () => Effect.succeed({ members: [], more: false }),
  "admin.giveOwner": () => Effect.succeed({}),
  "admin.trace": () => Effect.fail(new NotFound()),
  "admin.act": () => Effect.fail(new Refused({ code: "not_possible" })),
  "admin.audit": () => Effect.succeed({ entries: [], more: false }),
  "admin.auditExport": () => Effect.succeed({ csv: "" }),
  "device.list": () => Effect.succeed([]),
  "me.activity": () => Effect.succeed({ entries: [], more: false }),
  "device.revoke": () => Effect.fail(new NotFound()),
  "device.revokeOthers": () => Effect.succeed({ revoked: [] }),
  "user.me": () => Effect.succeed({ ...person, admin: false, invisible: false }),
  "user.updateProfile": ({ displayName }) => Effect.succeed({ ...person, displayName }),
  "user.updateSettings": () => Effect.succeed({}),
  "user.block": () => Effect.succeed({}),
  "user.byIds": ({ userIds }) => Effect.succeed(userIds.map((userId) => ({ ...person, userId }))),
  "user.find": ({ query }) => {
    if (query === "throw") throw new Error(secretText)
    if (query === "die") return Effect.die(new Error(secretText))
    if (query === "both")
      return Effect.failCause(
        Cause.parallel(Cause.fail(new RateLimited({ retryAfterMs: 5 })), Cause.die(new Error(secretText)))
      )
    if (query === "never") return Effect.never
    if (query === "wrong") return Effect.succeed([{ userId: secretText } as unknown as typeof person])
    return Effect.succeed([{ ...person, handle: query }])
  },
  "me.snapshot": () => Effect.fail(new NotFound()),
  "conversation.get": ({ conversationId }) =>
    conversationId === uuid(404) ? Effect.fail(new NotFound()) : Effect.succeed(summary(conversationId)),
  "conversation.members": () => Effect.succeed([]),
  "conversation.bans": () => Effect.succeed([]),
  "history.reactors": () => Effect.succeed([]),
  "conversation.channels": () => Effect.succeed([]),
  ...stubCommands,
  // A typed refusal, which several tests read.
  "conversation.leave": () => Effect.fail(new Refused({ code: "last_owner" })),
  "conversation.receipts": () => Effect.succeed([]),
  "presence.watch": () => Effect.fail(new NotFound()),
  "presence.count": () => Effect.fail(new NotFound()),
  "presence.history": () => Effect.fail(new NotFound()),
  "operate.watch": () => Effect.fail(new NotFound()),
  "push.key": () => Effect.succeed({ key: "k" }),
  "push.subscribe": () => Effect.succeed({}),
  "push.unsubscribe": () => Effect.succeed({}),
  "history.page": () => Effect.succeed(page),
  "history.changedSince": () => Effect.succeed(page),
  "history.search": () => Effect.succeed({ hits: [] })
}

const identify = (authorization: string | undefined) =>
  authorization === `Bearer ${token}` || authorization === `Bearer ${token}-2`
    ? Effect.succeed(me)
    : Effect.fail(new Unauthenticated())

export const stubMiddlewares = Layer.mergeAll(
  Layer.succeed(
    AuthMiddleware,
    AuthMiddleware.of(({ headers }) => identify(headers.authorization))
  ),
  Layer.succeed(
    AdminMiddleware,
    AdminMiddleware.of(({ headers }) => identify(headers.authorization))
  ),
  Layer.succeed(
    AddressMiddleware,
    AddressMiddleware.of(({ headers }) => Effect.succeed(headers["x-hibiki-client-address"] ?? "unknown"))
  ),
  Layer.succeed(
    OriginMiddleware,
    OriginMiddleware.of(({ headers }) => Effect.succeed(headers["x-hibiki-client-origin"] ?? "unknown"))
  )
)

export interface EdgeOptions extends Partial<Omit<HttpOptions["Type"], "bounds">> {
  readonly bounds?: Partial<HttpBounds>
  readonly takeSocket?: SocketUpgrades["Type"]["handle"]
  /** What takes the sockets of `/rpc/ws`; nobody when not said. */
  readonly rpcSockets?: Layer.Layer<RpcUpgrades, never, RpcCalls>
  readonly handlers?: Partial<Handlers>
}

const noRpcSockets = Layer.succeed(RpcUpgrades, RpcUpgrades.of({ handle: undefined }))

/** The whole edge; `HttpServer` tells its port. */
export const edgeLayer = ({ bounds, handlers, rpcSockets = noRpcSockets, takeSocket, ...options }: EdgeOptions = {}) =>
  HttpServerLive.pipe(
    Layer.provide([RpcRoutesLive, rpcSockets]),
    Layer.provide(RpcCallsLive),
    // A handler's type says that it may need anything; these need nothing.
    Layer.provide(
      HibikiRpcs.toLayer({ ...stubHandlers, ...handlers }) as Layer.Layer<
        Rpc.ToHandler<RpcGroup.Rpcs<typeof HibikiRpcs>>
      >
    ),
    Layer.provide(stubMiddlewares),
    Layer.provide(Layer.succeed(SocketUpgrades, SocketUpgrades.of({ handle: takeSocket }))),
    Layer.provideMerge(ReadinessLive),
    Layer.provide(
      Layer.succeed(
        HttpOptions,
        HttpOptions.of({
          host: "127.0.0.1",
          port: 0,
          publicUrl: undefined,
          insecureHttp: false,
          origins: [],
          // None, whatever is built here: a test that wants a page names its folder.
          pageFolder: "/nonexistent/page",
          trustedProxies: [],
          ...options,
          bounds: { ...httpBounds, drainTimeoutMs: 500, ...bounds }
        })
      )
    )
  )

export interface Response {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** One request on a connection of its own. Header values may be lists, which are sent as several headers. */
export const send = (
  port: number,
  method: string,
  path: string,
  options: {
    readonly headers?: Record<string, string | ReadonlyArray<string>>
    readonly body?: string | Uint8Array
  } = {}
): Effect.Effect<Response> =>
  Effect.async((resume) => {
    const outgoing = httpRequest(
      {
        host: "127.0.0.1",
        port,
        method,
        path,
        headers: { ...options.headers } as Record<string, string>,
        agent: false
      },
      (response) => {
        const chunks: Array<Buffer> = []
        response.on("data", (chunk: Buffer) => chunks.push(chunk))
        response.on("end", () =>
          resume(
            Effect.succeed({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: Buffer.concat(chunks).toString()
            })
          )
        )
      }
    )
    outgoing.on("error", (error) => resume(Effect.die(error)))
    outgoing.end(options.body)
    return Effect.sync(() => outgoing.destroy())
  })

/** A call of `/api/v1` by a signed-in native client, with a body as it is. */
export const callRaw = (
  port: number,
  tag: string,
  body: string,
  headers: Record<string, string> = {}
): Effect.Effect<Response> =>
  send(port, "POST", `/api/v1/${tag}`, {
    headers: { "content-type": "application/json", authorization: `Bearer ${token}`, ...headers },
    body
  })

/** The same with a payload. */
export const call = (
  port: number,
  tag: string,
  payload: unknown,
  headers: Record<string, string> = {}
): Effect.Effect<Response> => callRaw(port, tag, JSON.stringify(payload), headers)

/** From `localAddress` of this machine, or 127.0.0.1. */
export const connectRaw = (port: number, localAddress = "127.0.0.1"): Effect.Effect<Socket> =>
  Effect.async((resume) => {
    const socket = connect({ host: "127.0.0.1", port, localAddress }, () => resume(Effect.succeed(socket)))
    socket.on("error", (error) => resume(Effect.die(error)))
  })

/** Everything that the other side says until it closes. */
export const heard = (socket: Socket): Effect.Effect<string> =>
  Effect.async((resume) => {
    const chunks: Array<Buffer> = []
    socket.on("data", (chunk: Buffer) => chunks.push(chunk))
    socket.once("close", () => resume(Effect.succeed(Buffer.concat(chunks).toString())))
  })

/** Sends bytes as they are and gives back all that is answered until the connection closes. */
export const exchange = (port: number, bytes: string | Uint8Array): Effect.Effect<string> =>
  Effect.flatMap(connectRaw(port), (socket) => {
    socket.write(bytes)
    return heard(socket)
  })
