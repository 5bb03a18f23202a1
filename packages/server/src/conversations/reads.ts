/** Reads of conversations for whoever calls: as often and as much as its user may, and answered alike where there is nothing for it. */
import { AccountPolicy } from "@hibiki/core/auth/AccountPolicy"
import { makeSpend } from "@hibiki/core/auth/makeSpend"
import { type Limit, RateLimits } from "@hibiki/core/auth/RateLimits"
import { unavailable } from "@hibiki/core/auth/unavailable"
import type { UserId } from "@hibiki/core/domain/Ids"
import { KeyedTurns } from "@hibiki/core/fibers/KeyedTurns"
import { utf8Bytes } from "@hibiki/core/protocol/Json"
import { CurrentIdentity } from "@hibiki/core/protocol/rpc/AuthMiddleware"
import { NotFound, RateLimited, type Unavailable } from "@hibiki/core/protocol/rpc/RpcErrors"
import { Context, Effect, Layer } from "effect"

export interface ReadOptions {
  /** As many tokens of the caller's. */
  readonly cost?: number
  /** Of another bucket than that of reads. */
  readonly limit?: Limit
}

/**
 * Reads in the turn of the caller's user, and charges that user what the answer weighs. Undefined is answered as not found. Of one user two run at once,
 * so that one who asks for much leaves the store to the others.
 */
export class Reads extends Context.Tag("@hibiki/server/conversations/Reads")<
  Reads,
  <A, E, R>(
    ask: (userId: UserId) => Effect.Effect<A | undefined, E, R>,
    options?: ReadOptions
  ) => Effect.Effect<A, NotFound | RateLimited | Unavailable, R | CurrentIdentity>
>() {
  static readonly layer = Layer.effect(
    this,
    Effect.gen(function* () {
      const rates = yield* RateLimits
      const spend = yield* makeSpend
      const { limits } = yield* AccountPolicy
      const turns = new KeyedTurns({ atOnce: 2, waiting: 64 })
      return (ask, { cost = 1, limit = limits.readUser } = {}) =>
        Effect.flatMap(CurrentIdentity, ({ userId }) => {
          const read = Effect.matchEffect(ask(userId), {
            // Its backend has logged why.
            onFailure: () => Effect.fail(unavailable()),
            // Absent and forbidden look the same.
            onSuccess: (found) =>
              found === undefined
                ? Effect.fail(new NotFound())
                : Effect.as(rates.charge(limits.readKilobytesUser, userId, bytesOf(found) / 1_024), found)
          })
          return Effect.zipRight(
            Effect.zipRight(spend(limits.readKilobytesUser, userId), spend(limit, userId, cost)),
            turns.run(userId, read, Effect.fail(new RateLimited({ retryAfterMs: fullLineMs })))
          )
        })
    })
  )
}

/** When to ask again where too many calls of one user wait. */
const fullLineMs = 1_000

/** About the bytes of an answer as JSON. */
const bytesOf = (value: unknown): number => {
  if (typeof value === "string") return utf8Bytes(value) + 2
  if (typeof value !== "object" || value === null) return 6
  let bytes = 2
  if (Array.isArray(value)) for (const each of value) bytes += bytesOf(each) + 1
  else for (const [key, each] of Object.entries(value)) bytes += key.length + 4 + bytesOf(each)
  return bytes
}
