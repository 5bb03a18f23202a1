import { assert, describe, it } from "@effect/vitest"
import { ChatMemory } from "@hibiki/testing/ChatMemory"
import { Effect, Exit, Scope } from "effect"
import { ConversationId, personalLog } from "../../src/domain/Ids.ts"
import { makeUuidV7 } from "../../src/domain/Uuid.ts"
import { Conversations } from "../../src/ports/Conversations.ts"
import { makeGate } from "../world/gate.ts"
import { fill, group, run } from "../world/logRuns.ts"
import { pair } from "../world/pair.ts"
import { pass, rest, until } from "../world/waiting.ts"

/** Bob has five posts to read, and a live device. `stored` are the read cursors that were appended. */
const reader = Effect.gen(function* () {
  const stored: Array<number> = []
  const { ann, bob, log, world } = yield* pair({
    store: (own) => ({
      append: (commands) => {
        for (const { body } of commands) if (body.kind === "read") stored.push(body.upTo)
        return own.append(commands)
      }
    })
  })
  yield* world.provide(fill(ann, log, 5, 10))
  const device = yield* world.connect(bob)
  yield* device.op("live")
  const conversations = yield* world.provide(Conversations)
  const line = conversations.summary(bob, log)
  const unread = Effect.map(line, (summary) => summary?.unread)
  const mark = (upTo: number) =>
    world.provide(run(bob, personalLog(bob), { kind: "markUnread", conversationId: log, upTo }))
  return { world, bob, log, device, stored, line, unread, mark }
})

