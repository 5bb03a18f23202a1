import { assert, describe, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import type { ConversationId } from "../../src/domain/Ids.ts"
import type { TestDevice } from "../world/ChatWorld.ts"
import { makeGate } from "../world/gate.ts"
import { group, run, runUnheard } from "../world/logRuns.ts"
import { pair } from "../world/pair.ts"
import { pass, rest, until } from "../world/waiting.ts"

/** Nothing is ever stored: what became of a command is never heard. */
const silent = Effect.gen(function* () {
  const appending = makeGate()
  const { ann, log, world } = yield* pair({
    store: (own) => ({ append: (commands) => appending.through(own.append(commands)) })
  })
  const other = yield* world.provide(group(ann, []))
  const device = yield* world.connect(ann)
  yield* device.op("live")
  appending.shut()
  return { appending, device, log, other }
})

const unknownOf = (device: TestDevice, log: ConversationId): boolean =>
  device.frames.some((frame) => frame.op === "busy" && frame.code === "unknown" && frame.conversationId === log)

describe("a command that nothing is heard of", () => {
  it.scoped("is told as unknown ten seconds after it was sent, however old the command before it is", () =>
    Effect.gen(function* () {
      const { device, log, other } = yield* silent
      yield* device.post(log, "first")
      yield* rest
      yield* pass(1_000)
      yield* device.post(other, "second")
      yield* rest
      yield* pass(8_500)
      assert.isFalse(unknownOf(device, log))
      yield* pass(500)
      assert.isTrue(unknownOf(device, log))
      yield* pass(500)
      assert.isFalse(unknownOf(device, other))
      yield* pass(500)
      assert.isTrue(unknownOf(device, other))
    })
  )

  it.scoped("has ten seconds more when it is sent again, which puts off no other", () =>
    Effect.gen(function* () {
      const { device, log, other } = yield* silent
      const id = (yield* device.post(log, "first"))[0] ?? assert.fail("an id")
      yield* rest
      yield* pass(1_000)
      yield* device.post(other, "second")
      yield* rest
      yield* pass(1_000)
      device.send({ op: "post", conversationId: log, posts: [{ id, text: "first" }] })
      yield* rest
      yield* pass(9_000)
      assert.isTrue(unknownOf(device, other))
      assert.isFalse(unknownOf(device, log))
      yield* pass(1_000)
      assert.isTrue(unknownOf(device, log))
    })
  )
})

describe("commands of one id in two conversations", () => {
  it.scoped("are answered both, each in its own", () =>
    Effect.gen(function* () {
      const { appending, device, log, other } = yield* silent
      const [id = assert.fail("an id")] = yield* device.post(log, "first")
      device.send({ op: "post", conversationId: other, posts: [{ id, text: "second" }] })
      device.send({
        op: "edit",
        id: (yield* device.post(log, "third"))[0] ?? assert.fail("an id"),
        conversationId: other,
        target: 99,
        text: "x"
      })
      yield* rest
      appending.open()
      yield* device.op("accepted", (frame) => frame.conversationId === log && frame.id === id)
      yield* device.op("accepted", (frame) => frame.conversationId === other && frame.id === id)
      const { code } = yield* device.op("refused", (frame) => frame.conversationId === other)
      assert.strictEqual(code, "invalid_target")
      assert.strictEqual(device.frames.filter(({ op }) => op === "accepted").length, 3)
    })
  )
})

describe("a withdrawal", () => {
  it.scoped("is answered though the post that it takes back is stored, and told as accepted, while it waits", () =>
    Effect.gen(function* () {
      const { device, log, appending } = yield* silent
      const [id = assert.fail("an id")] = yield* device.post(log, "first")
      yield* rest
      yield* pass(10_000)
      assert.isTrue(unknownOf(device, log))
      device.send({ op: "withdraw", id, conversationId: log })
      yield* rest
      appending.open()
      assert.strictEqual((yield* device.op("accepted")).id, id)
      const { code, ...refused } = yield* device.op("refused")
      assert.deepStrictEqual([code, refused.id], ["withdrawn", id])
    })
  )
})

describe("an accepted command", () => {
  it.scoped("whose place in the stream is jumped over is told as accepted at once, and the stream goes on above", () =>
    Effect.gen(function* () {
      const reading = makeGate()
      const { ann, bob, log, world } = yield* pair({
        store: (own) => ({ after: (of, after, limit) => reading.through(own.after(of, after, limit)) })
      })
      const device = yield* world.connect(bob)
      yield* device.op("live")
      // More than a gateway reads of a gap.
      yield* world.provide(
        runUnheard(
          ann,
          log,
          Array.from({ length: 1_100 }, () => ({ kind: "post", text: "x" }) as const)
        )
      )
      reading.shut()
      const [id] = yield* device.post(log, "mine")
      yield* until("the gap is being read", () => reading.held() > 0)
      yield* rest
      assert.isFalse(device.frames.some((frame) => frame.op === "accepted"))
      reading.open()
      const accepted = yield* device.op("accepted")
      assert.deepStrictEqual([accepted.id, accepted.seq], [id, 1_102])
      assert.strictEqual(
        (yield* device.op("behind", (frame) => frame.conversationId === log && frame.head > 1)).head,
        1_102
      )
      yield* world.provide(run(ann, log, { kind: "post", text: "next" }))
      yield* device.reachSeq(log, 1_103)
    })
  )

  it.scoped(
    "while its socket lags is told as accepted at once, and given again in its place when the socket has drained",
    () =>
      Effect.gen(function* () {
        const { bob, log, world } = yield* pair()
        const device = yield* world.connect(bob)
        yield* device.op("live")
        device.connection.stalled()
        yield* device.post(log, "mine")
        assert.strictEqual((yield* device.op("accepted")).seq, 2)
        yield* TestClock.adjust("1 second")
        device.drain()
        yield* world.settled
        yield* device.op("events", (frame) => frame.conversationId === log && frame.events[0]?.seq === 2)
      })
  )
})
