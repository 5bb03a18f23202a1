import { assert, describe, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { makeOutageLog, makeThrottledLog } from "../../src/fibers/logging.ts"
import { linesOf } from "../world/linesOf.ts"
import { makeLogLines } from "../world/logLines.ts"

describe("an outage", () => {
  it.effect("is told when it begins, when it goes on in another way, and when it ends, and once each", () =>
    Effect.gen(function* () {
      const { met, over } = makeOutageLog("Tea is away", "Tea is there again")
      const cold = () => met(new Error("too cold", { cause: Object.assign(new Error("no fire"), { code: "E1" }) }))
      const sour = () => met(new Error("too cold", { cause: Object.assign(new Error("no fire"), { code: "E2" }) }))
      const lines = yield* linesOf(Effect.all([over, cold(), cold(), sour(), cold(), sour(), over, over, cold(), over]))
      const began = "WARN Tea is away,Error: too cold"
      assert.deepStrictEqual(lines, [began, began, "INFO Tea is there again", began, "INFO Tea is there again"])
    })
  )

  it.effect("is told a few times, though each failure differs", () =>
    Effect.gen(function* () {
      const { met } = makeOutageLog("Tea is away", "Tea is there again")
      const lines = yield* linesOf(Effect.forEach(Array.from({ length: 1_000 }), (_, i) => met(new Error(`try ${i}`))))
      assert.strictEqual(lines.length, 8)
    })
  )
})

const failNTimes = (n: number, told: (cause: unknown) => Effect.Effect<void>, cause: (i: number) => string) =>
  Effect.forEach(Array.from({ length: n }), (_, i) => told(new Error(cause(i))), { discard: true })

describe("what fails now and then", () => {
  it.effect("is told once a minute for each way, however often it is met", () =>
    Effect.suspend(() => {
      const { keep, lines } = makeLogLines()
      const told = makeThrottledLog("The tea was not brought")
      return Effect.gen(function* () {
        yield* failNTimes(500, told, () => "cold")
        yield* failNTimes(500, told, () => "sour")
        assert.strictEqual(lines.length, 2)
        yield* TestClock.adjust("59 seconds")
        yield* failNTimes(500, told, () => "cold")
        assert.strictEqual(lines.length, 2)
        yield* TestClock.adjust("1 second")
        yield* failNTimes(500, told, () => "cold")
        assert.strictEqual(lines.length, 3)
      }).pipe(keep)
    })
  )

  it.effect("is told a few failNTimes a minute, though each failure differs, and again when those are old", () =>
    Effect.suspend(() => {
      const { keep, lines } = makeLogLines()
      const told = makeThrottledLog("The tea was not brought")
      return Effect.gen(function* () {
        yield* failNTimes(1_000, told, (i) => `try ${i}`)
        assert.strictEqual(lines.length, 8)
        yield* TestClock.adjust("1 minute")
        yield* failNTimes(1_000, told, (i) => `later try ${i}`)
        assert.strictEqual(lines.length, 16)
      }).pipe(keep)
    })
  )
})
