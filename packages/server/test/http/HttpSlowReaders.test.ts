/** Clients that ask, and take what they are answered slowly or not at all. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import type { Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schedule } from "effect"
import type { HttpBounds } from "../../src/http/HttpOptions.ts"
import { HttpServer } from "../../src/http/HttpServer.ts"
import { call, connectRaw, edgeLayer, heard } from "./edgeUnderTest.ts"

/** More than the kernel takes for a client that reads nothing. */
const bytes = 12 * 1_048_576

const pageOfOneFile = Effect.acquireRelease(
  Effect.sync(() => {
    const folder = mkdtempSync(join(tmpdir(), "hibiki-slow-"))
    writeFileSync(join(folder, "big.png"), Buffer.alloc(bytes, "a"))
    return folder
  }),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

const withEdge = <A>(
  bounds: Partial<HttpBounds>,
  test: (port: number, inFlight: () => number) => Effect.Effect<A, unknown>
) =>
  Effect.scoped(
    Effect.flatMap(pageOfOneFile, (pageFolder) =>
      Effect.flatMap(HttpServer, ({ inFlight, port }) => test(port, inFlight)).pipe(
        Effect.provide(edgeLayer({ pageFolder, bounds }))
      )
    )
  )

/** Asks for what is big, and reads no more of it than that it has begun. */
const ask = (port: number) =>
  Effect.tap(connectRaw(port), (socket) =>
    Effect.async<void>((resume) => {
      socket.once("readable", () => resume(Effect.void))
      socket.write("GET /big.png HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    })
  )
const are = (inFlight: () => number, count: number) =>
  Effect.suspend(() => (inFlight() === count ? Effect.void : Effect.fail("others"))).pipe(
    Effect.retry(Schedule.upTo(Schedule.spaced("5 millis"), "5 seconds"))
  )
const bodyOf = (socket: Socket) =>
  Effect.map(heard(socket), (answer) => answer.slice(answer.indexOf("\r\n\r\n") + 4).length)

describe("The edge and who reads slowly", () => {
  it.live("gives them no place among the requests that are decided, and all that they asked for when they read", () =>
    withEdge({ requestsMax: 3 }, (port, inFlight) =>
      Effect.gen(function* () {
        const slow = [yield* ask(port), yield* ask(port), yield* ask(port)]
        assert.strictEqual((yield* call(port, "user.me", {})).status, 200)
        yield* are(inFlight, 3)
        for (const socket of slow) assert.strictEqual(yield* bodyOf(socket), bytes)
        yield* are(inFlight, 0)
      })
    )
  )

  it.live("keeps so many answers for them, and so many bytes, and then cuts off the oldest", () =>
    Effect.forEach([{ answersMax: 2 }, { answerBytesMax: 3 * bytes - 1 }], (bounds) =>
      withEdge(bounds, (port, inFlight) =>
        Effect.gen(function* () {
          const [first, second, third] = [yield* ask(port), yield* ask(port), yield* ask(port)]
          yield* are(inFlight, 2)
          assert.isBelow(yield* bodyOf(first), bytes)
          for (const socket of [second, third]) assert.strictEqual(yield* bodyOf(socket), bytes)
        })
      )
    )
  )

  it.live("cuts off who takes too long for what was answered", () =>
    withEdge({ answerTimeoutMs: 100, answerBytesPerSecond: 100 * bytes }, (port, inFlight) =>
      Effect.gen(function* () {
        const socket = yield* ask(port)
        yield* are(inFlight, 0)
        assert.isBelow(yield* bodyOf(socket), bytes)
      })
    )
  )
})
