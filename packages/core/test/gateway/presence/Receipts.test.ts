import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { personalLog } from "../../../src/domain/Ids.ts"
import { UserHints } from "../../../src/gateway/presence/GatewayHints.ts"
import type { Hint } from "../../../src/ports/Hints.ts"
import { run } from "../../world/logRuns.ts"
import { framesOf, pass, presenceStage, takes } from "./presenceStage.ts"

/** Ann has written five messages to Bob, and in their group. */
const written = (options: Parameters<typeof presenceStage>[0] = {}) =>
  Effect.gen(function* () {
    const stage = yield* presenceStage(options)
    const { ann, direct, log, world } = stage
    for (let i = 0; i < 5; i++) {
      yield* world.provide(run(ann, direct, { kind: "post", text: `${i}` }))
      yield* world.provide(run(ann, log, { kind: "post", text: `${i}` }))
    }
    return stage
  })

describe("receipts", () => {
  it.scoped(
    "tell the other side of a direct conversation how far it is delivered and read, and the own side nothing",
    () =>
      Effect.gen(function* () {
        const { ann, bob, direct, live } = yield* written()
        const [writer, reader, phone] = [yield* live(ann), yield* live(bob), yield* live(bob)]
        reader.send({ op: "ack", cursors: [[direct, 3]] })
        yield* takes(1_000, () => framesOf(writer, "cursors", direct).length === 1)
        assert.deepStrictEqual(framesOf(writer, "cursors", direct), [
          { op: "cursors", conversationId: direct, userId: bob, delivered: 3 }
        ])
        // Behind the first device nothing is new.
        phone.send({ op: "ack", cursors: [[direct, 2]] })
        reader.send({ op: "read", conversationId: direct, seq: 3 })
        yield* takes(1_000, () => framesOf(writer, "cursors", direct).length === 2)
        assert.deepStrictEqual(framesOf(writer, "cursors", direct)[1], {
          op: "cursors",
          conversationId: direct,
          userId: bob,
          read: 3
        })
        phone.send({ op: "ack", cursors: [[direct, 5]] })
        phone.send({ op: "read", conversationId: direct, seq: 5 })
        yield* takes(3_000, () => framesOf(writer, "cursors", direct).some(({ read }) => read === 5))
        const all = framesOf(writer, "cursors", direct)
        assert.deepStrictEqual([Math.max(...all.map(({ delivered }) => delivered ?? 0)), all.length <= 4], [5, true])
        assert.deepStrictEqual([...framesOf(reader, "cursors", direct), ...framesOf(phone, "cursors", direct)], [])
      })
  )

  it.scoped("never go back, whatever gateway each device of the other side is at", () =>
    Effect.gen(function* () {
      const { ann, bob, direct, live, world } = yield* written()
      const another = yield* world.anotherGateway
      const [writer, reader, phone] = [yield* live(ann), yield* live(bob), yield* world.connect(bob, { at: another })]
      yield* phone.op("live")
      reader.send({ op: "ack", cursors: [[direct, 5]] })
      yield* takes(1_000, () => framesOf(writer, "cursors", direct).length === 1)
      phone.send({ op: "ack", cursors: [[direct, 2]] })
      yield* pass(1_000)
      assert.deepStrictEqual(framesOf(writer, "cursors", direct), [
        { op: "cursors", conversationId: direct, userId: bob, delivered: 5 }
      ])
    })
  )

  it.scoped("are not told to whom one blocks, and are again when that ends", () =>
    Effect.gen(function* () {
      const { ann, bob, direct, live, world } = yield* written()
      const writer = yield* live(ann)
      yield* world.block(bob, ann, true)
      const reader = yield* live(bob)
      reader.send({ op: "ack", cursors: [[direct, 3]] })
      reader.send({ op: "read", conversationId: direct, seq: 3 })
      yield* pass(3_000)
      assert.deepStrictEqual(framesOf(writer, "cursors", direct), [])
      yield* world.block(bob, ann, false)
      reader.send({ op: "ack", cursors: [[direct, 5]] })
      yield* takes(1_000, () => framesOf(writer, "cursors", direct).length === 1)
      assert.deepStrictEqual(framesOf(writer, "cursors", direct), [
        { op: "cursors", conversationId: direct, userId: bob, delivered: 5 }
      ])
    })
  )

  it.scoped("are not told in groups, nor of personal logs", () =>
    Effect.gen(function* () {
      const published: Array<Hint> = []
      const { ann, bob, live, log } = yield* written({
        hints: () => ({ publish: (hints) => void published.push(...hints) })
      })
      const [, reader] = [yield* live(ann), yield* live(bob)]
      reader.send({
        op: "ack",
        cursors: [
          [log, 3],
          [personalLog(bob), 0]
        ]
      })
      reader.send({ op: "read", conversationId: log, seq: 3 })
      yield* reader.op("reads", (f) =>
        f.cells.some(({ conversationId, readUpTo }) => conversationId === log && readUpTo === 3)
      )
      yield* pass(3_000)
      assert.deepStrictEqual(published, [])
    })
  )

  it.scoped("of an invisible user are not told, and are again from its next sign on when it shows itself", () =>
    Effect.gen(function* () {
      const { ann, bob, direct, live, world } = yield* written()
      yield* world.hide(bob, true)
      const [writer, reader] = [yield* live(ann), yield* live(bob)]
      reader.send({ op: "ack", cursors: [[direct, 4]] })
      reader.send({ op: "read", conversationId: direct, seq: 4 })
      yield* pass(4_000)
      assert.deepStrictEqual(framesOf(writer, "cursors", direct), [])
      yield* world.hide(bob, false)
      yield* pass(4_000)
      assert.deepStrictEqual(framesOf(writer, "cursors", direct), [])
      reader.send({ op: "ack", cursors: [[direct, 5]] })
      yield* takes(1_000, () => framesOf(writer, "cursors", direct).length === 1)
    })
  )

  it.scoped("reach a socket that is behind when it takes something again, as far as they came by then", () =>
    Effect.gen(function* () {
      const { ann, bob, direct, live } = yield* written()
      const [writer, reader] = [yield* live(ann), yield* live(bob)]
      writer.connection.stalled()
      for (const seq of [2, 3]) {
        reader.send({ op: "ack", cursors: [[direct, seq]] })
        reader.send({ op: "read", conversationId: direct, seq })
        yield* pass(3_000)
      }
      assert.deepStrictEqual(framesOf(writer, "cursors", direct), [])
      writer.drain()
      yield* pass(500)
      assert.deepStrictEqual(framesOf(writer, "cursors", direct), [
        { op: "cursors", conversationId: direct, userId: bob, delivered: 3, read: 3 }
      ])
    })
  )

  it.scoped("of one second are gathered: many acknowledgements are few frames, with the furthest", () =>
    Effect.gen(function* () {
      const { ann, bob, direct, live, world } = yield* written()
      for (let i = 0; i < 100; i++) yield* world.provide(run(ann, direct, { kind: "post", text: `${i}` }))
      const [writer, reader] = [yield* live(ann), yield* live(bob)]
      for (let seq = 1; seq <= 100; seq++) {
        reader.send({ op: "ack", cursors: [[direct, seq]] })
        yield* pass(10, 10)
      }
      yield* pass(1_000)
      const frames = framesOf(writer, "cursors", direct)
      assert.isAtMost(frames.length, 6)
      assert.strictEqual(frames.at(-1)?.delivered, 100)
    })
  )
})

describe("what a user tells of itself", () => {
  const { ann, bob } = {
    ann: personalLog("00000000-0000-8000-8000-000000000001" as never),
    bob: personalLog("00000000-0000-8000-8000-000000000002" as never)
  }

  it("is nothing while its wish is not known", () => {
    const hints = new UserHints()
    assert.isFalse(hints.mayType(ann, 0))
    assert.isFalse(hints.reaches("read", ann, 1))
    hints.invisible = false
    assert.isTrue(hints.mayType(ann, 0))
    assert.isTrue(hints.reaches("read", ann, 1))
  })

  it("never goes back, and is kept apart by kind and conversation", () => {
    const hints = new UserHints()
    hints.invisible = false
    const told = (
      [
        ["read", ann, 3],
        ["read", ann, 3],
        ["read", ann, 2],
        ["delivered", ann, 2],
        ["read", bob, 2],
        ["read", ann, 4]
      ] as const
    ).map(([kind, log, seq]) => hints.reaches(kind, log, seq))
    assert.deepStrictEqual(told, [true, false, false, true, true, true])
  })
})
