/**
 * A delivery is lost on purpose: a layer over the real one drops it, and counts, since a fault that never hit proves
 * nothing.
 */
import { assert, it } from "@effect/vitest"
import { DeliveriesInProcess } from "@hibiki/core/inprocess/DeliveriesInProcess"
import { onlyNth, withDeliveriesFaults } from "@hibiki/testing"
import { Effect, Fiber, TestClock } from "effect"
import { chatOver, teaRoom } from "./teaRoom.ts"

it.effect(
  "a post whose answer is lost is unknown to its caller, and the same post again is answered with its first place",
  () => {
    // A worker says that it begins. Creation and post are each told to gateways, of which there are none, and then
    // answered: the fifth envelope answers the post.
    const drop = onlyNth(5)
    return Effect.gen(function* () {
      const { post } = yield* teaRoom
      const waiting = yield* Effect.fork(Effect.flip(post))
      yield* TestClock.adjust("11 seconds")
      assert.strictEqual((yield* Fiber.join(waiting))._tag, "Unavailable")
      assert.strictEqual(drop.hits, 1)
      assert.strictEqual((yield* post).seq, 2)
      assert.strictEqual((yield* post).seq, 2)
    }).pipe(Effect.provide(chatOver(withDeliveriesFaults({ drop })(DeliveriesInProcess))))
  }
)
