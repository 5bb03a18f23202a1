/**
 * Rate limits across all processes. Shared limits are counted in Redis (`limit:<hash of name and key>`), all others in
 * this process. While Redis is unreachable this process counts the shared ones as well as it can. It has counted them
 * all along, so nobody gets a full bucket again.
 */
import { createHash } from "node:crypto"
import { RateLimitsLocal } from "@hibiki/core/inprocess/RateLimitsLocal"
import { counter } from "@hibiki/core/metrics/declareMetric"
import { type Limit, RateLimits, type Taken } from "@hibiki/core/ports/RateLimits"
import { Effect, Layer, Metric } from "effect"
import { RedisClients } from "./RedisClients.ts"
import { failedScript, returnedScript, succeededScript, takeScript } from "./rateLimitScripts.ts"

export const rateLimitsAlone = counter("hibiki_rate_limits_alone_total", {
  unit: "decisions",
  description: "Sign-in limits that this process decided alone, because Redis did not answer."
})

export const RateLimitsRedis = Layer.effect(
  RateLimits,
  Effect.gen(function* () {
    const here = yield* RateLimits
    const { key, script } = yield* RedisClients
    const [take, failed, succeeded, returned] = [
      script(takeScript),
      script(failedScript),
      script(succeededScript),
      script(returnedScript)
    ]
    // Hashed: a key may be as long as its caller likes, and names people and their addresses.
    const keysOf = (limit: Limit, of: string) => [
      key(`limit:${createHash("sha256").update(`${limit.name} ${of}`).digest("base64url")}`)
    ]
    const alone = <A, E, R>(otherwise: Effect.Effect<A, E, R>) =>
      Effect.zipRight(Metric.increment(rateLimitsAlone), otherwise)

    return RateLimits.of({
      take: (limit, of, cost = 1) => {
        if (limit.isShared !== true) return here.take(limit, of, cost)
        return Effect.matchEffect(take(keysOf(limit, of), [...givenOf(limit), cost]), {
          onFailure: () => alone(here.take(limit, of, cost)),
          // Tokens taken in Redis are taken here too, as far as there are any. Redis decides.
          onSuccess: (waitMs) =>
            waitMs === 0 ? Effect.as(here.take(limit, of, cost), taken) : Effect.succeed(waitOf(waitMs))
        })
      },
      // No shared limit is charged afterwards: each process counts its own reads.
      charge: here.charge,
      failed: (limit, of) =>
        Effect.zipRight(
          here.failed(limit, of),
          limit.isShared === true && limit.delayMaxMs !== undefined
            ? told(failed(keysOf(limit, of), givenOf(limit)))
            : Effect.void
        ),
      succeeded: (limit, of) =>
        Effect.zipRight(
          here.succeeded(limit, of),
          limit.isShared === true ? told(succeeded(keysOf(limit, of), givenOf(limit))) : Effect.void
        ),
      returned: (limit, of) =>
        Effect.zipRight(
          here.returned(limit, of),
          limit.isShared === true ? told(returned(keysOf(limit, of), givenOf(limit))) : Effect.void
        )
    })
  })
).pipe(Layer.provide(RateLimitsLocal))

const taken: Taken = { _tag: "Taken" }
const waitOf = (ms: unknown): Taken => ({ _tag: "Wait", retryAfterMs: Number(ms) })

const givenOf = ({ burst, delayMaxMs = 0, perMinute }: Limit): ReadonlyArray<number> => [
  burst,
  perMinute / 60_000,
  delayMaxMs
]

/** This process has recorded it already. If Redis misses it, the other processes learn of later ones. */
const told = <E extends { readonly cause: unknown }>(note: Effect.Effect<unknown, E>): Effect.Effect<void> =>
  note.pipe(
    Effect.asVoid,
    Effect.catchAll(({ cause }) => Effect.logDebug("A shared limit could not be noted", cause))
  )
