import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { EventStore } from "../../src/messages/EventStore.ts"
import { runUnheard } from "../world/logRuns.ts"
import { pair } from "../world/pair.ts"

describe("a second socket of a user", () => {
  it.scoped("is live when it has what its user's memberships were read with, though the gateway has not fanned that out", () =>
    Effect.gen(function* () {
      const { ann, bob, log, world } = yield* pair()
      const { epoch } = yield* world.provide(EventStore)
      const first = yield* world.connect(bob)
      yield* first.op("live")
      // Stored, and its envelopes lost: the gateway stands at 1, and what is read from here on says 3.
      const posts = ["one", "two"].map((text) => ({ kind: "post", text }) as const)
      yield* world.provide(runUnheard(ann, log, posts))
      const second = yield* world.connect(bob, { cursors: [[log, 1]], epoch })
      yield* second.op("live")
      assert.deepStrictEqual(second.seqs(log), [2, 3])
      // What comes after it follows, for both in order.
      yield* second.post(log, "three")
      yield* second.op("accepted")
      yield* first.op("events", (frame) => frame.events.some(({ seq }) => seq === 4))
      assert.deepStrictEqual(
        [first.seqs(log), second.seqs(log)],
        [
          [2, 3, 4],
          [2, 3, 4]
        ]
      )
    })
  )
})
