/** A process says that it is ready while it reaches the store and its event loop turns. */
import { assert, describe, it } from "@effect/vitest"
import { EventStore, StoreUnavailable } from "@hibiki/core/ports/EventStore"
import { ChatMemory } from "@hibiki/testing/ChatMemory"
import { EventStoreMemory } from "@hibiki/testing/EventStoreMemory"
import { overService } from "@hibiki/testing/overService"
import { Effect, HashMap, Layer, Logger, TestClock } from "effect"
import { Readiness, ReadinessLive } from "../../src/http/Readiness.ts"
import { ReadinessChecks } from "../../src/roles/readiness.ts"

const stage = (isAway: () => boolean) =>
  ReadinessChecks.pipe(
    Layer.provideMerge(ReadinessLive),
    Layer.provide(
      EventStoreMemory.pipe(
        Layer.provide(ChatMemory.layer),
        overService(EventStore, (own) => ({
          ...own,
          readEpoch: Effect.suspend(() =>
            isAway() ? new StoreUnavailable({ operation: "readEpoch", cause: "away" }) : own.readEpoch
          )
        }))
      )
    )
  )

/** As a prober asks: an answer is kept for a second. */
const asked = Effect.zipRight(
  TestClock.adjust("1 second"),
  Effect.flatMap(Readiness, ({ isReady }) => isReady)
)

const block = (ms: number) =>
  Effect.promise(async () => {
    // The measure begins with the loop's next turns.
    await new Promise((resolve) => setTimeout(resolve, 60))
    const until = performance.now() + ms
    while (performance.now() < until);
    await new Promise((resolve) => setTimeout(resolve, 60))
  })

/** What is logged meanwhile, in its order: level, words, and which check. */
const keepLines = () => {
  const lines: Array<string> = []
  const keeper = Logger.make(({ annotations, logLevel, message }) => {
    lines.push(
      [
        logLevel.label,
        ...(Array.isArray(message) ? message : [message]).map(String),
        ...HashMap.values(annotations)
      ].join(" | ")
    )
  })
  return { lines, keeping: Effect.provide(Logger.replace(Logger.defaultLogger, keeper)) }
}

describe("a process's readiness", () => {
  it.effect("follows the store", () => {
    let away = false
    return Effect.gen(function* () {
      yield* asked
      assert.isTrue(yield* asked)
      away = true
      assert.isFalse(yield* asked)
      away = false
      assert.isTrue(yield* asked)
    }).pipe(Effect.provide(stage(() => away)))
  })

  it.effect("is told when it goes, and why, and when it comes back, however often it is asked for", () => {
    const { keeping, lines } = keepLines()
    let check: Effect.Effect<boolean, unknown> = Effect.succeed(true)
    return Effect.gen(function* () {
      const readiness = yield* Readiness
      yield* readiness.require(
        "tea",
        Effect.suspend(() => check)
      )
      const went = "WARN | This process is not ready: a check of it failed"
      const back = "INFO | A check of this process's readiness holds again | tea"
      for (const [not, why] of [
        [Effect.fail(new StoreUnavailable({ operation: "epoch", cause: "cold" })), "StoreUnavailable"],
        [Effect.never, "no answer in time"],
        [Effect.die("a bug"), "a thrown string"],
        [Effect.succeed(false), "it does not hold"]
      ] as const) {
        check = not
        // Those that wait for the clock are asked beside it.
        for (let i = 0; i < 3; i++)
          yield* Effect.zipRight(Effect.fork(readiness.isReady), TestClock.adjust("3 seconds"))
        check = Effect.succeed(true)
        yield* asked
        yield* asked
        assert.deepStrictEqual(lines.splice(0), [`${went} | ${why} | tea`, back])
      }
    }).pipe(Effect.scoped, Effect.provide(ReadinessLive), keeping)
  })

  it.effect("is denied once after a turn of the event loop that everybody felt, which is told", () => {
    const { keeping, lines } = keepLines()
    return Effect.gen(function* () {
      yield* asked
      assert.isTrue(yield* asked)
      yield* block(700)
      assert.isFalse(yield* asked)
      assert.isTrue(yield* asked)
      assert.match(lines.join("\n"), /^WARN .* \| a turn took \d{3,4} ms \| event loop\nINFO [^\n]*$/)
    }).pipe(Effect.provide(stage(() => false)), keeping)
  })
})
