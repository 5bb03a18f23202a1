/** Connections to Redis for one live suite, whose keys are its own. */
import { randomBytes, randomUUID } from "node:crypto"
import { Epoch } from "@hibiki/core/domain/Ids"
import { Deferred, Effect, Layer, Redacted } from "effect"
import { inject } from "vitest"
import { RedisClients, redisClients } from "../../../src/redis/RedisClients.ts"
import { startPrivateRedis } from "./privateRedis.ts"

export const redisAt = (url: string, options: { readonly commandTimeoutMs?: number } = {}): Layer.Layer<RedisClients> =>
  redisClients({
    url: Redacted.make(url),
    prefix: `suite_${randomBytes(6).toString("hex")}`,
    epoch: Epoch.make(randomUUID()),
    ...options
  })

/** An instance of the test's own, which it may end, and which starts empty. */
export const ownRedis = Effect.acquireRelease(
  Effect.promise(() => startPrivateRedis()),
  ({ stop }) => Effect.promise(stop)
)

/** On the run's instance. Time is real there: to be used where no test services are. */
export const suiteRedis: Layer.Layer<RedisClients> = Layer.suspend(() => redisAt(inject("redisUrl")))

/** Takes away all that the suite has kept, at once, as FLUSHALL would. */
export const flushSuite = Effect.flatMap(RedisClients, ({ key, run }) =>
  run((redis) =>
    redis.eval("for _, key in ipairs(redis.call('KEYS', ARGV[1])) do redis.call('DEL', key) end", 0, `${key("")}*`)
  )
)

/**
 * Done when listeners of this process were told of what was published before: messages of one connection come in order.
 */
export const allTold = Effect.scoped(
  Effect.gen(function* () {
    const { key, run, subscribe } = yield* RedisClients
    const channel = key(`mark:${randomUUID()}`)
    const heard = yield* Deferred.make<void>()
    yield* subscribe(channel, { message: () => Deferred.unsafeDone(heard, Effect.void), missed: () => undefined })
    yield* run((redis) => redis.publish(channel, ""))
    yield* Deferred.await(heard)
  })
)

/**
 * As `allTold`, of what is told in batches behind somebody's back: what came while one was under way goes with the
 * next, after its answer.
 */
export const allToldInBatches = Effect.zipRight(allTold, allTold)
