/** What a hostile or broken client may cost: slow, endless, too many, gone. */
import type { Duplex } from "node:stream"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Schedule } from "effect"
import { HttpServer } from "../../src/http/HttpServer.ts"
import { call, connectRaw, type EdgeOptions, edgeLayer, exchange, heard, me, send, token } from "./edgeUnderTest.ts"

const slow = { headersTimeoutMs: 1_000, requestTimeoutMs: 1_200, sweepMs: 50 }
const withEdge = <A>(options: EdgeOptions, test: (port: number, inFlight: () => number) => Effect.Effect<A, unknown>) =>
  Effect.flatMap(HttpServer, ({ inFlight, port }) => test(port, inFlight)).pipe(Effect.provide(edgeLayer(options)))
const head = (length: number) =>
  `POST /api/v1/user.find HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer ${token}\r\nContent-Length: ${length}\r\n\r\n`
const settled = (inFlight: () => number) =>
  Effect.suspend(() => (inFlight() === 0 ? Effect.void : Effect.fail("in flight"))).pipe(
    Effect.retry(Schedule.upTo(Schedule.spaced("5 millis"), "5 seconds"))
  )

describe("The edge under abuse", () => {
  it.live("ends headers that come byte by byte, whatever their number, and serves others meanwhile", () =>
    withEdge({ bounds: slow }, (port) =>
      Effect.gen(function* () {
        const dripping = yield* Effect.fork(
          Effect.forEach(
            Array.from({ length: 100 }, (_, i) => i),
            () =>
              Effect.gen(function* () {
                const socket = yield* connectRaw(port)
                const answer = yield* Effect.fork(heard(socket))
                const bytes = `GET /health/live HTTP/1.1\r\nHost: x\r\nX-Padding: ${"a".repeat(10_000)}`
                let sent = 0
                const drip = Effect.sync(() => void (socket.writable && socket.write(bytes[sent++] ?? "a")))
                yield* Effect.fork(Effect.repeat(drip, Schedule.spaced("10 millis")))
                return yield* Fiber.join(answer)
              }),
            { concurrency: "unbounded" }
          )
        )
        assert.strictEqual((yield* call(port, "user.me", {})).status, 200)
        for (const answer of yield* Fiber.join(dripping)) assert.match(answer, /^HTTP\/1.1 408 [\s\S]*"code":"timeout"/)
        assert.strictEqual((yield* call(port, "user.me", {})).status, 200)
      })
    )
  )

  it.live("ends connections that say nothing, and bodies that never come", () =>
    withEdge({ bounds: slow }, (port, inFlight) =>
      Effect.gen(function* () {
        assert.match(yield* exchange(port, ""), /^HTTP\/1.1 408/)
        assert.match(yield* exchange(port, `${head(100)}{"query"`), /^HTTP\/1.1 408 [\s\S]*"code":"timeout"/)
        yield* settled(inFlight)
      })
    )
  )

  it.live("does not read on when a body grows over its bound", () =>
    withEdge({}, (port, inFlight) =>
      Effect.gen(function* () {
        const chunk = `10000\r\n${"a".repeat(65_536)}\r\n`
        const endless = head(0).replace("Content-Length: 0", "Transfer-Encoding: chunked") + chunk + chunk
        assert.match(yield* exchange(port, endless), /^HTTP\/1.1 413 [\s\S]*\r\nconnection: close\r\n/i)
        yield* settled(inFlight)
      })
    )
  )

  it.live("answers a refused body once, and takes nothing behind it for a request", () =>
    withEdge({}, (port) =>
      Effect.gen(function* () {
        const smuggled = "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"
        const answer = yield* exchange(port, head(70_000) + smuggled)
        assert.match(answer, /^HTTP\/1.1 413/)
        assert.strictEqual(answer.split("HTTP/1.1 ").length, 2)
      })
    )
  )

  it.live("asks for a body that waits to be asked for, unless it is too large", () =>
    withEdge({}, (port) =>
      Effect.gen(function* () {
        const expecting = (length: number) =>
          head(length).replace("\r\n\r\n", "\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n")
        assert.match(
          yield* exchange(port, `${expecting(13)}{"query":"a"}`),
          /^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200/
        )
        assert.match(yield* exchange(port, expecting(70_000)), /^HTTP\/1.1 413/)
      })
    )
  )

  it.live("turns away what is above the requests that it answers at once, and takes more when they are done", () =>
    Effect.gen(function* () {
      const goOn = yield* Effect.makeLatch(false)
      const handlers = { "user.me": () => Effect.as(goOn.await, { ...me, displayName: "Ada", invisible: false }) }
      yield* withEdge({ handlers, bounds: { requestsMax: 3 } }, (port, inFlight) =>
        Effect.gen(function* () {
          const held = yield* Effect.fork(
            Effect.all(
              Array.from({ length: 3 }, () => call(port, "user.me", {})),
              { concurrency: 3 }
            )
          )
          yield* Effect.repeat(Effect.sync(inFlight), { until: (n) => n === 3, schedule: Schedule.spaced("5 millis") })
          const turnedAway = yield* call(port, "user.find", { query: "a" })
          assert.deepStrictEqual(
            [turnedAway.status, turnedAway.headers["retry-after"], turnedAway.body],
            [503, "1", '{"error":{"_tag":"Unavailable","retryAfterMs":1000}}']
          )
          for (const path of ["/health/live", "/metrics"])
            assert.strictEqual((yield* send(port, "GET", path)).status, 200)
          yield* goOn.open
          for (const { status } of yield* Fiber.join(held)) assert.strictEqual(status, 200)
          yield* settled(inFlight)
          assert.strictEqual((yield* call(port, "user.find", { query: "a" })).status, 200)
        })
      )
    })
  )

  it.live("gives bodies that are still coming no place among the requests that are answered", () =>
    Effect.gen(function* () {
      const goOn = yield* Effect.makeLatch(false)
      const handlers = { "user.me": () => Effect.as(goOn.await, { ...me, displayName: "Ada", invisible: false }) }
      yield* withEdge({ handlers, bounds: { requestsMax: 1 } }, (port, inFlight) =>
        Effect.gen(function* () {
          const begin = Effect.tap(connectRaw(port), (socket) => Effect.sync(() => socket.write(`${head(13)}{"query"`)))
          const slowOnes = yield* Effect.all([begin, begin, begin])
          yield* Effect.repeat(Effect.sync(inFlight), { until: (n) => n === 3, schedule: Schedule.spaced("5 millis") })
          assert.strictEqual((yield* call(port, "user.find", { query: "a" })).status, 200)
          const held = yield* Effect.fork(call(port, "user.me", {}))
          yield* Effect.repeat(Effect.sync(inFlight), { until: (n) => n === 4, schedule: Schedule.spaced("5 millis") })
          const end = (socket: (typeof slowOnes)[number]) => {
            socket.end(`:"a"}`)
            return heard(socket)
          }
          // It has come, and there is no place for it.
          assert.match(yield* end(slowOnes[0]), /^HTTP\/1\.1 503 [\s\S]*"_tag":"Unavailable","retryAfterMs":1000/)
          yield* goOn.open
          assert.strictEqual((yield* Fiber.join(held)).status, 200)
          for (const socket of slowOnes.slice(1)) assert.match(yield* end(socket), /^HTTP\/1\.1 200 /)
          yield* settled(inFlight)
        })
      )
    })
  )

  it.live("waits for so many bodies at once, and then gives up the one that it has waited for longest", () =>
    withEdge({ bounds: { bodiesMax: 2 } }, (port, inFlight) =>
      Effect.gen(function* () {
        const begin = Effect.gen(function* () {
          const socket = yield* connectRaw(port)
          const answer = yield* Effect.fork(heard(socket))
          socket.write(`${head(13)}{"query"`)
          return { socket, answer }
        })
        const are = (count: number) =>
          Effect.repeat(Effect.sync(inFlight), { until: (n) => n === count, schedule: Schedule.spaced("5 millis") })
        const first = yield* begin
        yield* are(1)
        const second = yield* begin
        yield* are(2)
        const third = yield* begin
        assert.match(
          yield* Fiber.join(first.answer),
          /^HTTP\/1\.1 503 [\s\S]*connection: close[\s\S]*"_tag":"Unavailable"/i
        )
        for (const { answer, socket } of [second, third]) {
          socket.end(`:"a"}`)
          assert.match(yield* Fiber.join(answer), /^HTTP\/1\.1 200 /)
        }
        yield* settled(inFlight)
      })
    )
  )

  it.live("lets no address have all requests that are answered at once", () =>
    Effect.gen(function* () {
      const goOn = yield* Effect.makeLatch(false)
      const handlers = { "user.me": () => Effect.as(goOn.await, { ...me, displayName: "Ada", invisible: false }) }
      const options = { handlers, trustedProxies: ["127.0.0.1"], bounds: { requestsMax: 4, requestsPerAddressMax: 2 } }
      yield* withEdge(options, (port, inFlight) =>
        Effect.gen(function* () {
          const from = (address: string, tag: string, payload: unknown) =>
            call(port, tag, payload, { "x-forwarded-for": address })
          const held = yield* Effect.fork(
            Effect.all([from("2001:db8::1", "user.me", {}), from("2001:db8::2", "user.me", {})], { concurrency: 2 })
          )
          yield* Effect.repeat(Effect.sync(inFlight), { until: (n) => n === 2, schedule: Schedule.spaced("5 millis") })
          // Of IPv6 a whole network is one.
          const turnedAway = yield* from("2001:db8::3", "user.find", { query: "a" })
          assert.deepStrictEqual(
            [turnedAway.status, turnedAway.headers["retry-after"], turnedAway.body],
            [429, "1", '{"error":{"_tag":"RateLimited","retryAfterMs":1000}}']
          )
          assert.strictEqual((yield* from("2001:db8:0:1::3", "user.find", { query: "a" })).status, 200)
          yield* goOn.open
          for (const { status } of yield* Fiber.join(held)) assert.strictEqual(status, 200)
          yield* settled(inFlight)
          assert.strictEqual((yield* from("2001:db8::3", "user.find", { query: "a" })).status, 200)
        })
      )
    })
  )

  it.live("drops connections above their bound and goes on with the others", () =>
    withEdge({ bounds: { connectionsMax: 2 } }, (port) =>
      Effect.gen(function* () {
        const first = yield* connectRaw(port)
        const second = yield* connectRaw(port)
        assert.strictEqual(yield* exchange(port, ""), "")
        second.destroy()
        yield* Effect.retry(
          Effect.filterOrFail(
            exchange(port, "GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
            (answer) => answer.startsWith("HTTP/1.1 200")
          ),
          Schedule.upTo(Schedule.spaced("5 millis"), "5 seconds")
        )
        first.destroy()
      })
    )
  )

  /**
   * One request of a connection that stays open, and the status that it is answered; undefined when it is closed
   * instead.
   */
  const keepAlive = (port: number, localAddress?: string) =>
    Effect.gen(function* () {
      const socket = yield* connectRaw(port, localAddress)
      const status = yield* Effect.async<string | undefined>((resume) => {
        socket.once("data", (bytes: Buffer) => resume(Effect.succeed(bytes.toString().split(" ")[1])))
        socket.once("close", () => resume(Effect.succeed(undefined)))
        socket.write("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
      })
      return { socket, status }
    })

  it.live("lets no address have all connections by idle ones, and takes more of it when some of them end", () =>
    withEdge({ bounds: { connectionsMax: 5, connectionsPerAddressMax: 4 } }, (port) =>
      Effect.gen(function* () {
        const idle = yield* Effect.all(Array.from({ length: 5 }, () => keepAlive(port)))
        assert.deepStrictEqual(
          idle.map(({ status }) => status),
          ["200", "200", "200", "200", undefined]
        )
        const other = yield* keepAlive(port, "127.0.0.2")
        assert.strictEqual(other.status, "200")
        for (const { socket } of [other, ...idle.slice(1)]) socket.destroy()
        yield* Effect.retry(
          Effect.filterOrFail(keepAlive(port), ({ status }) => status === "200"),
          Schedule.upTo(Schedule.spaced("5 millis"), "5 seconds")
        )
      })
    )
  )

  it.live("counts no connections of a proxy that it trusts, and none that were handed on", () =>
    Effect.gen(function* () {
      const bounds = { connectionsPerAddressMax: 1 }
      yield* withEdge({ bounds, trustedProxies: ["127.0.0.1"] }, (port) =>
        Effect.gen(function* () {
          for (let i = 0; i < 3; i++) assert.strictEqual((yield* keepAlive(port)).status, "200")
        })
      )
      const takeSocket = (_: unknown, socket: Duplex) => void socket.write("HTTP/1.1 101 Switching Protocols\r\n\r\n")
      yield* withEdge({ bounds, takeSocket }, (port) =>
        Effect.gen(function* () {
          const upgraded = yield* connectRaw(port)
          yield* Effect.async<void>((resume) => {
            upgraded.once("data", () => resume(Effect.void))
            upgraded.write(
              "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            )
          })
          assert.strictEqual((yield* keepAlive(port)).status, "200")
          // Its end gives back nothing more.
          upgraded.destroy()
          assert.strictEqual((yield* keepAlive(port)).status, undefined)
        })
      )
    })
  )

  it.live("interrupts the handler of a client that is gone", () =>
    Effect.gen(function* () {
      const started = yield* Effect.makeLatch(false)
      const interrupted = yield* Effect.makeLatch(false)
      const handlers = {
        "user.find": () => Effect.onInterrupt(Effect.zipRight(started.open, Effect.never), () => interrupted.open)
      }
      yield* withEdge({ handlers }, (port, inFlight) =>
        Effect.gen(function* () {
          const socket = yield* connectRaw(port)
          socket.write(`${head(13)}{"query":"a"}`)
          yield* started.await
          socket.destroy()
          yield* interrupted.await
          yield* settled(inFlight)
          assert.strictEqual((yield* call(port, "user.me", {})).status, 200)
        })
      )
    })
  )

  it.live("gives back the places of requests that waited behind another one when their connection ends", () =>
    Effect.gen(function* () {
      let interrupted = 0
      const handlers = { "user.find": () => Effect.onInterrupt(Effect.never, () => Effect.sync(() => interrupted++)) }
      yield* withEdge({ handlers }, (port, inFlight) =>
        Effect.gen(function* () {
          const socket = yield* connectRaw(port)
          socket.write(`${head(13)}{"query":"a"}`.repeat(8))
          yield* Effect.repeat(Effect.sync(inFlight), { until: (n) => n === 8, schedule: Schedule.spaced("5 millis") })
          socket.destroy()
          yield* settled(inFlight)
          yield* Effect.repeat(
            Effect.sync(() => interrupted),
            { until: (n) => n === 8, schedule: Schedule.spaced("5 millis") }
          )
        })
      )
    })
  )

  it.live("survives clients that vanish in the middle of everything", () =>
    withEdge({}, (port, inFlight) =>
      Effect.gen(function* () {
        for (const bytes of [
          "",
          "GET",
          head(100),
          `${head(100)}{"que`,
          `${head(13)}{"query":"a"}`,
          "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
        ]) {
          const socket = yield* connectRaw(port)
          socket.write(bytes, () => socket.resetAndDestroy())
        }
        assert.strictEqual((yield* call(port, "user.me", {})).status, 200)
        yield* settled(inFlight)
      })
    )
  )
})
