import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Fiber, Schedule, TestClock } from "effect"
import { type Retrying, retrying } from "../../src/fibers/retrying.ts"

type Way = <A>(work: Effect.Effect<A, string>, options: Retrying<string>) => Effect.Effect<A, string>

const viaEffect: Way = (work, { schedule, while: mayHelp = () => true }) =>
  Effect.retry(work, { schedule, while: mayHelp })
const schedule = Schedule.intersect(Schedule.exponential("50 millis"), Schedule.recurs(4))

/** What came of work that fails so many times, and when it was tried. */
const triesOf = (retried: Way, failures: number, mayHelp?: (error: string) => boolean) =>
  Effect.gen(function* () {
    const at: Array<number> = []
    const since = yield* Clock.currentTimeMillis
    const work = Effect.flatMap(Clock.currentTimeMillis, (now) =>
      at.push(now - since) > failures ? Effect.succeed("done") : Effect.fail(`failure ${at.length}`)
    )
    const fiber = yield* Effect.fork(
      Effect.either(retried(work, mayHelp === undefined ? { schedule } : { schedule, while: mayHelp }))
    )
    yield* TestClock.adjust("1 minute")
    return { at, outcome: yield* Fiber.join(fiber) }
  })

describe("retrying", () => {
  for (const failures of [0, 1, 3, 4, 5, 9])
    it.effect(`tries as often, at the same times and with the same end as Effect.retry: ${failures} failures`, () =>
      Effect.gen(function* () {
        const own = yield* triesOf(retrying, failures)
        assert.deepStrictEqual(own, yield* triesOf(viaEffect, failures))
        assert.lengthOf(own.at, Math.min(failures, 4) + 1)
      })
    )

  for (const last of [1, 2])
    it.effect(`ends with failure ${last}, which no other try would mend`, () =>
      Effect.gen(function* () {
        const mayHelp = (error: string) => error !== `failure ${last}`
        const own = yield* triesOf(retrying, 9, mayHelp)
        assert.deepStrictEqual(own, yield* triesOf(viaEffect, 9, mayHelp))
        assert.lengthOf(own.at, last)
      })
    )

  it.effect("begins anew each time that it is run", () =>
    Effect.gen(function* () {
      let tries = 0
      const third = Effect.suspend(() => (++tries % 3 === 0 ? Effect.succeed(tries) : Effect.fail("no")))
      const work = retrying(third, { schedule })
      const fiber = yield* Effect.fork(Effect.zip(work, work))
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(yield* Fiber.join(fiber), [3, 6])
    })
  )

  it.effect("does not touch its schedule while nothing fails", () =>
    Effect.gen(function* () {
      const untouched = Schedule.makeWithState(0, () => Effect.die("asked"))
      assert.strictEqual(yield* retrying(Effect.succeed(1), { schedule: untouched }), 1)
    })
  )
})
