import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { CommandBody } from "../../src/commands/Command.ts"
import type { HistoryRule } from "../../src/domain/Event.ts"
import { ConversationId } from "../../src/domain/Ids.ts"
import { makeUuidV7 } from "../../src/domain/Uuid.ts"
import { StoreUnavailable } from "../../src/ports/EventStore.ts"
import { CloseCodes } from "../../src/protocol/CloseCode.ts"
import { CommitPublisher } from "../../src/worker/CommitPublisher.ts"
import { makeWorld } from "../world/ChatWorld.ts"
import { makeGate, openAtEnd } from "../world/gate.ts"
import { group, run, runUnheard } from "../world/logRuns.ts"
import { pair } from "../world/pair.ts"
import { pass, rest, until } from "../world/waiting.ts"

/**
 * Bob is removed (2), a secret is said (3), and he is added again (4): of all this his gateway hears at first only that
 * his personal log has changed, so that to its index he was never out.
 */
const rejoined = Effect.fnUntraced(function* (history: HistoryRule) {
  const world = yield* makeWorld()
  const ann = yield* world.user("ann")
  const bob = yield* world.user("bob")
  const log = ConversationId.make(yield* makeUuidV7)
  yield* world.provide(
    run(ann, log, { kind: "create", conversationKind: "group", title: "g", history, members: [bob] })
  )
  const device = yield* world.connect(bob)
  yield* device.op("live")
  const bodies: ReadonlyArray<CommandBody> = [
    { kind: "remove", userId: bob },
    { kind: "post", text: "a secret" },
    { kind: "add", userIds: [bob] }
  ]
  const changes = yield* world.provide(runUnheard(ann, log, bodies))
  const { announce } = yield* world.provide(CommitPublisher)
  yield* announce(
    changes.filter((change) => change.log !== log),
    []
  )
  yield* until("the addition is told in the personal log", () =>
    device.frames.some((frame) => frame.op === "events" && frame.events.some((event) => event.kind === "added"))
  )
  yield* rest
  // The gap in the conversation is found only now.
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

describe("a user who comes back to a gateway that still hears of the logs here", () => {
  /**
   * Everybody has left the gateway; then Bob's memberships are read, and `meanwhile` is heard of before that answer
   * comes.
   */
  const back = Effect.fnUntraced(function* () {
    const reading = makeGate()
    const { ann, bob, log, world } = yield* pair({
      conversations: (own) => ({
        memberships: (users) => Effect.zipLeft(own.memberships(users), reading.through(Effect.void))
      })
    })
    yield* openAtEnd(reading)
    const first = yield* world.connect(bob)
    yield* first.op("live")
    first.connection.closed()
    yield* pass(10_000)
    reading.shut()
    const device = yield* world.connect(bob)
    yield* until("memberships are read", () => reading.held() > 0)
    return { ann, bob, device, log, reading, world }
  })

  it.scoped("is told of a conversation that it was added to while its memberships were read", () =>
    Effect.gen(function* () {
      const { ann, bob, device, reading, world } = yield* back()
      const added = yield* world.provide(group(ann, [bob]))
      reading.open()
      yield* device.op("behind", ({ conversationId }) => conversationId === added)
      yield* world.provide(run(ann, added, { kind: "post", text: "hello" }))
      yield* device.reachSeq(added, 2)
    })
  )

  it.scoped("gets nothing after a removal that came while its memberships were read", () =>
    Effect.gen(function* () {
      const { ann, bob, device, log, reading, world } = yield* back()
      yield* world.provide(run(ann, log, { kind: "remove", userId: bob }))
      yield* world.provide(run(ann, log, { kind: "post", text: "a secret" }))
      reading.open()
      yield* device.op("live")
      yield* world.provide(run(ann, log, { kind: "post", text: "another" }))
      yield* rest
      assert.isEmpty(device.seqs(log).filter((seq) => seq > 2))
    })
  )
})

describe("a device that got a removal while its user's memberships were read as of before it", () => {
  it.scoped("stays connected when it acknowledges the removal before the gateway has found out that it is out", () =>
    Effect.gen(function* () {
      const reading = makeGate()
      const store = { away: false, asked: 0 }
      const { ann, bob, log, world } = yield* pair({
        conversations: (own) => ({
          memberships: (users) => Effect.zipLeft(own.memberships(users), reading.through(Effect.void))
        }),
        store: (own) => ({
          slices: (requests) =>
            Effect.suspend(() => {
              store.asked++
              return store.away
                ? Effect.fail(new StoreUnavailable({ operation: "slices", cause: "away" }))
                : own.slices(requests)
            })
        })
      })
      yield* openAtEnd(reading)
      // Of both conversations this gateway hears anyhow.
      const other = yield* world.provide(group(ann, []))
      const device = yield* world.connect(bob)
      for (const each of [device, yield* world.connect(ann)]) yield* each.op("live")
      reading.shut()
      yield* world.provide(run(ann, other, { kind: "add", userIds: [bob] }))
      yield* until("memberships are read", () => reading.held() > 0)
      yield* world.provide(run(ann, log, { kind: "remove", userId: bob }))
      yield* device.reachSeq(log, 2)
      store.away = true
      reading.open()
      yield* device.op("behind", ({ conversationId }) => conversationId === other)
      yield* until("what is missing was asked for", () => store.asked > 0)
      device.send({ op: "ack", cursors: [[log, 2]] })
      yield* world.settled
      assert.isUndefined(device.state.closedWith)
      store.away = false
      yield* pass(2_000)
      yield* world.provide(run(ann, log, { kind: "post", text: "a secret" }))
      yield* world.provide(run(ann, other, { kind: "post", text: "hello" }))
      yield* device.reachSeq(other, 3)
      assert.deepStrictEqual(device.seqs(log), [2])
      // Where it is live nothing may be acknowledged that was not sent.
      device.send({ op: "ack", cursors: [[other, 4]] })
      assert.strictEqual(yield* device.closed, CloseCodes.badFrame)
    })
  )
})
