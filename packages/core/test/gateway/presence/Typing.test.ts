import { assert, describe, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { ConversationId } from "../../../src/domain/Ids.ts"
import { makeUuidV7 } from "../../../src/domain/Uuid.ts"
import { EventStore, StoreUnavailable } from "../../../src/ports/EventStore.ts"
import type { Hint } from "../../../src/ports/Hints.ts"
import { group, run } from "../../world/logRuns.ts"
import { framesOf, pass, presenceStage, rest } from "./presenceStage.ts"

describe("a sign of typing", () => {
  it.scoped(
    "reaches every other member's socket, none of the writer's own and no stranger's, and is stored nowhere",
    () =>
      Effect.gen(function* () {
        const { ann, bob, eve, live, log, world } = yield* presenceStage()
        const [laptop, phone] = [yield* live(ann), yield* live(ann)]
        const [one, two, stranger] = [yield* live(bob), yield* live(bob), yield* live(eve)]
        laptop.send({ op: "typing", conversationId: log })
        yield* rest
        for (const device of [one, two])
          assert.deepStrictEqual(framesOf(device, "typing", log), [{ op: "typing", conversationId: log, userId: ann }])
        for (const device of [laptop, phone, stranger]) assert.deepStrictEqual(framesOf(device, "typing", log), [])
        const store = yield* world.provide(EventStore)
        assert.strictEqual((yield* store.after(log, 0, 10)).head, 1)
      })
  )

  it.scoped("is told once in three seconds of one person and conversation, whichever device it comes from", () =>
    Effect.gen(function* () {
      const { ann, bob, direct, live, log } = yield* presenceStage()
      const [laptop, phone] = [yield* live(ann), yield* live(ann)]
      const other = yield* live(bob)
      for (let tenth = 0; tenth < 70; tenth++) {
        for (const device of [laptop, phone]) device.send({ op: "typing", conversationId: log })
        yield* pass(100, 100)
      }
      assert.strictEqual(framesOf(other, "typing", log).length, 3)
      laptop.send({ op: "typing", conversationId: direct })
      yield* rest
      assert.strictEqual(framesOf(other, "typing", direct).length, 1)
    })
  )

  it.scoped("of a stranger, a former member, or an invisible user reaches nobody", () =>
    Effect.gen(function* () {
      const { ann, bob, eve, live, log, world } = yield* presenceStage()
      yield* world.provide(run(ann, log, { kind: "add", userIds: [eve] }))
      const reader = yield* live(bob)
      const [former, hidden] = [yield* live(eve), yield* live(ann)]
      yield* world.provide(run(ann, log, { kind: "remove", userId: eve }))
      yield* former.reachSeq(log, 3)
      yield* world.hide(ann, true)
      yield* rest
      const stranger = yield* live(yield* world.user("mallory"))
      for (const device of [former, stranger, hidden]) {
        device.send({ op: "typing", conversationId: log })
        device.send({ op: "typing", conversationId: ConversationId.make(yield* makeUuidV7) })
      }
      yield* pass(4_000)
      assert.deepStrictEqual(framesOf(reader, "typing", log), [])
      yield* world.hide(ann, false)
      yield* rest
      hidden.send({ op: "typing", conversationId: log })
      yield* rest
      assert.strictEqual(framesOf(reader, "typing", log).length, 1)
      assert.deepStrictEqual(framesOf(former, "typing", log), [])
    })
  )

  it.scoped("is not told to whom the writer blocks, in a group neither, and is to the others", () =>
    Effect.gen(function* () {
      const { ann, bob, direct, eve, live, log, world } = yield* presenceStage()
      yield* world.provide(run(ann, log, { kind: "add", userIds: [eve] }))
      const [writer, blocked, other] = [yield* live(ann), yield* live(bob), yield* live(eve)]
      const types = Effect.suspend(() => {
        for (const conversationId of [log, direct]) writer.send({ op: "typing", conversationId })
        return pass(4_000)
      })
      const told = () =>
        [blocked, other].map((device) => [log, direct].map((where) => framesOf(device, "typing", where).length))
      yield* world.block(ann, bob, true)
      yield* rest
      yield* types
      assert.deepStrictEqual(told(), [
        [0, 0],
        [1, 0]
      ])
      // Also when it was so before the socket came.
      const again = yield* live(ann)
      for (const conversationId of [log, direct]) again.send({ op: "typing", conversationId })
      yield* pass(4_000)
      assert.deepStrictEqual(told(), [
        [0, 0],
        [2, 0]
      ])
      yield* world.block(ann, bob, false)
      yield* rest
      yield* types
      assert.deepStrictEqual(told(), [
        [1, 1],
        [3, 0]
      ])
    })
  )

  it.scoped("is not told to whom the writer blocks, who changed another wish before both could be read", () =>
    Effect.gen(function* () {
      let away = true
      const { ann, bob, eve, live, world } = yield* presenceStage({
        users: ({ wishesOf }) => ({
          wishesOf: (ids) =>
            away ? Effect.fail(new StoreUnavailable({ operation: "wishesOf", cause: "away" })) : wishesOf(ids)
        })
      })
      const log = yield* world.provide(group(ann, [bob, eve]))
      yield* world.block(ann, bob, true)
      const [writer, blocked, other] = [yield* live(ann), yield* live(bob), yield* live(eve)]
      yield* world.hide(ann, true)
      yield* world.hide(ann, false)
      yield* rest
      away = false
      yield* pass(3_000)
      writer.send({ op: "typing", conversationId: log })
      yield* pass(1_000)
      assert.deepStrictEqual(
        [blocked, other].map((device) => framesOf(device, "typing", log).length),
        [0, 1]
      )
    })
  )

  it.scoped("is told in no group by who blocks more people than a hint names", () =>
    Effect.gen(function* () {
      const { ann, bob, live, log, world } = yield* presenceStage()
      const [writer, reader] = [yield* live(ann), yield* live(bob)]
      const types = Effect.suspend(() => {
        writer.send({ op: "typing", conversationId: log })
        return pass(4_000)
      })
      for (let n = 0; n < 50; n++) yield* world.block(ann, yield* world.user(`blocked${n}`), true)
      yield* types
      assert.strictEqual(framesOf(reader, "typing", log).length, 1)
      yield* world.block(ann, yield* world.user("one more"), true)
      yield* types
      assert.strictEqual(framesOf(reader, "typing", log).length, 1)
    })
  )

  it.scoped("is left out for a socket that is behind, and does not come later", () =>
    Effect.gen(function* () {
      const { ann, bob, live, log } = yield* presenceStage()
      const writer = yield* live(ann)
      const reader = yield* live(bob)
      reader.connection.stalled()
      yield* rest
      writer.send({ op: "typing", conversationId: log })
      yield* rest
      reader.drain()
      yield* pass(1_000)
      assert.deepStrictEqual(framesOf(reader, "typing", log), [])
      yield* TestClock.adjust("3 seconds")
      writer.send({ op: "typing", conversationId: log })
      yield* rest
      assert.strictEqual(framesOf(reader, "typing", log).length, 1)
    })
  )

  it.scoped("is told where 100 members are online, and not where there are more", () =>
    Effect.gen(function* () {
      const published: Array<Hint> = []
      const { ann, live, world } = yield* presenceStage({
        hints: ({ publish }) => ({
          publish: (hints) => {
            published.push(...hints)
            publish(hints)
          }
        })
      })
      const many = yield* Effect.forEach(
        Array.from({ length: 100 }, (_, i) => `m${i}`),
        world.user
      )
      const log = yield* world.provide(group(ann, many))
      const writer = yield* live(ann)
      const devices = yield* Effect.forEach(many.slice(0, 99), (user) => live(user))
      writer.send({ op: "typing", conversationId: log })
      yield* rest
      assert.strictEqual(devices.filter((device) => framesOf(device, "typing", log).length === 1).length, 99)
      yield* Effect.forEach(many.slice(99), (user) => live(user))
      yield* TestClock.adjust("4 seconds")
      writer.send({ op: "typing", conversationId: log })
      yield* rest
      assert.strictEqual(published.length, 1)
      assert.strictEqual(devices.filter((device) => framesOf(device, "typing", log).length === 1).length, 99)
    })
  )

  it.scoped("goes from one gateway to the sockets of another", () =>
    Effect.gen(function* () {
      const { ann, bob, live, log, world } = yield* presenceStage()
      const other = yield* world.anotherGateway
      const writer = yield* live(ann)
      const reader = yield* live(bob, { at: other })
      writer.send({ op: "typing", conversationId: log })
      yield* rest
      assert.strictEqual(framesOf(reader, "typing", log).length, 1)
    })
  )
})
