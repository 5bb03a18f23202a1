/** `/rpc/ws`: streams to the official client and to a bare one, and everything that is refused there. */
import { assert, describe, it } from "@effect/vitest"
import { ConversationId } from "@hibiki/core/domain/Ids"
import { Limits } from "@hibiki/core/domain/Limits"
import { NotFound } from "@hibiki/core/protocol/rpc/RpcErrors"
import { Chunk, Context, Effect, Exit, Layer, Metric, Schedule, Scope, Stream } from "effect"
import { httpRefused } from "../../src/http/HttpMetrics.ts"
import { HttpServer } from "../../src/http/HttpServer.ts"
import { Readiness } from "../../src/http/Readiness.ts"
import { streamsMax } from "../../src/http/RpcSocket.ts"
import { connectRaw, heard, me, secretText, send, token, uuid } from "./edgeUnderTest.ts"
import {
  authorized,
  bareSocket,
  failedExit,
  makeSignOuts,
  makeSource,
  officialClient,
  portOf,
  requestOf,
  type StreamEdge,
  streamEdge
} from "./rpcSocketKit.ts"

const conversationId = ConversationId.make(uuid(6))
const sourceEdge = (options: StreamEdge = {}) => {
  const source = makeSource()
  return { ...source, edge: streamEdge({ handlers: { "presence.watch": () => source.stream }, ...options }) }
}
const soon = Schedule.upTo(Schedule.spaced("10 millis"), "5 seconds")
/** Waits for something that the other side brings about. */
const until = (holds: () => boolean) =>
  Effect.retry(
    Effect.suspend(() => (holds() ? Effect.void : Effect.fail("not yet"))),
    soon
  )
const badRequest = (code: string, field: string) => ({ _tag: "BadRequest", code, field })

