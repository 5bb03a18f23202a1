import { assert, describe, it } from "@effect/vitest"
import { SimulatedTime } from "@hibiki/testing/simulation/SimulatedTime"
import { Deferred, Effect, Layer, TestClock } from "effect"
import { ConversationId, NodeId } from "../../src/domain/Ids.ts"
import { makeIngressLanes } from "../../src/ingress/IngressLanes.ts"
import { Ingress, IngressUnavailable } from "../../src/ports/Ingress.ts"
import type { Submission } from "../../src/ports/Submission.ts"

const submission = (key: string, commands = 1): Submission => ({
  v: 1,
  to: NodeId.make("00000000-0000-7000-8000-000000000001"),
  key,
  log: ConversationId.make("00000000-0000-7000-8000-000000000002"),
  commands: new Array(commands).fill(undefined)
})
const noFailure = () => assert.fail("nothing fails here")

/** An ingress whose first publish waits until it is let go. */
const gated = Effect.gen(function* () {
  const gate = yield* Deferred.make<void, IngressUnavailable>()
  const batches: Array<ReadonlyArray<string>> = []
  const layer = Layer.succeed(Ingress, {
    partitions: 1,
    publish: (_, batch) => {
      batches.push(batch.map((s) => s.key))
      return Deferred.await(gate)
    }
  })
  return { gate, batches, layer }
})

