import { assert, describe, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import type { ConversationId } from "../../src/domain/Ids.ts"
import { EventStore, StoreUnavailable } from "../../src/ports/EventStore.ts"
import { CloseCodes } from "../../src/protocol/CloseCode.ts"
import type { TestDevice } from "../world/ChatWorld.ts"
import { fill } from "../world/logRuns.ts"
import { pair } from "../world/pair.ts"
import { pass, rest, until, whileCaughtUp } from "../world/waiting.ts"

const megabyte = 1_048_576
const from = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => first + i)

/** Asks for the whole log again and again. */
const askAgain = (device: TestDevice, log: ConversationId, times: number) => {
  for (let i = 0; i < times; i++) device.send({ op: "range", conversationId: log, from: 1, to: 1_000 })
}
const busies = (device: TestDevice) => device.frames.filter((frame) => frame.op === "busy").length

describe("a reader that is too slow", () => {
  it.scoped(
    "is closed half a minute after it stalled, and not by the deadline of an earlier stall from which it recovered",
    () =>
      Effect.gen(function* () {
        const { ann, world } = yield* pair()
        const device = yield* world.connect(ann)
        yield* device.op("live")
        device.connection.stalled()
        yield* world.settled
        device.drain()
        yield* world.settled
        yield* TestClock.adjust("29 seconds")
        device.connection.stalled()
        yield* world.settled
        yield* pass(29_000, 1_000)
        assert.isUndefined(device.state.closedWith)
        yield* TestClock.adjust("1 second")
        assert.strictEqual(yield* device.closed, CloseCodes.tooSlow)
      })
  )

  it.scoped("asks the store that is away no more often for having stalled", () =>
    Effect.gen(function* () {
      const away = { yes: true, asked: 0 }
      const { ann, bob, log, world } = yield* pair({
        store: (own) => ({
          slices: (requests) =>
            Effect.suspend(() => {
              away.asked++
              return away.yes ? new StoreUnavailable({ operation: "slices", cause: "away" }) : own.slices(requests)
            })
        })
      })
      const { epoch } = yield* world.provide(EventStore)
      yield* world.provide(fill(ann, log, 3, 10))
      const device = yield* world.connect(bob, { cursors: [[log, 1]], epoch })
      yield* world.settled
      yield* pass(2_000, 1_000)
      for (let i = 0; i < 10; i++) {
        device.connection.stalled()
        yield* world.settled
        device.drain()
        yield* world.settled
      }
      away.asked = 0
      yield* pass(10_000, 1_000)
      assert.isAtMost(away.asked, 11)
      away.yes = false
      yield* pass(2_000, 1_000)
      assert.deepStrictEqual(device.seqs(log), [2, 3, 4])
    })
  )

  it.scoped("stays when it drains within half a minute", () =>
    Effect.gen(function* () {
      const { ann, world } = yield* pair()
      const device = yield* world.connect(ann)
      yield* device.op("live")
      device.connection.stalled()
      yield* world.settled
      assert.isFalse(device.state.reading)
      yield* TestClock.adjust("29 seconds")
      device.drain()
      yield* world.settled
      yield* pass(60_000, 10_000)
      assert.isUndefined(device.state.closedWith)
      assert.isTrue(device.state.reading)
    })
  )

  it.scoped(
    "is told busy instead of one range more when enough waits for it, and is answered again when it has drained",
    () =>
      Effect.gen(function* () {
        const { ann, bob, log, world } = yield* pair()
        yield* world.provide(fill(ann, log, 100, 4_000))
        const device = yield* world.connect(bob, { stuck: true })
        yield* device.op("live")
        askAgain(device, log, 10)
        yield* until(
          "each range is answered",
          () => device.seqs(log).filter((seq) => seq === 1).length + busies(device) === 10
        )
        assert.isAtLeast(busies(device), 8)
        assert.isBelow(device.state.buffered, megabyte)
        assert.isTrue(device.state.reading)
        device.drain()
        yield* world.settled
        device.frames.length = 0
        device.send({ op: "range", conversationId: log, from: 3, to: 5 })
        yield* device.op("events")
        assert.deepStrictEqual(device.seqs(log), [3, 4, 5])
      })
  )

  it.scoped("is told busy when it asks for a range while it lags", () =>
    Effect.gen(function* () {
      const { ann, log, world } = yield* pair()
      const device = yield* world.connect(ann)
      yield* device.op("live")
      device.connection.stalled()
      device.send({ op: "range", conversationId: log, from: 1, to: 1 })
      yield* device.op("busy", (frame) => frame.conversationId === log)
      assert.deepStrictEqual(device.seqs(log), [])
    })
  )

  it.scoped("is sent the first part of a large range, from which it asks on", () =>
    Effect.gen(function* () {
      const { ann, log, world } = yield* pair()
      yield* world.provide(fill(ann, log, 150, 4_000))
      const device = yield* world.connect(ann)
      yield* device.op("live")
      device.send({ op: "range", conversationId: log, from: 1, to: 151 })
      yield* device.op("events")
      yield* rest
      const seqs = device.seqs(log)
      assert.isBelow(seqs.length, 100)
      assert.deepStrictEqual(seqs, from(1, seqs.length))
      device.send({ op: "range", conversationId: log, from: seqs.length + 1, to: 151 })
      yield* until("the rest is sent in part", () => device.seqs(log).length > seqs.length)
      yield* rest
      assert.deepStrictEqual(device.seqs(log), from(1, device.seqs(log).length))
    })
  )

  it.scoped("is caught up in steps, each begun only when the one before it has left", () =>
    Effect.gen(function* () {
      const { ann, bob, log, world } = yield* pair()
      const { epoch } = yield* world.provide(EventStore)
      yield* world.provide(fill(ann, log, 700, 4_000))
      const device = yield* world.connect(bob, { stuck: true, cursors: [[log, 1]], epoch })
      yield* whileCaughtUp
      assert.isFalse(device.state.reading)
      assert.isBelow(device.state.buffered, megabyte + 400_000)
      assert.isFalse(device.frames.some((frame) => frame.op === "live"))
      device.drain()
      yield* whileCaughtUp
      yield* device.op("live")
      assert.deepStrictEqual(device.seqs(log), from(2, 701))
    })
  )

  it.scoped("is caught up by reads that keep the store for a moment each, and read nothing twice", () =>
    Effect.gen(function* () {
      const reads: Array<ReadonlyArray<number>> = []
      const { ann, bob, log, world } = yield* pair({
        store: (own) => ({
          slices: (requests) =>
            Effect.tap(own.slices(requests), (slices) =>
              Effect.sync(() => reads.push(slices.flatMap(({ events }) => events.map(({ seq }) => seq))))
            )
        })
      })
      const { epoch } = yield* world.provide(EventStore)
      yield* world.provide(fill(ann, log, 500, 4_000))
      yield* world.provide(fill(ann, log, 400, 10))
      const device = yield* world.connect(bob, { cursors: [[log, 1]], epoch })
      yield* whileCaughtUp
      yield* device.op("live")
      assert.deepStrictEqual(device.seqs(log), from(2, 901))
      const long = reads.map((seqs) => seqs.filter((seq) => seq <= 501).length)
      assert.isAtMost(long[0] ?? 0, 32)
      assert.isAtMost(Math.max(...long.slice(1)), 9)
      // Only of the first read, when nothing is known of the sizes, a part is left for later.
      assert.isAtMost(reads.flat().length, 900 + 32)
      // Short ones go by hundreds.
      assert.isAtMost(reads.length, 80)
    })
  )
})
