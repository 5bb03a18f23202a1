import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { makeOutage } from "../../src/fibers/makeOutage.ts"
import { linesOf } from "../world/linesOf.ts"

describe("an outage", () => {
  it.effect("is told when it begins, when it goes on in another way, and when it ends, and once each", () =>
    Effect.gen(function* () {
      const { met, over } = makeOutage("Tea is away", "Tea is there again")
      const cold = () => met(new Error("too cold", { cause: Object.assign(new Error("no fire"), { code: "E1" }) }))
      const sour = () => met(new Error("too cold", { cause: Object.assign(new Error("no fire"), { code: "E2" }) }))
      const lines = yield* linesOf(Effect.all([over, cold(), cold(), sour(), cold(), sour(), over, over, cold(), over]))
      const began = "WARN Tea is away,Error: too cold"
      assert.deepStrictEqual(lines, [began, began, "INFO Tea is there again", began, "INFO Tea is there again"])
    })
  )

  it.effect("is told a few times, though each failure differs", () =>
    Effect.gen(function* () {
      const { met } = makeOutage("Tea is away", "Tea is there again")
      const lines = yield* linesOf(Effect.forEach(Array.from({ length: 1_000 }), (_, i) => met(new Error(`try ${i}`))))
      assert.strictEqual(lines.length, 8)
    })
  )
})
