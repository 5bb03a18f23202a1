import { assert, describe, it } from "@effect/vitest"
import { ChatMemory } from "@hibiki/testing/ChatMemory"
import { PushStoreMemory } from "@hibiki/testing/PushStoreMemory"
import { Effect, Layer, TestClock } from "effect"
import { ConversationId } from "../../src/domain/Ids.ts"
import { looksAfterMs } from "../../src/domain/PushPolicy.ts"
import { StoreUnavailable } from "../../src/ports/EventStore.ts"
import { PushQueue, PushQueueUnavailable } from "../../src/ports/PushQueue.ts"
import { PushStore } from "../../src/ports/PushStore.ts"
import { pushQueueOrRows } from "../../src/push/PushQueueOrRows.ts"

const logs = Array.from({ length: 1_201 }, (_, n) =>
  ConversationId.make(`0190a6b4-0000-7000-8000-${n.toString(16).padStart(12, "0")}`)
)

/** What the queue took, what was noted in each call, and switches for both being away. */
const stage = Effect.gen(function* () {
  const state = { queueAway: false, storeAway: false, queued: [] as Array<ConversationId>, noted: [] as Array<number> }
  const store = yield* PushStore
  const away = <E>(is: boolean, error: E) => (is ? Effect.fail(error) : Effect.void)
  const queue = PushQueue.of({
    offer: (offered) =>
      Effect.suspend(() => away(state.queueAway, new PushQueueUnavailable({ cause: "gone" }))).pipe(
        Effect.map(() => void state.queued.push(...offered))
      )
  })
  const rows = PushStore.of({
    ...store,
    note: (noted, ...rest) =>
      Effect.suspend(() => away(state.storeAway, new StoreUnavailable({ operation: "note", cause: "away" }))).pipe(
        Effect.zipRight(Effect.sync(() => void state.noted.push(noted.length))),
        Effect.zipRight(store.note(noted, ...rest))
      )
  })
  const { offer } = yield* Effect.provide(
    PushQueue,
    pushQueueOrRows.pipe(Layer.provide([Layer.succeed(PushQueue, queue), Layer.succeed(PushStore, rows)]))
  )
  /** Looks that are due now. */
  const due = store.look(1, 2_000)
  return { due, offer, state }
})
const inMemory = Effect.provide(PushStoreMemory.pipe(Layer.provide(ChatMemory.layer)))

describe("what is offered to whoever pushes", () => {
  it.effect("goes by the queue as long as that takes it", () =>
    Effect.gen(function* () {
      const { due, offer, state } = yield* stage
      yield* offer(logs)
      yield* TestClock.adjust(looksAfterMs[0])
      assert.deepStrictEqual([state.queued.length, state.noted, yield* due], [logs.length, [], []])
    }).pipe(inMemory)
  )

  it.effect(
    "is noted where the queue's entries would be, as soon as the queue does not take it, and by the queue again after that",
    () =>
      Effect.gen(function* () {
        const { due, offer, state } = yield* stage
        state.queueAway = true
        yield* offer(logs)
        assert.deepStrictEqual([state.queued.length, state.noted], [0, [500, 500, 201]])
        assert.deepStrictEqual(yield* due, [])
        yield* TestClock.adjust(looksAfterMs[0])
        assert.sameMembers(
          (yield* due).map(({ log }) => log),
          logs
        )
        state.queueAway = false
        yield* offer(logs.slice(0, 1))
        assert.deepStrictEqual([state.queued.length, state.noted.length], [1, 3])
      }).pipe(inMemory)
  )

  it.effect("is not done while neither takes it", () =>
    Effect.gen(function* () {
      const { offer, state } = yield* stage
      state.queueAway = state.storeAway = true
      assert.strictEqual((yield* Effect.flip(offer(logs)))._tag, "PushQueueUnavailable")
    }).pipe(inMemory)
  )
})
