/** A start waits for services that do not answer yet, and for nothing else. */
import { assert, describe, it } from "@effect/vitest"
import { misconfigured, type Problem, unanswered } from "@hibiki/node/Problem"
import { Effect, Fiber, Logger, TestClock } from "effect"
import { untilServices } from "../../src/cli/cluster/untilServices.ts"

const stage = () => {
  const lines: Array<string> = []
  const keeper = Logger.make(({ logLevel, message }) => {
    lines.push([logLevel.label, ...(Array.isArray(message) ? message : [message])].join(" | "))
  })
  let found: Problem | undefined = unanswered("Postgres refused the connection.")
  return {
    lines,
    keeping: Effect.provide(Logger.replace(Logger.defaultLogger, keeper)),
    find: (problem: Problem | undefined) => {
      found = problem
    },
    check: Effect.suspend((): Effect.Effect<void, Problem> => found ?? Effect.void)
  }
}

describe("a start", () => {
  it.effect("waits for services that come, and tells for what", () => {
    const { check, find, keeping, lines } = stage()
    return Effect.gen(function* () {
      const waiting = yield* Effect.fork(untilServices(check, 60_000))
      yield* TestClock.adjust("20 seconds")
      find(unanswered("Redis can't be reached."))
      yield* TestClock.adjust("39 seconds")
      assert.isNull(waiting.unsafePoll())
      find(undefined)
      yield* TestClock.adjust("3 seconds")
      yield* Fiber.join(waiting)
      assert.deepStrictEqual(lines, [
        "WARN | Waiting for a service | Postgres refused the connection.",
        "WARN | Waiting for a service | Redis can't be reached.",
        "WARN | Waiting for a service | Redis can't be reached.",
        "INFO | All services answer"
      ])
    }).pipe(keeping)
  })

  it.effect("ends when the time is over, and at once where none is given", () => {
    const { check, keeping, lines } = stage()
    return Effect.gen(function* () {
      assert.strictEqual((yield* Effect.flip(untilServices(check, 0))).exitCode, 78)
      assert.deepStrictEqual(lines, [])
      const waiting = yield* Effect.fork(Effect.flip(untilServices(check, 60_000)))
      yield* TestClock.adjust("59 seconds")
      assert.isNull(waiting.unsafePoll())
      yield* TestClock.adjust("4 seconds")
      assert.strictEqual((yield* Fiber.join(waiting)).sentence, "Postgres refused the connection.")
    }).pipe(keeping)
  })

  it.effect("ends at once by what waiting does not change, also when a service that came says it", () => {
    const { check, find, keeping } = stage()
    return Effect.gen(function* () {
      const waiting = yield* Effect.fork(Effect.flip(untilServices(check, 60_000)))
      yield* TestClock.adjust("10 seconds")
      find(misconfigured("Postgres does not know this user."))
      yield* TestClock.adjust("3 seconds")
      const { exitCode, sentence } = yield* Fiber.join(waiting)
      assert.deepStrictEqual([exitCode, sentence], [78, "Postgres does not know this user."])
    }).pipe(keeping)
  })
})
