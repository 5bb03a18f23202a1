import { assert, describe, it, layer } from "@effect/vitest"
import type { CommandBody } from "@hibiki/core/commands/Command"
import { CommandId, ConversationId, UserId } from "@hibiki/core/domain/Ids"
import { Limits } from "@hibiki/core/domain/Limits"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { Conversations } from "@hibiki/core/ports/Conversations"
import { EventStore } from "@hibiki/core/ports/EventStore"
import { Effect, Layer, TestClock } from "effect"
import { addMemoryUser, blockMemoryUser, ChatMemory } from "../src/ChatMemory.ts"
import { ConversationsMemory } from "../src/ConversationsMemory.ts"
import { eventStoreContract, setAsideContract } from "../src/contracts/EventStoreContract.ts"
import { gist } from "../src/contracts/log/LogScene.ts"
import { EventStoreMemory } from "../src/EventStoreMemory.ts"

const Memory = Layer.mergeAll(EventStoreMemory, ConversationsMemory).pipe(Layer.provideMerge(ChatMemory.layer))

layer(Memory)("EventStore in memory", (it) => {
  eventStoreContract({ it, assert, makeUser: addMemoryUser, block: blockMemoryUser, setClock: TestClock.setTime })
  setAsideContract({
    it,
    assert,
    makeUser: addMemoryUser,
    block: blockMemoryUser,
    setClock: TestClock.setTime,
    hold: (log) => Effect.flatMap(ChatMemory, (memory) => memory.hold(log))
  })
})

const does = (by: UserId, log: ConversationId, body: CommandBody) =>
  Effect.gen(function* () {
    const store = yield* EventStore
    const id = CommandId.make(yield* makeUuidV7)
    const { decisions } = yield* store.append([{ log, id, by, device: null, epoch: store.epoch, body }])
    return gist(decisions[0])
  })
const conversation = Effect.map(makeUuidV7, (uuid) => ConversationId.make(uuid))

describe("what only memory can show quickly", () => {
  it.effect(`no conversation has more than ${Limits.membersMax} members, by whatever way they come`, () =>
    Effect.gen(function* () {
      const memory = yield* ChatMemory
      const users = yield* Effect.all(
        Array.from({ length: Limits.membersMax + 2 }, () => Effect.map(makeUuidV7, (uuid) => UserId.make(uuid)))
      )
      for (const userId of users) yield* memory.addUser(userId, userId)
      const [ann, bob, ...others] = users
      assert.isTrue(ann !== undefined && bob !== undefined)
      if (ann === undefined || bob === undefined) return
      const log = yield* conversation
      const create = { kind: "create", conversationKind: "channel", title: "All", history: "all" } as const
      assert.strictEqual(yield* does(ann, yield* conversation, { ...create, members: [bob, ...others] }), "too_many")
      // The creator is counted once, named or not.
      assert.strictEqual(yield* does(ann, log, { ...create, members: [ann, ...others.slice(0, -2)] }), "Appended 1")
      assert.strictEqual(yield* does(ann, log, { kind: "add", userIds: others.slice(-2) }), "too_many")
      assert.strictEqual(yield* does(ann, log, { kind: "add", userIds: others.slice(-3, -1) }), "Appended 2")
      assert.strictEqual(yield* does(ann, log, { kind: "add", userIds: [bob] }), "too_many")
      // Who blocks one stays as nobody there.
      yield* blockMemoryUser(bob, ann)
      for (const userId of [bob, UserId.make(yield* makeUuidV7)])
        assert.strictEqual(yield* does(ann, log, { kind: "add", userIds: [userId] }), "not_found")
      assert.strictEqual(yield* does(bob, log, { kind: "join" }), "too_many")
      assert.strictEqual(yield* does(ann, log, { kind: "remove", userId: others[0] ?? bob }), "Appended 3")
      assert.strictEqual(yield* does(bob, log, { kind: "join" }), "Appended 4")
    }).pipe(Effect.provide(Memory))
  )

  it.effect("a log that was cut shows nothing below its first seq, and says where it begins", () =>
    Effect.gen(function* () {
      const [store, conversations, memory] = [yield* EventStore, yield* Conversations, yield* ChatMemory]
      const [ann, log] = [yield* addMemoryUser("ann"), yield* conversation]
      yield* does(ann, log, { kind: "create", conversationKind: "group", title: "Tea", history: "all", members: [] })
      for (const text of ["2", "3", "4"]) yield* does(ann, log, { kind: "post", text })
      yield* memory.cut(log, 3)
      const after = yield* store.after(log, 0, 10)
      assert.deepStrictEqual([after.first, after.head, after.events.map(({ seq }) => seq)], [3, 4, [3, 4]])
      const [slice] = yield* store.slices([{ log, userId: ann, after: 0, limit: 10 }])
      assert.deepStrictEqual([slice?.first, slice?.visibleFrom, slice?.events.map(({ seq }) => seq)], [3, 3, [3, 4]])
      const page = yield* conversations.page(ann, log, { _tag: "Latest" }, 10)
      assert.deepStrictEqual([page?.rows.map(({ seq }) => seq), page?.moreBefore], [[3, 4], false])
      assert.strictEqual(yield* does(ann, log, { kind: "react", target: 2, emoji: "👍" }), "invalid_target")
    }).pipe(Effect.provide(Memory))
  )
})
