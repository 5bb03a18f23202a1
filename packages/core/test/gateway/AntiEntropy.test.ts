import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { personalLog } from "../../src/domain/Ids.ts"
import { Users } from "../../src/ports/Users.ts"
import { runUnheard } from "../world/logRuns.ts"
import { pair } from "../world/pair.ts"
import { pass, rest } from "../world/waiting.ts"

const post = (text: string) => [{ kind: "post", text }] as const
const minutes = 60_000
/** Ten minutes of a gateway's chores, on a machine that has other work. */
const minutesPass = 60_000

describe("what nobody was told of", () => {
  it.scoped(
    "reaches a device within five minutes, and what was lost before it in order",
    () =>
      Effect.gen(function* () {
        const { ann, bob, log, world } = yield* pair()
        const device = yield* world.connect(bob)
        yield* device.op("live")
        yield* world.provide(runUnheard(ann, log, post("a")))
        yield* world.provide(runUnheard(ann, log, post("b")))
        yield* pass(5 * minutes - 1, 20_000)
        assert.deepStrictEqual(device.seqs(log), [])
        yield* pass(1)
        yield* device.reachSeq(log, 3)
        assert.deepStrictEqual(device.seqs(log), [2, 3])
        yield* world.provide(runUnheard(ann, log, post("c")))
        // The comparison itself takes a moment.
        yield* pass(5 * minutes + 1_000, 20_000)
        yield* device.reachSeq(log, 4)
      }),
    minutesPass
  )

  it.scoped(
    "is found in a personal log, too, whose writer ended between its commit and telling of it",
    () =>
      Effect.gen(function* () {
        const { bob, world } = yield* pair()
        const device = yield* world.connect(bob)
        yield* device.op("live")
        const [change] =
          (yield* world.provide(Effect.flatMap(Users, (users) => users.setDisplayName(bob, "Bobby", 0)))) ?? []
        yield* pass(5 * minutes, 20_000)
        const { events } = yield* device.op("events", (frame) => frame.conversationId === personalLog(bob))
        assert.deepStrictEqual(
          events.map(({ kind, seq }) => [kind, seq]),
          [["profileChanged", change?.head]]
        )
      }),
    minutesPass
  )

  it.scoped("is found at once when deliveries come again that could not come", () =>
    Effect.gen(function* () {
      const resumed: Array<() => void> = []
      const { ann, bob, log, world } = yield* pair({
        deliveries: (own) => ({
          subscribe: (node, kind, receive, onResumed) => {
            if (onResumed !== undefined) resumed.push(onResumed)
            return own.subscribe(node, kind, receive)
          }
        })
      })
      const device = yield* world.connect(bob)
      yield* device.op("live")
      yield* world.provide(runUnheard(ann, log, post("a")))
      yield* rest
      assert.deepStrictEqual(device.seqs(log), [])
      for (const tell of resumed) tell()
      yield* device.reachSeq(log, 2)
    })
  )
})
