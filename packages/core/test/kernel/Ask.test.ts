import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, TestClock } from "effect"
import { acting, onStage, start } from "./stage.ts"

type Reply = (answer: number) => void

/** Answers at once with 7, or keeps the reply for later. */
const answering = (kept?: Array<Reply>) =>
  acting<Reply>(
    (_, reply) => {
      if (kept === undefined) reply(7)
      else kept.push(reply)
    },
    { capacity: 1 }
  )

const asking = (reply: Reply): Reply => reply

describe("Ask", () => {
  it.effect("an ask gives the first reply and ignores any other", () =>
    onStage((system) =>
      Effect.gen(function* () {
        const actor = start(
          system,
          "actor",
          acting<Reply>((_, reply) => {
            reply(1)
            reply(2)
          })
        )
        assert.strictEqual(yield* actor.ask<number>(asking, "1 second"), 1)
        assert.strictEqual(system.armedTimers, 0)
      })
    )
  )

  it.effect("without a reply in time an ask times out, and the late reply is ignored", () =>
    onStage((system) =>
      Effect.gen(function* () {
        const kept: Array<Reply> = []
        const actor = start(system, "actor", answering(kept))
        const asked = yield* Effect.fork(Effect.flip(actor.ask<number>(asking, "2 seconds")))
        yield* TestClock.adjust("1999 millis")
        assert.isNull(asked.unsafePoll())
        yield* TestClock.adjust("1 millis")
        const error = yield* Fiber.join(asked)
        assert.deepStrictEqual([error._tag, error.path], ["AskTimeout", "actor"])
        kept[0]?.(7)
        yield* system.settled
        assert.strictEqual(system.counters.failures, 0)
      })
    )
  )

  it.effect("asks that wait for an actor fail when it stops, and so does asking a stopped one", () =>
    onStage((system) =>
      Effect.gen(function* () {
        const actor = start(system, "actor", answering([]))
        const asked = yield* Effect.fork(Effect.flip(actor.ask<number>(asking, "1 hour")))
        yield* system.settled
        actor.stop()
        assert.strictEqual((yield* Fiber.join(asked))._tag, "ActorStopped")
        assert.strictEqual((yield* Effect.flip(actor.ask<number>(asking, "1 hour")))._tag, "ActorStopped")
      })
    )
  )

  it.effect("an ask that still waits in the mailbox of a draining actor gets its reply", () =>
    onStage((system) =>
      Effect.gen(function* () {
        const actor = start(system, "actor", answering())
        const asked = yield* Effect.fork(actor.ask<number>(asking, "1 hour"))
        yield* Effect.yieldNow()
        actor.stop("drain")
        assert.strictEqual(yield* Fiber.join(asked), 7)
      })
    )
  )

  it.effect("asking an actor whose mailbox is full fails at once", () =>
    onStage((system) =>
      Effect.gen(function* () {
        const actor = start(system, "actor", answering())
        actor.tell(() => undefined)
        assert.strictEqual((yield* Effect.flip(actor.ask<number>(asking, "1 hour")))._tag, "MailboxFull")
      })
    )
  )

  it.effect("an ask that is interrupted leaves nothing behind", () =>
    onStage((system) =>
      Effect.gen(function* () {
        const kept: Array<Reply> = []
        const actor = start(system, "actor", answering(kept))
        const asked = yield* Effect.fork(actor.ask<number>(asking, "1 second"))
        yield* system.settled
        assert.strictEqual(system.armedTimers, 1)
        yield* Fiber.interrupt(asked)
        assert.strictEqual(system.armedTimers, 0)
        kept[0]?.(7)
        actor.stop()
        yield* system.settled
        assert.strictEqual(system.count, 0)
        assert.strictEqual(system.counters.failures, 0)
      })
    )
  )
})