describe("streams on /rpc/ws", () => {
  it.scopedLive("reach the official client, at its pace, and end when it has enough", () => {
    const { counts, edge } = sourceEdge()
    return Effect.gen(function* () {
      const client = yield* officialClient(yield* portOf)
      const told = yield* client.presence.watch({ conversationId }).pipe(Stream.take(3), Stream.runCollect, authorized)
      assert.deepStrictEqual(
        Chunk.toReadonlyArray(told).map(({ at }) => at),
        [0, 1, 2]
      )
      yield* until(() => counts.open === 0)
    }).pipe(Effect.provide(edge))
  })

  it.scopedLive("tell the official client how they ended: refusals as they are, defects without a word", () =>
    Effect.gen(function* () {
      const client = yield* officialClient(yield* portOf)
      const watch = (n: number) =>
        client.presence
          .watch({ conversationId: ConversationId.make(uuid(n)) })
          .pipe(Stream.runDrain, authorized, Effect.flip)
      assert.strictEqual((yield* watch(404))._tag, "NotFound")
      for (const n of [1, 2, 3]) assert.deepInclude(yield* watch(n), { _tag: "Unavailable", retryAfterMs: 1_000 })
      const stranger = yield* client.presence.watch({ conversationId }).pipe(Stream.runDrain, Effect.flip)
      assert.strictEqual(stranger._tag, "Unauthenticated")
    }).pipe(
      Effect.provide(
        streamEdge({
          handlers: {
            "presence.watch": ({ conversationId: asked }) => {
              if (asked === uuid(404)) return Stream.fail(new NotFound())
              if (asked === uuid(1)) throw new Error(secretText)
              if (asked === uuid(2)) return Stream.die(new Error(secretText))
              return Stream.make({ _tag: "Changes", at: secretText } as never)
            }
          }
        })
      )
    )
  )

  it.scopedLive("wait for the reader: no more is asked of them than it took in", () => {
    const { counts, edge } = sourceEdge()
    return Effect.gen(function* () {
      const { next, say, watch } = yield* bareSocket(yield* portOf)
      yield* watch("7")
      assert.deepStrictEqual(yield* next, {
        _tag: "Chunk",
        requestId: "7",
        values: [{ _tag: "Changes", at: 0, users: [] }]
      })
      // A round trip, in which more would have come.
      yield* say({ _tag: "Ping" })
      assert.deepStrictEqual(yield* next, { _tag: "Pong" })
      assert.strictEqual(counts.pulled, 1)
      yield* say({ _tag: "Ack", requestId: "7" })
      assert.deepInclude(yield* next, { _tag: "Chunk" })
      yield* say({ _tag: "Ack", requestId: "8" })
      yield* say({ _tag: "Ping" })
      assert.deepStrictEqual(yield* next, { _tag: "Pong" })
      assert.strictEqual(counts.pulled, 2)
    }).pipe(Effect.provide(edge))
  })

  it.scopedLive("end when the reader says so, and with its socket", () => {
    const { counts, edge } = sourceEdge()
    return Effect.gen(function* () {
      const { next, say, socket, watch } = yield* bareSocket(yield* portOf)
      yield* watch("1")
      yield* next
      yield* watch("2")
      yield* next
      assert.strictEqual(counts.open, 2)
      yield* say({ _tag: "Interrupt", requestId: "1" })
      assert.deepStrictEqual(yield* next, {
        ...{ _tag: "Exit", requestId: "1" },
        exit: { _tag: "Failure", cause: { _tag: "Interrupt", fiberId: { _tag: "None" } } }
      })
      yield* until(() => counts.open === 1)
      socket.close()
      yield* until(() => counts.open === 0)
    }).pipe(Effect.provide(edge))
  })

  it.scopedLive("end within seconds of a sign-out, with that word, and their socket with its code", () => {
    const signOuts = makeSignOuts()
    const { counts, edge } = sourceEdge({ signOuts })
    return Effect.gen(function* () {
      const port = yield* portOf
      const revoked = yield* bareSocket(port)
      const other = yield* bareSocket(port)
      yield* revoked.watch("1")
      yield* revoked.next
      yield* other.watch("1", `${token}-2`)
      yield* other.next
      const began = performance.now()
      signOuts.ended.push(me.deviceId)
      assert.deepStrictEqual(yield* revoked.next, failedExit("1", { _tag: "Unauthenticated" }))
      assert.deepStrictEqual(yield* revoked.closed, { code: 4403, reason: "revoked" })
      assert.isBelow(performance.now() - began, 5_000)
      yield* until(() => counts.open === 1)
      yield* other.say({ _tag: "Ping" })
      assert.deepStrictEqual(yield* other.next, { _tag: "Pong" })
      const late = yield* bareSocket(port)
      yield* late.watch("1")
      assert.deepStrictEqual(yield* late.next, failedExit("1", { _tag: "Unauthenticated" }))
    }).pipe(Effect.provide(edge))
  })

  it.scopedLive("end with a sign-in that has become too old, and their socket as one that nobody revoked", () => {
    const signOuts = makeSignOuts()
    const { edge } = sourceEdge({ signOuts })
    return Effect.gen(function* () {
      const old = yield* bareSocket(yield* portOf)
      yield* old.watch("1")
      yield* old.next
      signOuts.expired.push(me.deviceId)
      assert.deepStrictEqual(yield* old.next, failedExit("1", { _tag: "Unauthenticated" }))
      assert.deepStrictEqual(yield* old.closed, { code: 4401, reason: "unauthenticated" })
    }).pipe(Effect.provide(edge))
  })

  it.scopedLive("are bounded in number, by socket and by device", () => {
    const { edge } = sourceEdge({ settings: { perDevice: 2 } })
    return Effect.gen(function* () {
      const port = yield* portOf
      const first = yield* bareSocket(port)
      for (let n = 1; n <= streamsMax; n++) {
        yield* first.watch(`${n}`)
        assert.deepInclude(yield* first.next, { _tag: "Chunk" })
      }
      yield* first.watch("100")
      assert.deepStrictEqual(yield* first.next, failedExit("100", { _tag: "RateLimited", retryAfterMs: 1_000 }))
      const [second, third] = [yield* bareSocket(port), yield* bareSocket(port)]
      yield* second.watch("1")
      assert.deepInclude(yield* second.next, { _tag: "Chunk" })
      yield* third.watch("1")
      assert.deepStrictEqual(yield* third.next, failedExit("1", { _tag: "RateLimited", retryAfterMs: 1_000 }))
      yield* third.watch("2", `${token}-2`)
      assert.deepInclude(yield* third.next, { _tag: "Chunk" })
      // It is the other device's from now on.
      yield* third.watch("3")
      assert.deepStrictEqual(yield* third.next, failedExit("3", { _tag: "Unauthenticated" }))
      // A socket that is gone makes room.
      second.socket.close()
      yield* second.closed
      const fourth = yield* bareSocket(port)
      const opens = Effect.flatMap(Effect.zipRight(fourth.watch("1"), fourth.next), ({ _tag }) =>
        _tag === "Chunk" ? Effect.void : Effect.fail("not yet")
      )
      yield* Effect.retry(opens, soon)
    }).pipe(Effect.provide(edge))
  })
})

const handshake =
  "Host: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
