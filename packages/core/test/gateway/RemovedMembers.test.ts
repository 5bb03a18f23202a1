import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { Routes } from "../../src/ports/Routes.ts"
import { run } from "../world/logRuns.ts"
import { pair } from "../world/pair.ts"
import { removeWhileWriting } from "../world/removals.ts"
import { pass } from "../world/waiting.ts"

describe("a removed member", () => {
  it.scoped(
    "gets nothing after the removal, and everybody else everything in order, though every second envelope is lost",
    () =>
      Effect.gen(function* () {
        const outcome = yield* removeWhileWriting(true)
        assert.isAbove(outcome.lost, 20)
        assert.strictEqual(outcome.removals.length, 20)
        outcome.removed.forEach((seqs, i) => {
          const removal = outcome.removals[i] ?? assert.fail("each was removed")
          assert.isAtMost(Math.max(0, ...seqs), removal)
          assert.deepStrictEqual(
            seqs,
            Array.from({ length: seqs.length }, (_, n) => n + 2)
          )
        })
        for (const seqs of outcome.writers) {
          assert.deepStrictEqual(
            [...new Set(seqs)],
            Array.from({ length: outcome.head - 1 }, (_, n) => n + 2)
          )
        }
      })
  )

  it.scoped(
    "who was the last one at a gateway and stays there leaves it without interest in that conversation, and with room for another",
    () =>
      Effect.gen(function* () {
        const { ann, bob, log, world } = yield* pair({ settings: { logsMax: 2 } })
        const device = yield* world.connect(bob)
        yield* device.op("live")
        /**
         * Whether a worker would tell this gateway of a change, and whether it takes nobody in, because of this log and
         * a personal one.
         */
        const isHere = Effect.gen(function* () {
          const to = yield* world.provide(Effect.flatMap(Routes, (routes) => routes.raise([[log, 0]])))
          return [to._tag === "Nodes" && to.of.get(log)?.includes(world.gateway.node) === true, world.gateway.isFull()]
        })
        yield* world.provide(run(bob, log, { kind: "leave" }))
        yield* device.reachSeq(log, 2)
        assert.deepStrictEqual(yield* isHere, [true, true])
        yield* pass(75_000, 5_000)
        assert.deepStrictEqual(yield* isHere, [false, false])
        // Who is added again is told as before.
        yield* world.provide(run(ann, log, { kind: "add", userIds: [bob] }))
        yield* device.op("behind", ({ conversationId, head }) => conversationId === log && head === 3)
        yield* world.provide(run(ann, log, { kind: "post", text: "welcome back" }))
        yield* device.reachSeq(log, 4)
        assert.isUndefined(device.state.closedWith)
      })
  )
})
