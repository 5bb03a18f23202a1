/** What Redis keeps of one epoch goes, and nothing else. */
import { randomUUID } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import { Epoch } from "@hibiki/core/domain/Ids"
import { Effect, Redacted } from "effect"
import { inject } from "vitest"
import { forgetEpoch } from "../../../src/redis/forgetEpoch.ts"
import { RedisClients, redisClients } from "../../../src/redis/RedisClients.ts"

describe("forgetEpoch", () => {
  it.live("removes all keys of an epoch, however many, and leaves those of others", () =>
    Effect.gen(function* () {
      const url = Redacted.make(inject("redisUrl"))
      const [gone, kept] = [Epoch.make(randomUUID()), Epoch.make(randomUUID())]
      const keysOf = (epoch: Epoch) =>
        Effect.flatMap(RedisClients, ({ key, run }) => run((redis) => redis.keys(`${key("")}*`))).pipe(
          Effect.provide(redisClients({ url, epoch }))
        )
      for (const epoch of [gone, kept])
        yield* Effect.flatMap(RedisClients, ({ key, run }) =>
          run((redis) => redis.mset(...Array.from({ length: 2_500 }, (_, i) => [key(`head:${i}`), "1"]).flat()))
        ).pipe(Effect.provide(redisClients({ url, epoch })))
      assert.strictEqual((yield* keysOf(gone)).length, 2_500)
      yield* forgetEpoch(url, gone)
      assert.deepStrictEqual(yield* keysOf(gone), [])
      assert.strictEqual((yield* keysOf(kept)).length, 2_500)
    })
  )
})
