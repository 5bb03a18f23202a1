import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { removeWhileWriting } from "../world/removals.ts"

describe("a removed member", () => {
  it.scoped("gets nothing after the removal, and everybody else everything in order, though every second envelope is lost", () =>
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
})
