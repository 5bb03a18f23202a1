/** How far a person has read, told to that person's own devices; and what tells it again where it was lost. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { type ConversationId, personalLog, type UserId } from "../../src/domain/Ids.ts"
import type { ReadCell } from "../../src/domain/ReadCell.ts"
import type { ServerFrame } from "../../src/protocol/ServerFrame.ts"
import type { TestDevice } from "../world/ChatWorld.ts"
import { fill, group, run } from "../world/logRuns.ts"
import { pair } from "../world/pair.ts"
import { pass, rest, until } from "../world/waiting.ts"

const isReads = (frame: ServerFrame) => frame.op === "reads"
const framesOf = (device: TestDevice) => device.frames.filter(isReads)
/** The cell that the device was told last. */
const cellOf = (device: TestDevice, log: ConversationId): ReadCell | undefined =>
  framesOf(device)
    .flatMap(({ cells }) => cells)
    .findLast(({ conversationId }) => conversationId === log)
const reaches = (device: TestDevice, log: ConversationId, seq: number) =>
  until(`a device is told of ${seq}`, () => cellOf(device, log)?.readUpTo === seq)
const read = (
  world: Effect.Effect.Success<ReturnType<typeof pair>>["world"],
  by: UserId,
  conversationId: ConversationId,
  upTo: number
) => world.provide(run(by, personalLog(by), { kind: "read", conversationId, upTo }))

describe("how far a person has read", () => {
  it.scoped("is told to every device of that person before it is live, and to nobody else's", () =>
    Effect.gen(function* () {
      const { ann, bob, log, world } = yield* pair()
      yield* world.provide(fill(ann, log, 3, 10))
      yield* read(world, bob, log, 3)
      const [phone, other] = [yield* world.connect(bob), yield* world.connect(ann)]
      for (const device of [phone, other]) yield* device.op("live")
      assert.deepStrictEqual([cellOf(phone, log)?.readUpTo, cellOf(other, log)?.readUpTo], [3, 0])
      const ops = phone.frames.map(({ op }) => op)
      assert.isBelow(ops.indexOf("reads"), ops.indexOf("live"))
      yield* read(world, bob, log, 4)
      yield* reaches(phone, log, 4)
      assert.strictEqual(cellOf(other, log)?.readUpTo, 0)
    })
  )

  it.scoped("is told at once, and what follows within half a second in one frame, as it is by then", () =>
    Effect.gen(function* () {
      const { ann, bob, log, world } = yield* pair()
      const second = yield* world.provide(group(ann, [bob]))
      for (const each of [log, second]) yield* world.provide(fill(ann, each, 5, 10))
      const device = yield* world.connect(bob)
      yield* device.op("live")
      yield* rest
      yield* pass(1_000)
      const before = framesOf(device).length
      yield* read(world, bob, log, 2)
      yield* reaches(device, log, 2)
      for (const seq of [3, 4]) yield* read(world, bob, log, seq)
      yield* read(world, bob, second, 5)
      yield* rest
      assert.strictEqual(framesOf(device).length, before + 1)
      yield* pass(500)
      assert.deepStrictEqual(
        framesOf(device)
          .slice(before + 1)
          .map(({ cells }) => cells.map(({ conversationId, readUpTo }) => [conversationId, readUpTo])),
        [
          [
            [log, 4],
            [second, 5]
          ]
        ]
      )
    })
  )

  it.scoped("is told again when its envelope was lost and the next one comes, of whatever", () =>
    Effect.gen(function* () {
      let losing = false
      const { ann, bob, log, world } = yield* pair({ keep: () => !losing })
      yield* world.provide(fill(ann, log, 5, 10))
      const device = yield* world.connect(bob)
      yield* device.op("live")
      yield* read(world, bob, log, 2)
      yield* reaches(device, log, 2)
      losing = true
      yield* read(world, bob, log, 5)
      losing = false
      yield* pass(1_000)
      assert.strictEqual(cellOf(device, log)?.readUpTo, 2)
      yield* world.provide(run(ann, log, { kind: "post", text: "next" }))
      yield* reaches(device, log, 5)
    })
  )

  it.scoped("is told again within fifteen seconds when its envelope was the last one of its worker", () =>
    Effect.gen(function* () {
      let losing = false
      const { ann, bob, log, world } = yield* pair({ keep: () => !losing })
      yield* world.provide(fill(ann, log, 5, 10))
      const device = yield* world.connect(bob)
      yield* device.op("live")
      yield* read(world, bob, log, 2)
      yield* reaches(device, log, 2)
      losing = true
      yield* read(world, bob, log, 5)
      losing = false
      yield* pass(15_000, 1_000)
      assert.strictEqual(cellOf(device, log)?.readUpTo, 5)
    })
  )

  it.scoped("is told to a device that was too slow to hear of it, once it takes something again", () =>
    Effect.gen(function* () {
      const { ann, bob, log, world } = yield* pair()
      yield* world.provide(fill(ann, log, 5, 10))
      const device = yield* world.connect(bob)
      yield* device.op("live")
      device.connection.stalled()
      yield* world.settled
      yield* read(world, bob, log, 5)
      yield* pass(1_000)
      assert.strictEqual(cellOf(device, log)?.readUpTo, 0)
      device.drain()
      yield* reaches(device, log, 5)
    })
  )
})
