/** A process says that it is ready while it reaches the store and its event loop turns. */
import { assert, describe, it } from "@effect/vitest"
import { EventStore, StoreUnavailable } from "@hibiki/core/messages/EventStore"
import { ChatMemory } from "@hibiki/core/testing/ChatMemory"
import { EventStoreMemory } from "@hibiki/core/testing/EventStoreMemory"
import { overService } from "@hibiki/core/testing/overService"
import { Effect, Layer, TestClock } from "effect"
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
          readEpoch: Effect.suspend(() => (isAway() ? new StoreUnavailable({ operation: "readEpoch", cause: "away" }) : own.readEpoch))
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

  it.effect("is denied once after a turn of the event loop that everybody felt", () =>
    Effect.gen(function* () {
      yield* asked
      assert.isTrue(yield* asked)
      yield* block(700)
      assert.isFalse(yield* asked)
      assert.isTrue(yield* asked)
    }).pipe(Effect.provide(stage(() => false)))
  )
})
