/**
 * The contract of the RateLimits. Compares waits with some slack: for a backend with a clock of its own, time passes
 * between two steps.
 */

import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { type Limit, RateLimits } from "@hibiki/core/ports/RateLimits"
import { type Duration, Effect } from "effect"
import { type ContractAssert, type ContractCase, type ContractIt, runCases } from "./Contract.ts"

interface Kit {
  readonly assert: ContractAssert
  readonly limits: RateLimits["Type"]
  readonly pass: (time: Duration.DurationInput) => Effect.Effect<void>
  /** Takes from a bucket; returns the wait in ms, 0 if taken. */
  readonly take: (limit: Limit, key: string, cost?: number) => Effect.Effect<number>
  /** Whether a wait is this long, or shorter by the time that may have passed meanwhile. */
  readonly isWait: (waitMs: number, ofMs: number) => boolean
  /** Keys that nobody else uses. */
  readonly ann: string
  readonly bob: string
}

const tokenMs = 20_000
/** A token flows in so seldom that none does during a case. */
const slow: Limit = { name: "slow", burst: 3, perMinute: 60_000 / tokenMs, isShared: true }
const delaying: Limit = { ...slow, name: "delaying", burst: 2, delayMaxMs: 8 * tokenMs }
const quick: Limit = { name: "quick", burst: 2, perMinute: 40, isShared: true }

const givesBack = ({ ann, assert, isWait, limits, take }: Kit, by: "succeeded" | "returned") =>
  Effect.gen(function* () {
    for (let i = 0; i < 20; i++) {
      assert.strictEqual(yield* take(slow, ann), 0)
      yield* limits[by](slow, ann)
    }
    for (let i = 0; i < slow.burst; i++) assert.strictEqual(yield* take(slow, ann), 0)
    assert.strictEqual(isWait(yield* take(slow, ann), tokenMs), true)
  })