describe("the lanes towards the ingress", () => {
  it.scoped("send at once when nothing is under way, and gather what comes meanwhile into the next batch", () =>
    Effect.gen(function* () {
      const { batches, gate, layer } = yield* gated
      const lanes = yield* Effect.provide(makeIngressLanes, layer)
      for (const key of ["a", "b", "c"]) assert.isUndefined(lanes.submit(submission(key), 10, noFailure))
      assert.deepStrictEqual(batches, [["a"]])
      lanes.submit(submission("d"), 10, noFailure)
      yield* Deferred.succeed(gate, undefined)
      yield* Effect.repeat(Effect.yieldNow(), { until: () => lanes.depth() === 0 })
      assert.deepStrictEqual(batches, [["a"], ["b", "c", "d"]])
    })
  )

  it.scoped("answer busy when too much waits, and take again when it has gone", () =>
    Effect.gen(function* () {
      const { gate, layer } = yield* gated
      const lanes = yield* Effect.provide(makeIngressLanes, layer)
      assert.isUndefined(lanes.submit(submission("a", 4_000), 10, noFailure))
      assert.strictEqual(lanes.submit(submission("b"), 10, noFailure)?.code, "busy")
      yield* Deferred.succeed(gate, undefined)
      yield* Effect.repeat(Effect.yieldNow(), { until: () => lanes.depth() === 0 })
      assert.isUndefined(lanes.submit(submission("b"), 10, noFailure))
    })
  )

  it.scoped("tell every submission of a failed batch, once, and go on", () =>
    Effect.gen(function* () {
      const { batches, gate, layer } = yield* gated
      const lanes = yield* Effect.provide(makeIngressLanes, layer)
      const failures: Array<string> = []
      for (const key of ["a", "b"])
        lanes.submit(submission(key), 10, (failure) => failures.push(`${key} ${failure.code}`))
      yield* Deferred.fail(gate, new IngressUnavailable({ code: "unknown", retryAfterMs: 5 }))
      yield* Effect.repeat(Effect.yieldNow(), { until: () => lanes.depth() === 0 })
      assert.deepStrictEqual(failures, ["a unknown", "b unknown"])
      assert.deepStrictEqual(batches, [["a"], ["b"]])
    })
  )

  it.scoped("rest between two messages where several gather, and not where hardly anything comes", () =>
    Effect.gen(function* () {
      const sent: Array<ReadonlyArray<string>> = []
      const layer = Layer.succeed(Ingress, {
        partitions: 1,
        restMs: 6,
        publish: (_, batch) =>
          Effect.zipRight(
            Effect.sync(() => void sent.push(batch.map(({ key }) => key))),
            Effect.sleep(1)
          )
      })
      const lanes = yield* Effect.provide(makeIngressLanes, layer)
      const comes = (...keys: ReadonlyArray<string>) => {
        for (const key of keys) lanes.submit(submission(key), 10, noFailure)
      }
      const passes = (ms: number) => TestClock.adjust(ms)
      for (const key of ["a", "b", "c"]) {
        comes(key)
        yield* passes(1)
      }
      assert.deepStrictEqual(sent.splice(0), [["a"], ["b"], ["c"]], "each at once")

      // Those that come while the first is under way are one message, and after it the lane rests.
      comes("d", "e", "f", "g", "h")
      yield* passes(1)
      assert.deepStrictEqual(sent.splice(0), [["d"], ["e", "f", "g", "h"]])
      yield* passes(1)
      comes("i")
      yield* passes(2)
      comes("j")
      yield* passes(2)
      assert.deepStrictEqual(sent, [], "6 ms from when it sent")
      yield* passes(1)
      assert.deepStrictEqual(sent.splice(0), [["i", "j"]])

      // It had its rest while nothing came.
      yield* passes(10)
      comes("k")
      assert.deepStrictEqual(sent.splice(0), [["k"]])

      // Nothing is gained where what waits is more than one message holds.
      yield* passes(10)
      comes("k1")
      lanes.submit(submission("k2", 150), 10, noFailure)
      lanes.submit(submission("k3", 150), 10, noFailure)
      yield* passes(2)
      assert.deepStrictEqual(sent.splice(0), [["k1"], ["k2"], ["k3"]])
      yield* passes(10)

      // One in 4 ms: after a few it rests no more.
      for (const key of ["l", "m", "n", "o", "p", "q"]) {
        yield* passes(4)
        comes(key)
      }
      yield* passes(2)
      comes("r")
      assert.deepStrictEqual(sent.splice(-1), [["r"]])
    })
  )

  it("rest longer while sending takes long, and soon no longer", () => {
    const time = new SimulatedTime(1)
    const sentAt: Array<number> = []
    let takes = 1
    const layer = Layer.succeed(Ingress, {
      partitions: 1,
      restMs: 4,
      publish: () =>
        Effect.suspend(() => {
          sentAt.push(time.now)
          return Effect.sleep(takes)
        })
    })
    time.fork(
      Effect.gen(function* () {
        const lanes = yield* Effect.provide(makeIngressLanes, layer)
        for (let n = 0; ; n++) {
          lanes.submit(submission(`${n}`), 10, noFailure)
          lanes.submit(submission(`${n} too`), 10, noFailure)
          yield* Effect.sleep(1)
        }
      }).pipe(Effect.scoped)
    )
    /** How far apart messages are after so long. */
    const apartAfter = (ms: number) => {
      time.pass(ms)
      const last = sentAt.slice(-5)
      return last.slice(1).map((at, i) => at - (last[i] ?? 0))
    }
    assert.deepStrictEqual(apartAfter(200), [4, 4, 4, 4], "the shortest")
    takes = 5
    assert.deepStrictEqual(apartAfter(1_000), [10, 10, 10, 10], "as long as it sends")
    takes = 9
    assert.deepStrictEqual(apartAfter(1_000), [12, 12, 12, 12], "three times the shortest")
    takes = 1
    assert.deepStrictEqual(apartAfter(300), [4, 4, 4, 4])
  })

  it("send everything, in whatever order fibers run: also what is submitted just as the last batch is confirmed", () => {
    for (let seed = 0; seed < 300; seed++) {
      const time = new SimulatedTime(seed)
      const sent: Array<string> = []
      const layer = Layer.succeed(Ingress, {
        partitions: 1,
        publish: (_, batch) => Effect.andThen(Effect.yieldNow(), () => void sent.push(...batch.map(({ key }) => key)))
      })
      time.fork(
        Effect.gen(function* () {
          const lanes = yield* Effect.provide(makeIngressLanes, layer)
          for (let n = 0; n < 8; n++) {
            lanes.submit(submission(`${n}`), 10, noFailure)
            yield* Effect.repeatN(Effect.yieldNow(), (seed + n) % 9)
          }
          yield* Effect.sleep("10 seconds")
        }).pipe(Effect.scoped)
      )
      time.pass(1_000)
      assert.deepStrictEqual(sent, ["0", "1", "2", "3", "4", "5", "6", "7"], `seed ${seed}`)
    }
  })
})