const canary = "canary-9b1"
const watched = (changes: object) => ({ ...requestOf("5", "presence.watch", { userIds: [] }), ...changes })
/** Calls that can be named: each is answered, and the socket lives on. */
const badCalls: ReadonlyArray<readonly [why: string, message: unknown, code: string, field: string]> = [
  ["of an unknown tag", watched({ tag: canary }), "unknown_tag", "tag"],
  ["that have one answer", watched({ tag: "user.me", payload: {} }), "not_a_stream", "tag"],
  ["about nothing", watched({ payload: {} }), "invalid", "payload"],
  ["about both", watched({ payload: { conversationId: uuid(1), userIds: [] } }), "invalid", "payload"],
  ["with an excess field", watched({ payload: { userIds: [], extra: canary } }), "unknown_field", "payload.extra"],
  ["with an id that is none", watched({ payload: { userIds: [canary] } }), "invalid", "payload.userIds.0"],
  [
    "about too many",
    watched({ payload: { userIds: Array.from({ length: 201 }, (_, n) => uuid(n)) } }),
    "invalid",
    "payload.userIds"
  ],
  ["without a payload", watched({ payload: null }), "bad_type", "payload"]
]
/** Messages that can't be told apart: a word, then the socket is closed. */
const badMessages: ReadonlyArray<readonly [why: string, message: unknown, code: string, field: string]> = [
  ["that are no JSON", `{"_tag": ${canary}`, "not_json", "body"],
  ["that are no object", [requestOf("1", "presence.watch", { userIds: [] })], "bad_type", "body"],
  ["that are null", "null", "bad_type", "body"],
  ["that are too deep", `${"[".repeat(17)}${"]".repeat(17)}`, "too_deep", "body"],
  ["with a repeated key", '{"_tag":"Ping","_tag":"Ping"}', "repeated_key", "body"],
  ["with a NUL", watched({ tag: "\u0000" }), "nul", "body.tag"],
  ["of another kind", { _tag: "Eof" }, "not_a_request", "_tag"],
  ["with a field more", { _tag: "Ping", extra: canary }, "unknown_field", "body"],
  ["with a call's field more", watched({ extra: canary }), "unknown_field", "body"],
  ["that ack nothing", { _tag: "Ack" }, "bad_id", "requestId"],
  ["that name a call by a word", watched({ id: canary }), "bad_id", "id"],
  ["that interrupt by a number", { _tag: "Interrupt", requestId: 5 }, "bad_id", "requestId"],
  ["with headers of another form", watched({ headers: { authorization: canary } }), "bad_type", "headers"]
]

