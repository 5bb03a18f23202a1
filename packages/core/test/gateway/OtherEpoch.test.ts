import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { Epoch } from "../../src/domain/Ids.ts"
import { makeUuidV7 } from "../../src/domain/Uuid.ts"
import { StoreUnavailable } from "../../src/ports/EventStore.ts"
import { CloseCodes } from "../../src/protocol/CloseCode.ts"
import { CommitPublisher } from "../../src/worker/CommitPublisher.ts"
import { faultsCounted } from "../world/faultsCounted.ts"
import { run, runUnheard } from "../world/logRuns.ts"
import { pair } from "../world/pair.ts"
import { pass, rest, until } from "../world/waiting.ts"

const say = (text: string) => ({ kind: "post", text }) as const

/** Two people, a store whose epoch may change and which may be away, and a way to announce under another epoch. */
const stage = Effect.gen(function* () {
  const store = { present: undefined as Epoch | undefined, away: false, broken: false, asked: 0 }
  const scene = yield* pair({
    store: (own) => ({
      readEpoch: Effect.suspend(() => {
        store.asked++
        if (store.broken) return Effect.die("a bug")
        if (store.away) return Effect.fail(new StoreUnavailable({ operation: "readEpoch", cause: "away" }))
        return store.present === undefined ? own.readEpoch : Effect.succeed(store.present)
      })
    })
  })
  const { ann, bob, log, world } = scene
  const device = yield* world.connect(bob)
  yield* device.op("live")
  const announceUnder = (epoch: Epoch) =>
    world.provide(
      Effect.gen(function* () {
        yield* (yield* CommitPublisher).announce(yield* runUnheard(ann, log, [say("of another epoch")]), [], epoch)
      })
    )
  return { ...scene, device, store, other: Epoch.make(yield* makeUuidV7), announceUnder } as const
})

describe("an envelope of another epoch", () => {
  it.scoped(
    "makes a gateway whose store was replaced end its sockets, take none, and say that it is to start anew",
    () =>
      Effect.gen(function* () {
        const { ann, announceUnder, bob, device, log, other, store, world } = yield* stage
        const replaced = yield* Effect.fork(world.gateway.storeReplaced)
        store.present = other
        yield* announceUnder(other)
        assert.strictEqual(yield* device.closed, CloseCodes.moving)
        yield* Fiber.join(replaced)
        assert.deepStrictEqual(device.seqs(log), [])
        for (const user of [ann, bob]) assert.strictEqual(yield* (yield* world.connect(user)).closed, CloseCodes.moving)
      })
  )

  it.scoped(
    "is passed over when it comes of a process that has not noticed, and what it told of is found in the log",
    () =>
      Effect.gen(function* () {
        const { ann, announceUnder, device, log, other, store, world } = yield* stage
        yield* announceUnder(other)
        yield* rest
        assert.strictEqual(store.asked, 1)
        assert.deepStrictEqual([device.seqs(log), device.state.closedWith], [[], undefined])
        yield* world.provide(run(ann, log, say("of ours")))
        yield* device.reachSeq(log, 3)
        assert.deepStrictEqual(device.seqs(log), [2, 3])
      })
  )

  it.scoped("makes the gateway ask the store once at a time, for as long as that is away", () =>
    Effect.gen(function* () {
      const { announceUnder, device, other, store } = yield* stage
      store.present = other
      store.away = true
      for (let i = 0; i < 5; i++) yield* announceUnder(other)
      yield* rest
      assert.strictEqual(store.asked, 1)
      store.away = false
      yield* pass(1_000)
      assert.strictEqual(yield* device.closed, CloseCodes.moving)
    })
  )

  it.scoped("is asked about again at the next one after a defect, which is counted", () =>
    Effect.gen(function* () {
      const { announceUnder, device, other, store } = yield* stage
      store.present = other
      store.broken = true
      const before = yield* faultsCounted
      yield* announceUnder(other)
      yield* until("it was asked", () => store.asked === 1)
      yield* rest
      assert.strictEqual((yield* faultsCounted) - before, 1)
      store.broken = false
      yield* announceUnder(other)
      assert.strictEqual(yield* device.closed, CloseCodes.moving)
    })
  )
})
