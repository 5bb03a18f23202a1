/**
 * Deletes the Redis keys of one epoch of a store, when the store begins anew under that epoch: the heads in Redis would
 * be those of another life.
 */
import type { Epoch } from "@hibiki/core/domain/Ids"
import { Effect, type Redacted } from "effect"
import { RedisClients, type RedisError, redisClients } from "./RedisClients.ts"

/** Keys per step. */
const keysAtOnce = 1_000

export const forgetEpoch = (url: Redacted.Redacted, epoch: Epoch): Effect.Effect<void, RedisError> =>
  Effect.gen(function* () {
    const { key, run } = yield* RedisClients
    let cursor = "0"
    do {
      const [next, keys] = yield* run((redis) => redis.scan(cursor, "MATCH", `${key("")}*`, "COUNT", keysAtOnce))
      if (keys.length > 0) yield* run((redis) => redis.unlink(keys))
      cursor = next
    } while (cursor !== "0")
  }).pipe(Effect.provide(redisClients({ url, epoch })))