describe("/rpc/ws refuses", () => {
  it.scopedLive("calls that do not fit, one by one, and repeats nothing of them", () => {
    const { counts, edge } = sourceEdge()
    return Effect.gen(function* () {
      const { next, say, watch } = yield* bareSocket(yield* portOf)
      for (const [why, message, code, field] of badCalls) {
        yield* say(message)
        const answer = yield* next
        assert.deepStrictEqual(answer, failedExit("5", badRequest(code, field)), why)
        assert.notInclude(JSON.stringify(answer), canary)
      }
      assert.strictEqual(counts.pulled, 0)
      yield* watch("6")
      assert.deepInclude(yield* next, { _tag: "Chunk", requestId: "6" })
    }).pipe(Effect.provide(edge))
  })

  it.scopedLive("messages that can't be told apart, and closes", () => {
    const { edge } = sourceEdge()
    return Effect.gen(function* () {
      const port = yield* portOf
      for (const [why, message, code, field] of badMessages) {
        const { closed, next, say } = yield* bareSocket(port)
        yield* say(message)
        const answer = yield* next
        assert.deepStrictEqual(answer, { _tag: "Defect", defect: badRequest(code, field) }, why)
        assert.notInclude(JSON.stringify(answer), canary)
        assert.deepStrictEqual(yield* closed, { code: 4400, reason: "bad_frame" }, why)
      }
    }).pipe(Effect.provide(edge))
  })

  it.scopedLive("bytes, messages over the bound, names used twice, and floods", () => {
    const { edge } = sourceEdge()
    return Effect.gen(function* () {
      const port = yield* portOf
      const binary = yield* bareSocket(port)
      binary.socket.send(Buffer.from("{}"))
      assert.deepStrictEqual((yield* binary.next).defect, badRequest("not_text", "body"))
      assert.deepInclude(yield* binary.closed, { code: 4400 })
      const large = yield* bareSocket(port)
      yield* large.say("x".repeat(Limits.frameBytes + 1))
      assert.deepInclude(yield* large.closed, { code: 1009 })
      const twice = yield* bareSocket(port)
      yield* twice.watch("1")
      yield* twice.next
      yield* twice.watch("1")
      assert.deepStrictEqual((yield* twice.next).defect, badRequest("repeated_id", "id"))
      const flood = yield* bareSocket(port)
      for (let n = 0; n < 400; n++) yield* flood.say({ _tag: "Ping" })
      assert.deepStrictEqual(yield* flood.closed, { code: 4429, reason: "rate_limited" })
    }).pipe(Effect.provide(edge))
  })

  it.scopedLive("more sockets of one address than it may have, until one of them is gone, and counts them", () => {
    const { edge } = sourceEdge({ settings: { perAddress: 2 } })
    const refused = Effect.map(
      Metric.value(Metric.tagged(httpRefused, "reason", "sockets_of_address")),
      ({ count }) => count
    )
    return Effect.gen(function* () {
      const port = yield* portOf
      const before = yield* refused
      const [first] = [yield* bareSocket(port), yield* bareSocket(port)]
      const ask = Effect.flatMap(connectRaw(port), (socket) => {
        socket.write(`GET /rpc/ws HTTP/1.1\r\n${handshake}\r\n\r\n`)
        return heard(socket)
      })
      assert.match(yield* ask, /^HTTP\/1.1 429/)
      assert.strictEqual((yield* refused) - before, 1)
      first.socket.close()
      yield* first.closed
      const third = yield* Effect.retry(bareSocket(port), soon)
      yield* third.say({ _tag: "Ping" })
      assert.deepStrictEqual(yield* third.next, { _tag: "Pong" })
    }).pipe(Effect.provide(edge))
  })

  it.scopedLive("more sockets of one IPv6 network than an address may have", () => {
    const { edge } = sourceEdge({ settings: { perAddress: 2 }, trustedProxies: ["127.0.0.1"] })
    return Effect.gen(function* () {
      const port = yield* portOf
      const from = (address: string) => Effect.either(bareSocket(port, { "x-forwarded-for": address }))
      for (const address of ["2001:db8::1", "2001:db8::2"]) assert.strictEqual((yield* from(address))._tag, "Right")
      assert.strictEqual((yield* from("2001:db8::3"))._tag, "Left")
      assert.strictEqual((yield* from("2001:db8:0:1::3"))._tag, "Right")
    }).pipe(Effect.provide(edge))
  })

  it.scopedLive("pages of other origins, other paths, and everybody while the server drains", () => {
    const { edge } = sourceEdge()
    return Effect.gen(function* () {
      const port = yield* portOf
      const ask = (path: string, header = "X-Any: x") =>
        Effect.flatMap(connectRaw(port), (socket) => {
          socket.write(`GET ${path} HTTP/1.1\r\n${handshake}\r\n${header}\r\n\r\n`)
          return heard(socket)
        })
      assert.match(yield* ask("/rpc/ws", "Origin: https://app.evil"), /^HTTP\/1.1 403[\s\S]*foreign_origin/)
      assert.match(yield* ask("/rpc/ws", "Cookie: a=b"), /^HTTP\/1.1 403[\s\S]*foreign_origin/)
      assert.match(yield* ask("/rpc/ws?token=secret"), /^HTTP\/1.1 404/)
      assert.strictEqual((yield* send(port, "GET", "/rpc/ws")).status, 404)
      const page = yield* bareSocket(port, { origin: `http://localhost:${port}` })
      yield* page.watch("1")
      assert.deepInclude(yield* page.next, { _tag: "Chunk" })
      yield* Effect.flatMap(Readiness, ({ drain }) => drain)
      assert.match(yield* ask("/rpc/ws"), /^HTTP\/1.1 503/)
    }).pipe(Effect.provide(edge))
  })

  it.scopedLive("to keep a socket on which no stream is open", () => {
    const { edge } = sourceEdge({ settings: { idleMs: 500 } })
    return Effect.gen(function* () {
      const port = yield* portOf
      const [bare, used] = [yield* bareSocket(port), yield* bareSocket(port)]
      yield* used.watch("1")
      yield* used.next
      assert.deepStrictEqual(yield* bare.closed, { code: 1000, reason: "idle" })
      assert.strictEqual(used.socket.readyState, used.socket.OPEN)
    }).pipe(Effect.provide(edge))
  })

  it.scopedLive("to keep a socket that says nothing at all, not even to a ping", () => {
    const { edge } = sourceEdge({ settings: { deadAfterMs: 500 } })
    return Effect.gen(function* () {
      const silent = yield* connectRaw(yield* portOf)
      silent.write(`GET /rpc/ws HTTP/1.1\r\n${handshake}\r\n\r\n`)
      assert.match(yield* heard(silent), /^HTTP\/1.1 101/)
    }).pipe(Effect.provide(edge))
  })

  it.scopedLive("to go on when the server ends: streams end, and sockets are told to come back elsewhere", () =>
    Effect.gen(function* () {
      const { counts, edge } = sourceEdge()
      const life = yield* Scope.make()
      const { port } = Context.get(yield* Layer.buildWithScope(edge, life), HttpServer)
      const { closed, next, watch } = yield* bareSocket(port)
      yield* watch("1")
      yield* next
      yield* Scope.close(life, Exit.void)
      assert.deepStrictEqual(yield* closed, { code: 4503, reason: "moving" })
      assert.strictEqual(counts.open, 0)
    })
  )
})
