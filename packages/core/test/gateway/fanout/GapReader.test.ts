import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Layer } from "effect"
import type { LogEvent } from "../../../src/domain/Event.ts"
import { CommandId, ConversationId, UserId } from "../../../src/domain/Ids.ts"
import { Fanout } from "../../../src/gateway/fanout/Fanout.ts"
import { makeGapReader } from "../../../src/gateway/fanout/GapReader.ts"
import { Conversations } from "../../../src/ports/Conversations.ts"
import { EventStore } from "../../../src/ports/EventStore.ts"
import { until } from "../../world/waiting.ts"

const log = ConversationId.make("00000000-0000-7000-8000-000000000001")
const userId = UserId.make("00000000-0000-7000-8000-000000000002")
const post = (seq: number): LogEvent => ({
  seq,
  id: CommandId.make(`00000000-0000-7000-8000-${seq.toString(16).padStart(12, "0")}`),
  by: userId,
  at: seq,
  kind: "posted",
  text: `${seq}`
})

/**
 * A gateway that stands at 100, and a store that holds what is in `stored`, and answers the first question when it is
 * let.
 */
const stage = Effect.gen(function* () {
  const stored: Array<LogEvent> = []
  const asked: Array<number> = []
  const gate = yield* Deferred.make<void>()
  const ports = Layer.merge(
    Layer.mock(EventStore, {
      epoch: "" as never,
      after: (_, after) =>
        Effect.suspend(() => {
          asked.push(after)
          const events = stored.filter(({ seq }) => seq > after)
          const answer = Effect.succeed({ first: 1, head: 100 + stored.length, events })
          return asked.length === 1 ? Effect.zipRight(Deferred.await(gate), answer) : answer
        })
    }),
    Layer.mock(Conversations, {})
  )
  const read = yield* Effect.provide(
    makeGapReader(() => fanout, 1_000),
    ports
  )
  const fanout: Fanout = new Fanout(
    { personal: () => undefined, cells: () => undefined, personalJumped: () => undefined, gap: read },
    () => 0
  )
  const place = fanout.enter({ userId, log, head: 100, first: 1, visibleFrom: 1, kind: "group" })
  return { asked, fanout, letAnswer: Deferred.succeed(gate, undefined), place, stored }
})

describe("a gap", () => {
  it.scoped("that the store does not know of is none", () =>
    Effect.gen(function* () {
      const { asked, fanout, letAnswer, place } = yield* stage
      fanout.receive({ log, head: 102, events: [] })
      yield* letAnswer
      yield* until("it rests", () => !place.reading)
      assert.deepStrictEqual([asked, place.highest, place.fannedOut], [[100], 100, 100])
    })
  )

  it.scoped(
    "does not hide what is stored and heard of while the store is asked, also where more had been heard of than there is",
    () =>
      Effect.gen(function* () {
        const { asked, fanout, letAnswer, place, stored } = yield* stage
        fanout.receive({ log, head: 102, events: [] })
        yield* until("it asks", () => asked.length === 1)
        stored.push(post(101))
        fanout.receive({ log, head: 101, events: [post(101)] })
        yield* letAnswer
        yield* until("it rests", () => !place.reading)
        assert.deepStrictEqual([asked, place.highest, place.fannedOut], [[100, 100, 101], 101, 101])
      })
  )
})
