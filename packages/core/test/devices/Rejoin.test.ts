import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { CommandBody } from "../../src/domain/Command.ts"
import type { HistoryRule } from "../../src/domain/Event.ts"
import { ConversationId } from "../../src/domain/Ids.ts"
import { makeUuidV7 } from "../../src/domain/Uuid.ts"
import { Announcer } from "../../src/messages/Announcer.ts"
import { makeWorld } from "../world/ChatWorld.ts"
import { run, runUnheard } from "../world/logRuns.ts"
import { rest, until } from "../world/waiting.ts"

/**
 * Bob is removed (2), a secret is said (3), and he is added again (4): of all this his gateway hears at first only that his personal log
 * has changed, so that to its index he was never out.
 */
const rejoined = Effect.fnUntraced(function* (history: HistoryRule) {
  const world = yield* makeWorld()
  const ann = yield* world.user("ann")
  const bob = yield* world.user("bob")
  const log = ConversationId.make(yield* makeUuidV7)
  yield* world.provide(run(ann, log, { kind: "create", conversationKind: "group", title: "g", history, members: [bob] }))
  const device = yield* world.connect(bob)
  yield* device.op("live")
  const bodies: ReadonlyArray<CommandBody> = [
    { kind: "remove", userId: bob },
    { kind: "post", text: "a secret" },
    { kind: "add", userIds: [bob] }
  ]
  const changes = yield* world.provide(runUnheard(ann, log, bodies))
  const { announce } = yield* world.provide(Announcer)
  yield* announce(
    changes.filter((change) => change.log !== log),
    []
  )
  yield* until("the addition is told in the personal log", () =>
    device.frames.some((frame) => frame.op === "events" && frame.events.some((event) => event.kind === "added"))
  )
  yield* rest
  // The hole in the conversation is found only now.
  yield* announce([{ log, head: 4, events: [] }], [])
  yield* world.provide(run(ann, log, { kind: "post", text: "welcome back" }))
  yield* device.reachSeq(log, 5)
  return { device, log }
})

describe("a member who was removed and added again while its gateway heard of neither", () => {
  it.scoped("gets nothing of what was said meanwhile, where history begins with joining", () =>
    Effect.gen(function* () {
      const { device, log } = yield* rejoined("joined")
      assert.deepStrictEqual(device.seqs(log), [4, 5])
      assert.deepStrictEqual(
        device.frames.filter((frame) => frame.op === "withheld"),
        [{ op: "withheld", conversationId: log, from: 2, to: 3 }]
      )
    })
  )

  it.scoped("gets all of it, where members see all of the history", () =>
    Effect.gen(function* () {
      const { device, log } = yield* rejoined("all")
      assert.deepStrictEqual(device.seqs(log), [2, 3, 4, 5])
    })
  )
})
