/**
 * Shared limits keep their contract on Redis, hold over processes, and are counted by each process while Redis is away.
 */
import { randomUUID } from "node:crypto"
import { assert, describe, it, layer } from "@effect/vitest"
import { type Limit, RateLimits } from "@hibiki/core/ports/RateLimits"
import { rateLimitsContract } from "@hibiki/testing/contracts/RateLimitsContract"
import { Context, Duration, Effect, Layer, Metric } from "effect"
import { RateLimitsRedis, rateLimitsAlone } from "../../../src/redis/RateLimitsRedis.ts"
import { RedisClients } from "../../../src/redis/RedisClients.ts"
import { ownRedis, redisAt, suiteRedis } from "./redisKit.ts"

const live = { excludeTestServices: true } as const
const here = RateLimitsRedis.pipe(Layer.provideMerge(suiteRedis))

// A timer of node's may fire up to a millisecond before Redis' clock has come so far.
const pass = (time: Duration.DurationInput) => Effect.sleep(Duration.sum(time, "1 millis"))
layer(here, live)("RateLimits on Redis", (it) => rateLimitsContract({ it, assert, pass, slackMs: 10_000 }))

const limit: Limit = { name: "pair", burst: 3, perMinute: 1, delayMaxMs: 600_000, isShared: true }
const other = Effect.map(Layer.build(Layer.fresh(RateLimitsRedis)), (built) => Context.get(built, RateLimits))

layer(here, live)("limits in Redis", (it) => {
  it.scoped("are those of all processes together, unless they are not shared", () =>
    Effect.gen(function* () {
      const [one, two, key] = [yield* RateLimits, yield* other, randomUUID()]
      for (const limits of [one, two, one]) assert.strictEqual((yield* limits.take(limit, key))._tag, "Taken")
      for (const limits of [one, two]) assert.strictEqual((yield* limits.take(limit, key))._tag, "Wait")
      const own: Limit = { name: "own", burst: 3, perMinute: 1 }
      for (const limits of [one, two]) assert.strictEqual((yield* limits.take(own, key, 3))._tag, "Taken")
    })
  )

  it.scoped("keep nothing that names somebody, and nothing that a fresh bucket would say as well", () =>
    Effect.gen(function* () {
      const [limits, { key, run }] = [yield* RateLimits, yield* RedisClients]
      const keys = run((redis) => redis.keys(key("limit:*")))
      for (const each of yield* keys) yield* run((redis) => redis.del(each))
      yield* limits.take(limit, `ann 10.0.0.7 ${"x".repeat(10_000)}`)
      const [kept = "", ...more] = yield* keys
      assert.deepStrictEqual(more, [])
      assert.match(kept.slice(key("limit:").length), /^[\w-]{43}$/)
      const livesMs = yield* run((redis) => redis.pttl(kept))
      assert.isTrue(livesMs > 0 && livesMs <= 60_000, `${livesMs}`)
      yield* limits.failed(limit, `ann 10.0.0.7 ${"x".repeat(10_000)}`)
      assert.isAbove(yield* run((redis) => redis.pttl(kept)), 1_000_000)
      yield* limits.succeeded(limit, `ann 10.0.0.7 ${"x".repeat(10_000)}`)
      assert.deepStrictEqual(yield* keys, [])
    })
  )
})

describe("while Redis is away", () => {
  it.scopedLive(
    "each process goes on from what it has let through itself, and shares again when it is back",
    () =>
      Effect.gen(function* () {
        const redis = yield* ownRedis
        const parts = yield* Layer.build(RateLimitsRedis.pipe(Layer.provideMerge(redisAt(redis.url))))
        const [limits, { isUp }] = [Context.get(parts, RateLimits), Context.get(parts, RedisClients)]
        const take = (key: string) => Effect.map(limits.take(limit, key), ({ _tag }) => _tag)
        for (let i = 0; i < 3; i++) assert.strictEqual(yield* take("ann"), "Taken")
        yield* Effect.promise(redis.kill)
        const before = yield* Metric.value(rateLimitsAlone)
        assert.strictEqual(yield* take("ann"), "Wait")
        for (let i = 0; i < 3; i++) assert.strictEqual(yield* take("bob"), "Taken")
        assert.strictEqual(yield* take("bob"), "Wait")
        yield* limits.failed(limit, "bob")
        yield* limits.succeeded(limit, "bob")
        assert.strictEqual(yield* take("bob"), "Taken")
        assert.isAtLeast((yield* Metric.value(rateLimitsAlone)).count - before.count, 6)
        yield* Effect.promise(redis.start)
        yield* Effect.repeat(Effect.delay(Effect.sync(isUp), "20 millis"), { until: (up) => up })
        for (let i = 0; i < 3; i++) assert.strictEqual(yield* take("cid"), "Taken")
        const after = yield* Metric.value(rateLimitsAlone)
        assert.strictEqual(yield* take("cid"), "Wait")
        assert.strictEqual((yield* Metric.value(rateLimitsAlone)).count, after.count)
      }),
    20_000
  )
})
