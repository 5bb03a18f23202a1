/** Upgrades: which go to the gateway, which are refused, and that nothing else on the port can pass for one. */
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect } from "effect"
import { HttpServer } from "../../src/http/HttpServer.ts"
import { Readiness } from "../../src/http/Readiness.ts"
import { connectRaw, type EdgeOptions, edgeLayer, exchange, heard } from "./edgeUnderTest.ts"

const handshake = {
  Host: "x",
  Connection: "Upgrade",
  Upgrade: "websocket",
  "Sec-WebSocket-Version": "13",
  "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="
}
const upgrade = (path: string, headers: Record<string, string | undefined> = {}, method = "GET"): string => {
  const all = Object.entries({ ...handshake, ...headers }).filter(([, value]) => value !== undefined)
  return `${method} ${path} HTTP/1.1\r\n${all.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`
}
const taken: EdgeOptions = {
  // What a gateway would do, and who is calling.
  takeSocket: (_, socket, __, address) => socket.end(`HTTP/1.1 101 Switching Protocols\r\n\r\n${address}`)
}
const withEdge = <A>(options: EdgeOptions, test: (port: number) => Effect.Effect<A, unknown, Readiness>) =>
  Effect.flatMap(HttpServer, ({ port }) => test(port)).pipe(Effect.provide(edgeLayer(options)))

describe("Socket upgrades", () => {
  it.live("go to the gateway at /ws, with the client's address", () =>
    withEdge({ ...taken, trustedProxies: ["127.0.0.1"] }, (port) =>
      Effect.gen(function* () {
        assert.strictEqual(yield* exchange(port, upgrade("/ws")), "HTTP/1.1 101 Switching Protocols\r\n\r\n127.0.0.1")
        assert.match(yield* exchange(port, upgrade("/ws", { Origin: `http://localhost:${port}` })), /^HTTP\/1.1 101/)
        assert.match(
          yield* exchange(port, upgrade("/ws", { "X-Forwarded-For": "1.1.1.1, 198.51.100.7" })),
          /198\.51\.100\.7$/
        )
      })
    )
  )

  it.live("bring what the client sent behind them", () =>
    Effect.gen(function* () {
      const head = yield* Deferred.make<string>()
      const takeSocket: EdgeOptions["takeSocket"] = (_, socket, bytes) => {
        Deferred.unsafeDone(head, Effect.succeed(bytes.toString()))
        socket.destroy()
      }
      yield* withEdge({ takeSocket }, (port) => exchange(port, `${upgrade("/ws")}early`))
      assert.strictEqual(yield* Deferred.await(head), "early")
    })
  )

  const refused: ReadonlyArray<readonly [why: string, bytes: string, status: number, code: string | undefined]> = [
    ["by another origin's page", upgrade("/ws", { Origin: "https://app.evil" }), 403, "foreign_origin"],
    ["by a page without origin", upgrade("/ws", { Origin: "null" }), 403, "foreign_origin"],
    ["by a browser that hides its origin", upgrade("/ws", { "Sec-Fetch-Site": "cross-site" }), 403, "foreign_origin"],
    ["with a cookie and no origin", upgrade("/ws", { Cookie: "a=b" }), 403, "foreign_origin"],
    ["with two origins", upgrade("/ws", { Origin: "https://a\r\nOrigin: https://b" }), 400, "repeated_header"],
    ["of a query, which could hold a secret", upgrade("/ws?ticket=secret"), 404, undefined],
    ["of another path", upgrade("/"), 404, undefined],
    ["of the calls' path", upgrade("/rpc"), 404, undefined],
    ["of the streams' path, where nobody takes them", upgrade("/rpc/ws"), 404, undefined],
    ["of another spelling", upgrade("/ws/"), 404, undefined],
    ["by POST", upgrade("/ws", {}, "POST"), 405, "method"],
    ["to another protocol", upgrade("/ws", { Upgrade: "h2c" }), 400, "upgrade"],
    ["of another version", upgrade("/ws", { "Sec-WebSocket-Version": "8" }), 400, "upgrade"],
    ["without a key", upgrade("/ws", { "Sec-WebSocket-Key": undefined }), 400, "upgrade"],
    ["with a key that is none", upgrade("/ws", { "Sec-WebSocket-Key": "x" }), 400, "upgrade"]
  ]
  for (const [why, bytes, status, code] of refused) {
    it.live(`are refused ${why}, with the headers of all answers`, () =>
      withEdge(taken, (port) =>
        Effect.map(exchange(port, bytes), (answer) => {
          assert.isTrue(answer.startsWith(`HTTP/1.1 ${status} `), answer)
          assert.match(answer, /\r\nconnection: close\r\n/)
          assert.match(answer, /\r\nx-content-type-options: nosniff\r\n/)
          const error =
            code === undefined
              ? /\{"error":\{"_tag":"NotFound"\}\}$/
              : new RegExp(`"code":"${code}","field":"[a-z.-]+"\\}\\}$`)
          assert.match(answer, error)
          assert.notInclude(answer, "secret")
        })
      )
    )
  }

  it.live("are turned away while the server drains, with a time to come back", () =>
    withEdge(taken, (port) =>
      Effect.gen(function* () {
        yield* Effect.flatMap(Readiness, (readiness) => readiness.drain)
        assert.match(
          yield* exchange(port, upgrade("/ws")),
          /^HTTP\/1.1 503 [\s\S]*\r\nretry-after: 1\r\n[\s\S]*\{"error":\{"_tag":"Unavailable","retryAfterMs":1000\}\}$/
        )
      })
    )
  )

  it.live("find nothing where there is no gateway", () =>
    withEdge({}, (port) =>
      Effect.map(exchange(port, upgrade("/ws")), (answer) => assert.match(answer, /^HTTP\/1.1 404/))
    )
  )

  it.live("are not cut by the bounds of requests once they are the gateway's", () =>
    Effect.gen(function* () {
      const takeSocket: EdgeOptions["takeSocket"] = (_, socket) =>
        void socket.on("data", (bytes: Buffer) => socket.end(bytes))
      const bounds = { headersTimeoutMs: 500, requestTimeoutMs: 500, sweepMs: 50, inactivityMs: 500 }
      yield* withEdge({ takeSocket, bounds }, (port) =>
        Effect.gen(function* () {
          const socket = yield* connectRaw(port)
          const answer = yield* Effect.fork(heard(socket))
          socket.write(upgrade("/ws"))
          // Slow requests on other connections end by the same bounds, so they tell when these have passed.
          yield* exchange(port, "GET / HTTP/1.1\r\nHost")
          yield* exchange(port, "GET / HTTP/1.1\r\nHost")
          socket.write("still here")
          assert.strictEqual(yield* answer.await.pipe(Effect.flatten), "still here")
        })
      )
    })
  )
})
