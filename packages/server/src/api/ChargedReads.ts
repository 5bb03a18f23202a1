/**
 * The store's reads for people's calls. This process runs few at once and each to its end, and charges the person for
 * the rows and the time that it took.
 */
import { AccountPolicy } from "@hibiki/core/accounts/AccountPolicy"
import { makeStoreTime } from "@hibiki/core/accounts/makeSpend"
import type { UserId } from "@hibiki/core/domain/Ids"
import { Limits } from "@hibiki/core/domain/Limits"
import { Conversations } from "@hibiki/core/ports/Conversations"
import type { StoreUnavailable } from "@hibiki/core/ports/EventStore"
import { RateLimits } from "@hibiki/core/ports/RateLimits"
import { Context, Effect, Layer } from "effect"

/**
 * How many run at once in this process. That leaves half of its connections to all other reads. With a store of one
 * connection (PGlite), a message waits for at most one read.
 */
export class ReadsAtOnce extends Context.Reference<ReadsAtOnce>()("@hibiki/server/api/ReadsAtOnce", {
  defaultValue: () => 4
}) {}

/** The bytes charged for a row that was read and is not in the answer. */
const lookedAtBytes = 32

/**
 * Conversations for the handlers of calls. A read that has begun is not interrupted. The store would go on with it,
 * while a person who had hung up began the next one and was charged for none.
 */
export const ChargedReads = Layer.effect(
  Conversations,
  Effect.gen(function* () {
    const conversations = yield* Conversations
    const rates = yield* RateLimits
    const time = yield* makeStoreTime
    const { limits } = yield* AccountPolicy
    const turns = yield* Effect.makeSemaphore(yield* ReadsAtOnce)

    const charged =
      <Args extends readonly [UserId, ...ReadonlyArray<unknown>], A>(
        read: (...args: Args) => Effect.Effect<A, StoreUnavailable>,
        costOf: (found: A, args: Args) => number = bytesOf
      ) =>
      (...args: Args): Effect.Effect<A, StoreUnavailable> =>
        time.charged(args[0], read(...args)).pipe(
          Effect.tap((found) => rates.charge(limits.readKilobytesUser, args[0], costOf(found, args) / 1_024)),
          Effect.uninterruptible,
          turns.withPermits(1)
        )

    return Conversations.of({
      ...conversations,
      snapshot: charged(conversations.snapshot),
      summary: charged(conversations.summary),
      members: charged(conversations.members),
      readCursors: charged(conversations.readCursors),
      channels: charged(conversations.channels),
      page: charged(conversations.page),
      changedSince: charged(
        conversations.changedSince,
        (found, [, , , from, to]) =>
          bytesOf(found) + lookedAtBytes * Math.max(0, Math.min(to - from + 1, Limits.changedWindow))
      ),
      reactors: charged(conversations.reactors),
      texts: charged(conversations.texts, (found) =>
        found === undefined ? 0 : found.bytes + lookedAtBytes * found.looked
      ),
      rowsAt: charged(conversations.rowsAt)
    })
  })
)

/** As JSON; zero without an answer. */
const bytesOf = (found: unknown): number => (found === undefined ? 0 : Buffer.byteLength(JSON.stringify(found)))
