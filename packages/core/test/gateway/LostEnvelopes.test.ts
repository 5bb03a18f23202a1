import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { CommitPublisher } from "../../src/worker/CommitPublisher.ts"
import { makeGate } from "../world/gate.ts"
import { group, run } from "../world/logRuns.ts"
import { pair } from "../world/pair.ts"
import { rest, until } from "../world/waiting.ts"

describe("an envelope that is lost", () => {
  it.scoped("is missed as soon as the next one comes, of whichever conversation", () =>
    Effect.gen(function* () {
      let losing = false
      const { ann, bob, log, world } = yield* pair({ keep: () => !losing })
      const other = yield* world.provide(group(ann, [bob]))
      const device = yield* world.connect(bob)
      yield* device.op("live")
      yield* world.provide(run(ann, log, { kind: "post", text: "the first that this gateway gets" }))
      yield* device.reachSeq(log, 2)
      losing = true
      yield* world.provide(run(ann, log, { kind: "post", text: "lost" }))
      losing = false
      yield* world.provide(run(ann, other, { kind: "post", text: "next" }))
      yield* device.reachSeq(other, 2)
      // No time passes.
      yield* device.reachSeq(log, 3)
    })
  )

  it.scoped("is missed as well when it went to every gateway, and the next one goes to this one alone", () =>
    Effect.gen(function* () {
      let losing = false
      let everywhere = false
      const { ann, bob, log, world } = yield* pair({
        keep: () => !losing,
        routes: (own) => ({
          raise: (heads) => Effect.map(own.raise(heads), (nodes) => (everywhere ? { _tag: "Everywhere" } : nodes))
        })
      })
      const other = yield* world.provide(group(ann, [bob]))
      const device = yield* world.connect(bob)
      yield* device.op("live")
      for (let i = 2; i < 9; i++) yield* world.provide(run(ann, log, { kind: "post", text: "to this gateway" }))
      yield* device.reachSeq(log, 8)
      yield* rest
      everywhere = true
      losing = true
      yield* world.provide(run(ann, log, { kind: "post", text: "lost, and the first to every gateway" }))
      losing = false
      everywhere = false
      yield* world.provide(run(ann, other, { kind: "post", text: "next" }))
      yield* device.reachSeq(log, 9)
    })
  )

  it.scoped("by a worker that ended is looked for when another worker is heard of", () =>
    Effect.gen(function* () {
      let losing = false
      const { ann, bob, log, world } = yield* pair({ keep: () => !losing })
      const other = yield* world.provide(group(ann, [bob]))
      const device = yield* world.connect(bob)
      yield* device.op("live")
      yield* world.provide(run(ann, log, { kind: "post", text: "heard of the first worker" }))
      yield* device.reachSeq(log, 2)
      losing = true
      yield* world.provide(run(ann, log, { kind: "post", text: "lost, and the last of the first worker" }))
      losing = false
      const second = Layer.fresh(CommitPublisher.Default)
      yield* run(ann, other, { kind: "post", text: "by the second" }).pipe(Effect.provide(second), world.provide)
      yield* device.reachSeq(log, 3)
    })
  )

  it.scoped("makes one comparison of heads at a time, and one more for all that are lost meanwhile", () =>
    Effect.gen(function* () {
      let comparisons = 0
      let running = 0
      let most = 0
      const comparing = makeGate()
      const { ann, bob, log, world } = yield* pair({
        keep: (_, index) => index < 20 || index % 2 === 0,
        routes: (own) => ({
          heads: (logs) =>
            Effect.acquireUseRelease(
              Effect.sync(() => {
                comparisons++
                most = Math.max(most, ++running)
              }),
              () => comparing.through(own.heads(logs)),
              () => Effect.sync(() => running--)
            )
        })
      })
      const device = yield* world.connect(bob)
      yield* device.op("live")
      comparing.shut()
      comparisons = 0
      for (let i = 0; i < 80; i++) yield* world.provide(run(ann, log, { kind: "post", text: String(i) }))
      yield* until("heads are being compared", () => comparing.held() > 0)
      yield* rest
      assert.strictEqual(comparisons, 1)
      comparing.open()
      yield* device.reachSeq(log, 81)
      yield* rest
      assert.strictEqual(most, 1)
      assert.strictEqual(comparisons, 2)
    })
  )
})
