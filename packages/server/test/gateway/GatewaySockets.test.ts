/**
 * How many sockets one client address may hold at the gateway, and what it makes of sockets that it could not hear
 * itself.
 */
import { assert, describe, it } from "@effect/vitest"
import { NodeId } from "@hibiki/core/domain/Ids"
import { defaultGatewaySettings } from "@hibiki/core/gateway/GatewaySettings"
import type { SocketConnection } from "@hibiki/core/gateway/SocketConnection"
import { CloseCodes } from "@hibiki/core/protocol/CloseCode"
import { Context, Effect, Layer, Schedule } from "effect"
import { defaultSocketSettings, makeSockets } from "../../src/gateway/GatewaySockets.ts"
import { HttpServer } from "../../src/http/HttpServer.ts"
import { connectRaw, edgeLayer, send } from "../http/edgeUnderTest.ts"

const deaf = {
  isOpen: true,
  late: () => undefined,
  text: () => undefined,
  binary: () => undefined,
  drained: () => undefined,
  closed: () => undefined
}
/** It takes everybody, and hears nothing of what they say. */
const silent = {
  node: NodeId.make("00000000-0000-7000-8000-000000000001"),
  connect: () => deaf as unknown as SocketConnection,
  isFull: () => false,
  socketCount: () => 0,
  disconnect: () => false,
  sockets: () => [],
  storeReplaced: Effect.never,
  drain: () => Effect.void
}

/** A socket of that address, and the first line that it hears. */
const open = (port: number, address: string) =>
  Effect.gen(function* () {
    const socket = yield* connectRaw(port)
    yield* Effect.addFinalizer(() => Effect.sync(() => socket.destroy()))
    const said = Effect.async<string>((resume) => {
      socket.once("data", (bytes: Buffer) => resume(Effect.succeed(bytes.toString().split("\r\n", 1).join(""))))
    })
    socket.write(
      `GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n` +
        `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nX-Forwarded-For: ${address}\r\n\r\n`
    )
    return { socket, said: yield* said }
  })
const taken = "HTTP/1.1 101 Switching Protocols"
const refused = "HTTP/1.1 429 Too Many Requests"

describe("the gateway's sockets of one address", () => {
  it.scopedLive("are counted together where one network has all addresses, and given back when they end", () => {
    const sockets = makeSockets(
      silent,
      { ...defaultGatewaySettings, ...defaultSocketSettings, socketsPerAddress: 2 },
      () => 0
    )
    return Effect.gen(function* () {
      const { port } = yield* HttpServer
      const first = yield* open(port, "2001:db8:0:7::1")
      assert.deepStrictEqual([first.said, (yield* open(port, "2001:db8:0:7:ffff::2")).said], [taken, taken])
      assert.strictEqual((yield* open(port, "2001:db8:0:7:1:2:3:4")).said, refused)
      assert.strictEqual((yield* open(port, "2001:db8:0:8::1")).said, taken)
      for (const address of ["192.0.2.1", "::ffff:192.0.2.1"])
        assert.strictEqual((yield* open(port, address)).said, taken)
      assert.strictEqual((yield* open(port, "192.0.2.1")).said, refused)
      assert.strictEqual((yield* open(port, "192.0.2.2")).said, taken)
      first.socket.destroy()
      yield* Effect.retry(
        Effect.filterOrFail(open(port, "2001:db8:0:7::9"), ({ said }) => said === taken),
        Schedule.upTo(Schedule.spaced("10 millis"), "5 seconds")
      )
    }).pipe(Effect.provide(edgeLayer({ takeSocket: sockets.handle, trustedProxies: ["127.0.0.1"] })))
  })
})

describe("a process's sockets", () => {
  it.scopedLive(
    "leave room below the bound of its connections, so that its probes and whoever is sent elsewhere are answered",
    () => {
      const sockets = makeSockets(silent, { ...defaultGatewaySettings, ...defaultSocketSettings }, () => 0)
      return Effect.gen(function* () {
        const { port } = yield* HttpServer
        const held = yield* Effect.forEach(Array.from({ length: 19 }), (_, i) => open(port, `192.0.2.${i}`))
        assert.deepStrictEqual(new Set(held.map(({ said }) => said)), new Set([taken]))
        const elsewhere = "HTTP/1.1 503 Service Unavailable"
        for (let i = 0; i < 3; i++) {
          const { said, socket } = yield* open(port, "192.0.2.200")
          assert.strictEqual(said, elsewhere)
          yield* Effect.async<void>(
            (resume) => void (socket.destroyed ? resume(Effect.void) : socket.once("close", () => resume(Effect.void)))
          )
        }
        for (const path of ["/health/live", "/health/ready", "/metrics"])
          assert.strictEqual((yield* send(port, "GET", path)).status, 200)
        held[0]?.socket.destroy()
        yield* Effect.retry(
          Effect.filterOrFail(open(port, "192.0.2.201"), ({ said }) => said === taken),
          Schedule.upTo(Schedule.spaced("10 millis"), "5 seconds")
        )
      }).pipe(
        Effect.provide(
          edgeLayer({
            takeSocket: sockets.handle,
            trustedProxies: ["127.0.0.1"],
            metrics: "all",
            bounds: { connectionsMax: 20 }
          })
        )
      )
    }
  )
})

describe("a gateway that stood still", () => {
  /** A socket on which nothing is heard, looked at each second. `isOpen`: whether it has said hello. */
  const heardNothingOf = (isOpen: boolean) =>
    Effect.gen(function* () {
      let [nowMs, ended] = [0, false]
      const late = (openForMs: number) => (!isOpen && openForMs >= 5_000 ? CloseCodes.helloTimeout : undefined)
      const connection = { ...deaf, isOpen, late, closed: () => (ended = true) }
      const gateway = { ...silent, connect: () => connection as unknown as SocketConnection }
      const sockets = makeSockets(gateway, { ...defaultGatewaySettings, ...defaultSocketSettings }, () => nowMs)
      const context = yield* Layer.build(edgeLayer({ takeSocket: sockets.handle, trustedProxies: ["127.0.0.1"] }))
      assert.strictEqual((yield* open(Context.get(context, HttpServer).port, "192.0.2.1")).said, taken)
      return {
        standsStill: (ms: number) => {
          nowMs += ms
          sockets.tend()
        },
        /** Seconds until it is given up. */
        endsAfter: Effect.gen(function* () {
          for (let seconds = 1; seconds <= 60; seconds++) {
            nowMs += 1_000
            sockets.tend()
            yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
            if (ended) return seconds
          }
          return undefined
        })
      }
    })

  for (const [what, isOpen, seconds] of [
    ["gives a socket the time to say hello", false, 5],
    ["gives a silent socket the time to be heard", true, 40]
  ] as const) {
    it.scopedLive(`${what} that it has elsewhere`, () =>
      Effect.gen(function* () {
        assert.strictEqual(yield* (yield* heardNothingOf(isOpen)).endsAfter, seconds)
        const { endsAfter, standsStill } = yield* heardNothingOf(isOpen)
        standsStill(1_000)
        standsStill(60_000)
        assert.strictEqual(yield* endsAfter, seconds - 2, "two looks were due, and only they count")
      })
    )
  }
})
