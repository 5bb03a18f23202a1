/** One socket of streams without a network: what a reader that does not read can hold. */
import { assert, describe, it } from "@effect/vitest"
import type { CloseCode } from "@hibiki/core/protocol/CloseCode"
import { HibikiRpcs } from "@hibiki/core/protocol/rpc/HibikiRpcs"
import { Effect, FiberSet, TestClock } from "effect"
import { RpcSocket } from "../../src/http/RpcSocket.ts"
import { makeStrictRpc } from "../../src/http/StrictRpc.ts"
import { me } from "./edgeUnderTest.ts"
import { requestOf } from "./rpcSocketKit.ts"

/** Nothing that is sent ever leaves, until `read`. */
const stuckSocket = Effect.gen(function* () {
  const run = yield* FiberSet.makeRuntime<never, void>()
  const reading = yield* Effect.makeLatch(false)
  const closed: Array<CloseCode> = []
  const sent: Array<string> = []
  const open = { streams: 0 }
  let now = 0
  const socket = new RpcSocket({
    run,
    strict: makeStrictRpc(HibikiRpcs),
    calls: {
      run: () => Effect.die("no calls here"),
      stream: (_, __, emit) =>
        Effect.acquireUseRelease(
          Effect.sync(() => open.streams++),
          () => Effect.zipRight(emit([1]), Effect.never),
          () => Effect.sync(() => open.streams--)
        )
    },
    address: "192.0.2.1",
    origin: "",
    name: "socket",
    // Slow enough for the bound on messages.
    nowMs: () => (now += 1_000),
    authenticate: () => Effect.succeed(me),
    admit: () => undefined,
    send: (text) =>
      Effect.zipRight(
        Effect.sync(() => void sent.push(text)),
        reading.await
      ),
    close: (code) => void closed.push(code)
  })
  const say = (message: object) =>
    Effect.zipRight(
      Effect.sync(() => socket.message(JSON.stringify(message))),
      Effect.yieldNow()
    )
  return { closed, open, reading, say, sent, socket } as const
})

describe("a socket whose reader does not read", () => {
  it.scoped("is closed as too slow when nothing has left for 10 s, with all its streams", () =>
    Effect.gen(function* () {
      const { closed, open, say, sent } = yield* stuckSocket
      for (const id of ["1", "2", "3"]) yield* say(requestOf(id, "presence.watch", { userIds: [] }))
      yield* TestClock.adjust("9999 millis")
      assert.deepStrictEqual([sent.length, open.streams, closed.length], [1, 3, 0])
      yield* TestClock.adjust("1 millis")
      assert.deepStrictEqual(
        closed.map(({ code }) => code),
        [4504]
      )
      yield* TestClock.adjust("1 millis")
      assert.strictEqual(open.streams, 0)
    })
  )

  it.scoped("holds no more than 100 messages, though it goes on to speak", () =>
    Effect.gen(function* () {
      const { closed, say, sent } = yield* stuckSocket
      for (let n = 0; n < 100; n++) yield* say({ _tag: "Ping" })
      assert.deepStrictEqual([sent.length, closed.length], [1, 0])
      yield* say({ _tag: "Ping" })
      yield* TestClock.adjust("1 millis")
      assert.deepStrictEqual(
        closed.map(({ code }) => code),
        [4504]
      )
    })
  )

  it.scoped("is told everything in order once it reads", () =>
    Effect.gen(function* () {
      const { closed, reading, say, sent } = yield* stuckSocket
      yield* say({ _tag: "Ping" })
      yield* say(requestOf("1", "user.me", {}))
      yield* say({ _tag: "Ping" })
      yield* reading.open
      yield* TestClock.adjust("1 millis")
      assert.deepStrictEqual(
        sent.map((text) => (JSON.parse(text) as { _tag: string })._tag),
        ["Pong", "Exit", "Pong"]
      )
      assert.deepStrictEqual(closed, [])
    })
  )
})
