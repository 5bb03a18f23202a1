import { assert, describe, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { makeTeller } from "../../src/fibers/makeTeller.ts"
import { makeLogLines } from "../world/logLines.ts"

const times = (n: number, told: (cause: unknown) => Effect.Effect<void>, cause: (i: number) => string) =>
  Effect.forEach(Array.from({ length: n }), (_, i) => told(new Error(cause(i))), { discard: true })

describe("what fails now and then", () => {
  it.effect("is told once a minute for each way, however often it is met", () =>
    Effect.suspend(() => {
      const { keep, lines } = makeLogLines()
      const told = makeTeller("The tea was not brought")
      return Effect.gen(function* () {
        yield* times(500, told, () => "cold")
        yield* times(500, told, () => "sour")
        assert.strictEqual(lines.length, 2)
        yield* TestClock.adjust("59 seconds")
        yield* times(500, told, () => "cold")
        assert.strictEqual(lines.length, 2)
        yield* TestClock.adjust("1 second")
        yield* times(500, told, () => "cold")
        assert.strictEqual(lines.length, 3)
      }).pipe(keep)
    })
  )

  it.effect("is told a few times a minute, though each failure differs, and again when those are old", () =>
    Effect.suspend(() => {
      const { keep, lines } = makeLogLines()
      const told = makeTeller("The tea was not brought")
      return Effect.gen(function* () {
        yield* times(1_000, told, (i) => `try ${i}`)
        assert.strictEqual(lines.length, 8)
        yield* TestClock.adjust("1 minute")
        yield* times(1_000, told, (i) => `later try ${i}`)
        assert.strictEqual(lines.length, 16)
      }).pipe(keep)
    })
  )
})
