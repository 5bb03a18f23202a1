/** Time is the test's: `TestClock.adjust` lets two seconds pass at once, so nothing here sleeps. */
import { assert, it } from "@effect/vitest"
import { DeliveriesInProcess } from "@hibiki/core/inprocess/DeliveriesInProcess"
import { ChatMemory } from "@hibiki/testing"
import { Effect, Fiber, TestClock } from "effect"
import { chatOver, teaRoom } from "./teaRoom.ts"

it.effect("a post to a conversation that stays locked is given back after two seconds, and goes once it is free", () =>
  Effect.gen(function* () {
    const { log, post } = yield* teaRoom
    const memory = yield* ChatMemory
    yield* Effect.scoped(
      Effect.gen(function* () {
        yield* memory.hold(log)
        const waiting = yield* Effect.fork(Effect.flip(post))
        yield* TestClock.adjust("1 second")
        assert.strictEqual(waiting.unsafePoll(), null)
        yield* TestClock.adjust("2 seconds")
        assert.strictEqual((yield* Fiber.join(waiting))._tag, "Unavailable")
      })
    )
    assert.strictEqual((yield* post).seq, 2)
  }).pipe(Effect.provide(chatOver(DeliveriesInProcess)))
)
