import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Layer, TestClock } from "effect"
import { corrected, StoreClock } from "../../src/sql/StoreClock.ts"

describe("what is known of the database's clock", () => {
  it("begins in the middle of what the first answer allows", () =>
    assert.strictEqual(corrected(undefined, 5_000, 100, 140), 4_880))

  it("stays as it is, however slow an answer is that allows it", () =>
    assert.strictEqual(corrected(4_880, 9_000, 4_100, 7_900), 4_880))

  it("moves no further than an answer asks, and at once by hours where it asks so", () => {
    assert.strictEqual(corrected(4_880, 9_030, 4_100, 4_120), 4_910)
    assert.strictEqual(corrected(4_880, 8_970, 4_100, 4_120), 4_870)
    assert.strictEqual(corrected(4_880, 7_209_000, 4_100, 4_120), 7_204_880)
  })
})

describe("the clock of a process", () => {
  it.effect("is right again within a second after its machine has slept", () =>
    Effect.gen(function* () {
      // The machine's, which stands still while it sleeps.
      const own = yield* TestClock.testClock()
      let aheadMs = 1_000_000
      const asked = () => Effect.map(own.currentTimeMillis, (now) => [{ now: now + aheadMs }])
      const database = Layer.succeed(SqlClient.SqlClient, asked as unknown as SqlClient.SqlClient)
      yield* Effect.gen(function* () {
        yield* own.adjust("10 seconds")
        assert.strictEqual(yield* Clock.currentTimeMillis, 1_010_000)
        aheadMs += 3_600_000
        yield* own.adjust("1 second")
        assert.strictEqual(yield* Clock.currentTimeMillis, 4_611_000)
      }).pipe(Effect.provide(Layer.provide(StoreClock, database)))
    })
  )
})