const cases: ReadonlyArray<ContractCase<Kit>> = [
  {
    name: "a burst is let through, then as many as flow in",
    run: ({ ann, assert, pass, take }) =>
      Effect.gen(function* () {
        for (let i = 0; i < quick.burst; i++) assert.strictEqual(yield* take(quick, ann), 0)
        const wait = yield* take(quick, ann)
        assert.strictEqual(wait > 0 && wait <= 1_500, true, `${wait}`)
        yield* pass(wait)
        assert.strictEqual(yield* take(quick, ann), 0)
        assert.strictEqual((yield* take(quick, ann)) > 0, true)
      })
  },
  {
    name: "what was charged afterwards is owed, and at most a burst of it",
    run: ({ ann, assert, bob, isWait, limits, take }) =>
      Effect.gen(function* () {
        const owed: Limit = { name: "owed", burst: slow.burst, perMinute: slow.perMinute }
        assert.strictEqual(yield* take(owed, ann), 0)
        yield* limits.charge(owed, ann, 4)
        // Two were left.
        assert.strictEqual(isWait(yield* take(owed, ann), 3 * tokenMs), true)
        yield* limits.charge(owed, ann, 1_000)
        assert.strictEqual(isWait(yield* take(owed, ann), (owed.burst + 1) * tokenMs), true)
        assert.strictEqual(yield* take(owed, bob), 0)
      })
  },
  {
    name: "keys and limits are kept apart, and nothing is taken of what is refused",
    run: ({ ann, assert, bob, isWait, take }) =>
      Effect.gen(function* () {
        assert.strictEqual(yield* take(slow, ann, 2), 0)
        assert.strictEqual(isWait(yield* take(slow, ann, 2), tokenMs), true)
        assert.strictEqual(yield* take(slow, ann), 0)
        assert.strictEqual(isWait(yield* take(slow, ann), tokenMs), true)
        assert.strictEqual(yield* take(slow, bob, 3), 0)
        assert.strictEqual(yield* take({ ...slow, name: "other" }, ann, 3), 0)
      })
  },
  {
    name: "more than the burst at once is let through when all is there, and costs as much",
    run: ({ ann, assert, isWait, take }) =>
      Effect.gen(function* () {
        assert.strictEqual(yield* take(slow, ann, 5), 0)
        assert.strictEqual(isWait(yield* take(slow, ann), 3 * tokenMs), true)
      })
  },
  {
    name: "of parallel ones no more than the burst are let through",
    run: ({ ann, assert, take }) =>
      Effect.gen(function* () {
        const waits = yield* Effect.all(
          Array.from({ length: 20 }, () => take(slow, ann)),
          { concurrency: 20 }
        )
        assert.strictEqual(waits.filter((wait) => wait === 0).length, slow.burst)
      })
  },
  {
    name: "what succeeded is given back",
    run: (kit) => givesBack(kit, "succeeded")
  },
  {
    name: "failures in a row delay, twice as long each time up to the most, until a success",
    run: ({ ann, assert, isWait, limits, take }) =>
      Effect.gen(function* () {
        assert.strictEqual(yield* take(delaying, ann), 0)
        yield* limits.failed(delaying, ann)
        assert.strictEqual(yield* take(delaying, ann), 0)
        for (const tokens of [1, 2, 4, 8, 8]) {
          yield* limits.failed(delaying, ann)
          const wait = yield* take(delaying, ann)
          assert.strictEqual(isWait(wait, tokens * tokenMs), true, `${wait} of ${tokens * tokenMs}`)
        }
        yield* limits.succeeded(delaying, ann)
        for (let i = 0; i < delaying.burst; i++) assert.strictEqual(yield* take(delaying, ann), 0)
        yield* limits.failed(delaying, ann)
        assert.strictEqual(isWait(yield* take(delaying, ann), tokenMs), true)
      })
  },
  {
    name: "what was not made use of is given back, and forgives no failure",
    run: (kit) =>
      Effect.gen(function* () {
        const { ann, assert, isWait, limits, take } = kit
        yield* givesBack(kit, "returned")
        yield* limits.failed(delaying, ann)
        assert.strictEqual(yield* take(delaying, ann), 0)
        yield* limits.returned(delaying, ann)
        assert.strictEqual(yield* take(delaying, ann), 0)
        yield* limits.failed(delaying, ann)
        assert.strictEqual(isWait(yield* take(delaying, ann), tokenMs), true)
      })
  },
  {
    name: "a failure of a limit that does not delay costs its token and no more",
    run: ({ ann, assert, limits, take }) =>
      Effect.gen(function* () {
        assert.strictEqual(yield* take(slow, ann), 0)
        for (let i = 0; i < 5; i++) yield* limits.failed(slow, ann)
        assert.strictEqual(yield* take(slow, ann, 2), 0)
      })
  }
]

export interface RateLimitsContractOptions {
  readonly it: ContractIt<RateLimits>
  readonly assert: ContractAssert
  /** Lets time pass for the backend: TestClock.adjust, or waiting. */
  readonly pass: (time: Duration.DurationInput) => Effect.Effect<void>
  /** The time that may pass between two steps. */
  readonly slackMs: number
}

export const rateLimitsContract = ({ assert, it, pass, slackMs }: RateLimitsContractOptions): void =>
  runCases(
    it,
    cases,
    Effect.gen(function* () {
      const limits = yield* RateLimits
      const [ann, bob] = [yield* makeUuidV7, yield* makeUuidV7]
      const take: Kit["take"] = (limit, key, cost) =>
        Effect.map(limits.take(limit, key, cost), (taken) => (taken._tag === "Taken" ? 0 : taken.retryAfterMs))
      return {
        assert,
        limits,
        pass,
        take,
        ann,
        bob,
        isWait: (waitMs, ofMs) => waitMs <= ofMs && waitMs >= ofMs - slackMs
      } satisfies Kit
    })
  )
