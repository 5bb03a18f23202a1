import { assert, describe, it } from "@effect/vitest"
import { Effect, Metric, TestClock } from "effect"
import { RateLimitsLocal, rateLimitEvictions, rateLimitsLocal } from "../../src/inprocess/RateLimitsLocal.ts"
import { type Limit, RateLimits } from "../../src/ports/RateLimits.ts"

const plain: Limit = { name: "plain", burst: 3, perMinute: 60 }
const delaying: Limit = { name: "delaying", burst: 2, perMinute: 60, delayMaxMs: 8_000 }
const take = (limit: Limit, key: string, cost?: number) =>
  Effect.map(
    Effect.flatMap(RateLimits, (limits) => limits.take(limit, key, cost)),
    (taken) => (taken._tag === "Taken" ? 0 : taken.retryAfterMs)
  )

describe("limits in a process", () => {
  it.effect("let a burst through, then as many as flow in, and say when", () =>
    Effect.gen(function* () {
      for (let i = 0; i < 3; i++) assert.strictEqual(yield* take(plain, "ann"), 0)
      assert.strictEqual(yield* take(plain, "ann"), 1_000)
      yield* TestClock.adjust("500 millis")
      assert.strictEqual(yield* take(plain, "ann"), 500)
      yield* TestClock.adjust("500 millis")
      assert.strictEqual(yield* take(plain, "ann"), 0)
      yield* TestClock.adjust("1 hour")
      for (let i = 0; i < 3; i++) assert.strictEqual(yield* take(plain, "ann"), 0)
      assert.strictEqual(yield* take(plain, "ann"), 1_000)
    }).pipe(Effect.provide(RateLimitsLocal))
  )

  it.effect("failures in a row delay, twice as long each time up to the most, until a success or a long while", () =>
    Effect.gen(function* () {
      const limits = yield* RateLimits
      const fail = Effect.zipRight(take(delaying, "ann"), limits.failed(delaying, "ann"))
      yield* fail
      for (const seconds of [1, 2, 4, 8, 8]) {
        yield* fail
        assert.strictEqual(yield* take(delaying, "ann"), seconds * 1_000)
        yield* TestClock.adjust(seconds * 1_000)
      }
      yield* limits.succeeded(delaying, "ann")
      yield* fail
      assert.strictEqual(yield* take(delaying, "ann"), 0)
      yield* fail
      yield* TestClock.adjust("17 seconds")
      yield* fail
      assert.strictEqual(yield* take(delaying, "ann"), 0)
    }).pipe(Effect.provide(RateLimitsLocal))
  )

  it.effect("buckets that are full again are forgotten, so that the bound is for those that are not", () =>
    Effect.gen(function* () {
      const evicted = Effect.map(Metric.value(rateLimitEvictions), ({ count }) => count)
      const before = yield* evicted
      for (let i = 0; i < 64; i++) {
        yield* take(plain, `key ${i}`, 3)
        yield* TestClock.adjust("1 second")
      }
      assert.strictEqual((yield* evicted) - before, 0)
      assert.strictEqual(yield* take(plain, "key 61", 3), 0)
      assert.strictEqual(yield* take(plain, "key 63", 3), 2_000)
    }).pipe(Effect.provide(rateLimitsLocal({ bucketsMax: 16 })))
  )

  it.effect("failures in a row are not forgotten with the bucket that is full again", () =>
    Effect.gen(function* () {
      const limits = yield* RateLimits
      const fail = Effect.zipRight(take(delaying, "ann"), limits.failed(delaying, "ann"))
      yield* fail
      yield* fail
      yield* TestClock.adjust("10 seconds")
      for (let i = 0; i < 8; i++) yield* take(plain, `key ${i}`)
      yield* fail
      assert.strictEqual(yield* take(delaying, "ann"), 2_000)
    }).pipe(Effect.provide(RateLimitsLocal))
  )

  it.effect("over the bound the buckets that were not used for longest are dropped, and counted", () =>
    Effect.gen(function* () {
      const evicted = Effect.map(Metric.value(rateLimitEvictions), ({ count }) => count)
      const before = yield* evicted
      for (let i = 0; i < 16; i++) yield* take(plain, `key ${i}`, 3)
      assert.strictEqual(yield* take(plain, "key 0", 3), 3_000)
      yield* take(plain, "one more", 3)
      assert.strictEqual((yield* evicted) - before, 2)
      // Key 0 was used after keys 1 and 2, which are full again.
      assert.strictEqual(yield* take(plain, "key 0", 3), 3_000)
      assert.strictEqual(yield* take(plain, "key 3", 3), 3_000)
      assert.strictEqual(yield* take(plain, "key 1", 3), 0)
    }).pipe(Effect.provide(rateLimitsLocal({ bucketsMax: 16 })))
  )
})