describe("a read", () => {
  it.scoped("of a conversation in which the socket has no place costs the store nothing", () =>
    Effect.gen(function* () {
      const { device, log, stored } = yield* reader
      for (let i = 0; i < 200; i++)
        device.send({ op: "read", conversationId: ConversationId.make(yield* makeUuidV7), seq: 1 })
      device.send({ op: "read", conversationId: log, seq: 6 })
      yield* until("the one of this log is stored", () => stored.length > 0)
      yield* rest
      assert.deepStrictEqual(stored, [6])
    })
  )

  it.scoped("that comes before the socket has its places is taken when it has them", () =>
    Effect.gen(function* () {
      const reading = makeGate()
      const stored: Array<number> = []
      const { ann, bob, log, world } = yield* pair({
        conversations: (own) => ({ memberships: (users) => reading.through(own.memberships(users)) }),
        store: (own) => ({
          append: (commands) => {
            for (const { body } of commands) if (body.kind === "read") stored.push(body.upTo)
            return own.append(commands)
          }
        })
      })
      yield* world.provide(fill(ann, log, 5, 10))
      reading.shut()
      const device = yield* world.connect(bob)
      yield* device.op("welcome")
      for (const seq of [3, 6, 5]) device.send({ op: "read", conversationId: log, seq })
      device.send({ op: "read", conversationId: ConversationId.make(yield* makeUuidV7), seq: 1 })
      yield* rest
      reading.open()
      yield* device.op("live")
      yield* until("it is stored", () => stored.length > 0)
      yield* rest
      assert.deepStrictEqual(stored, [6])
    })
  )

  it.scoped("above the head is refused, and keeps none of those from being stored that come after it and are not", () =>
    Effect.gen(function* () {
      const { device, log, stored, unread } = yield* reader
      device.send({ op: "read", conversationId: log, seq: 999 })
      device.send({ op: "read", conversationId: log, seq: 4 })
      yield* pass(2_000)
      yield* until("the one that may be is stored", () => stored.at(-1) === 4)
      yield* rest
      assert.strictEqual(yield* unread, 2)
      device.send({ op: "read", conversationId: log, seq: 999 })
      yield* pass(2_000)
      yield* until("it is refused again", () => stored.at(-1) === 999)
      yield* rest
      device.send({ op: "read", conversationId: log, seq: 5 })
      yield* pass(2_000)
      yield* until("what follows the refusal is stored", () => stored.at(-1) === 5)
    })
  )

  it.scoped("is stored at once, and of those that follow in two seconds only the furthest", () =>
    Effect.gen(function* () {
      const { device, log, stored, unread } = yield* reader
      for (const seq of [2, 4, 6, 5]) device.send({ op: "read", conversationId: log, seq })
      yield* until("the first is stored", () => stored.length > 0)
      yield* pass(1_500)
      assert.deepStrictEqual(stored, [2])
      yield* pass(500)
      assert.deepStrictEqual(stored, [2, 6])
      assert.strictEqual(yield* unread, 0)
    })
  )

  it.scoped("that still waits when its device goes is stored at once, and not when another of that person's does", () =>
    Effect.gen(function* () {
      const { bob, device, log, stored, unread, world } = yield* reader
      const other = yield* world.connect(bob)
      yield* other.op("live")
      for (const seq of [2, 6]) device.send({ op: "read", conversationId: log, seq })
      yield* until("the first is stored", () => stored.length > 0)
      other.connection.closed()
      yield* rest
      assert.deepStrictEqual(stored, [2])
      device.connection.closed()
      yield* rest
      assert.deepStrictEqual(stored, [2, 6])
      assert.strictEqual(yield* unread, 0)
    })
  )

  it.scoped("that still waits when its conversation is marked unread by hand does not take the mark away", () =>
    Effect.gen(function* () {
      const { device, line, log, mark, stored } = yield* reader
      for (const seq of [2, 6]) device.send({ op: "read", conversationId: log, seq })
      yield* until("the first is stored", () => stored.length > 0)
      yield* mark(3)
      yield* rest
      yield* pass(4_000)
      assert.deepStrictEqual(stored, [2])
      assert.deepInclude(yield* line, { readUpTo: 2, markedUnreadAt: 3 })
    })
  )

  it.scoped("that goes no farther than the one before takes away a mark that was set by hand since", () =>
    Effect.gen(function* () {
      const { device, line, log, mark, stored } = yield* reader
      device.send({ op: "read", conversationId: log, seq: 6 })
      yield* until("it is stored", () => stored.length > 0)
      yield* mark(3)
      yield* rest
      assert.strictEqual((yield* line)?.markedUnreadAt, 3)
      device.send({ op: "read", conversationId: log, seq: 6 })
      yield* pass(2_000)
      assert.deepStrictEqual(stored, [6, 6])
      assert.isUndefined((yield* line)?.markedUnreadAt)
    })
  )

  it.scoped(
    "of many conversations goes no faster than the user's limit, and none is lost: each goes as far as was wanted by then",
    () =>
      Effect.gen(function* () {
        const stored: Array<readonly [ConversationId, number]> = []
        const { ann, bob, world } = yield* pair({
          settings: { reads: { ratePerSecond: 2, burst: 3 } },
          store: (own) => ({
            append: (commands) => {
              for (const { body } of commands) if (body.kind === "read") stored.push([body.conversationId, body.upTo])
              return own.append(commands)
            }
          })
        })
        const logs: Array<ConversationId> = []
        for (let n = 0; n < 10; n++) {
          const log = yield* world.provide(group(ann, [bob]))
          yield* world.provide(fill(ann, log, 2, 10))
          logs.push(log)
        }
        const device = yield* world.connect(bob)
        yield* device.op("live")
        for (const conversationId of logs) device.send({ op: "read", conversationId, seq: 2 })
        yield* until("the first are stored", () => stored.length >= 3)
        yield* rest
        for (const conversationId of logs) device.send({ op: "read", conversationId, seq: 3 })
        yield* rest
        assert.strictEqual(stored.length, 3)
        yield* pass(2_000)
        // Two a second, and no more than the burst at once.
        assert.strictEqual(stored.length, 6)
        for (let second = 0; second < 20; second++) yield* pass(1_000)
        for (const log of logs) assert.deepStrictEqual(stored.findLast(([of]) => of === log)?.[1], 3)
        assert.isAtMost(stored.length, 13)
      })
  )

  it.scoped(
    "that was answered busy, since the personal log was locked for long, is sent again until it is stored",
    () =>
      Effect.gen(function* () {
        const { bob, device, log, unread, world } = yield* reader
        const { hold } = yield* world.provide(ChatMemory)
        const lock = yield* Scope.make()
        yield* Scope.extend(hold(personalLog(bob)), lock)
        device.send({ op: "read", conversationId: log, seq: 6 })
        yield* world.settled
        yield* pass(3_000, 100)
        assert.strictEqual(yield* unread, 5)
        yield* Scope.close(lock, Exit.void)
        yield* pass(4_000, 100)
        assert.strictEqual(yield* unread, 0)
      })
  )
})
