import { assert, describe, it, layer } from "@effect/vitest"
import { hintsContract } from "@hibiki/testing/contracts/HintsContract"
import { presenceContract } from "@hibiki/testing/contracts/PresenceContract"
import { PresenceFlush, PresenceMemory } from "@hibiki/testing/PresenceMemory"
import { Effect, TestClock } from "effect"
import { DeviceId, InstanceId, NodeId, UserId } from "../../src/domain/Ids.ts"
import { presenceLimits } from "../../src/domain/Limits.ts"
import { makeUuidV7 } from "../../src/domain/Uuid.ts"
import { HintsInProcess } from "../../src/inprocess/HintsInProcess.ts"
import { PresenceInProcess, presenceInProcess } from "../../src/inprocess/PresenceInProcess.ts"
import { Presence } from "../../src/ports/Presence.ts"

layer(PresenceMemory)("Presence in process", (it) =>
  presenceContract({
    it,
    assert,
    flush: Effect.flatMap(PresenceFlush, ({ flush }) => flush),
    grace: TestClock.adjust(presenceLimits.graceMs)
  })
)
layer(HintsInProcess)("Hints in process", (it) => hintsContract({ it, assert }))

const oneDevice = Effect.gen(function* () {
  const presence = yield* Presence
  const userId = UserId.make(yield* makeUuidV7)
  const [node, deviceId, instance] = [yield* makeUuidV7, yield* makeUuidV7, yield* makeUuidV7]
  const says = (state: "active" | "offline", at: number) =>
    presence.report(NodeId.make(node), [
      {
        userId,
        deviceId: DeviceId.make(deviceId),
        instance: InstanceId.make(instance),
        kind: "browser",
        state,
        invisible: false,
        at
      }
    ])
  return { userId, says, seen: Effect.map(presence.read([userId]), ([user]) => user?.since) }
})

describe("presence in process", () => {
  it.effect("forgets who was seen longest ago, and never who is there", () =>
    Effect.gen(function* () {
      const [ann, bob, eve, here] = [yield* oneDevice, yield* oneDevice, yield* oneDevice, yield* oneDevice]
      yield* here.says("active", 1)
      let at = 10
      for (const user of [ann, bob]) {
        yield* user.says("active", at++)
        yield* user.says("offline", at++)
      }
      yield* ann.says("active", 20)
      yield* ann.says("offline", 21)
      yield* eve.says("active", 30)
      yield* eve.says("offline", 31)
      assert.deepStrictEqual(
        [yield* ann.seen, yield* bob.seen, yield* eve.seen, yield* here.seen],
        [21, undefined, 31, 1]
      )
    }).pipe(Effect.provide(presenceInProcess({ offlineMax: 2 })))
  )

  it.effect("keeps no steps of those who left more than an hour ago, as others leave", () =>
    Effect.gen(function* () {
      const presence = yield* Presence
      const [ann, bob] = [yield* oneDevice, yield* oneDevice]
      for (let at = 0; at < 40; at += 2) {
        yield* ann.says("active", at)
        yield* ann.says("offline", at + 1)
      }
      assert.strictEqual((yield* presence.steps([ann.userId], -1)).length, 40)
      yield* bob.says("active", 3_600_100)
      yield* bob.says("offline", 3_600_101)
      assert.deepStrictEqual(yield* presence.steps([ann.userId], -1), [
        { userId: ann.userId, state: "offline", at: 39 }
      ])
    }).pipe(Effect.provide(PresenceInProcess))
  )

  it.effect("a listener that throws keeps nobody else from the news", () =>
    Effect.gen(function* () {
      const presence = yield* Presence
      const ann = yield* oneDevice
      const told: Array<UserId> = []
      yield* presence.listen(() => {
        throw new Error("no")
      })
      yield* presence.listen((users) => void told.push(...(users ?? [])))
      yield* ann.says("active", 1)
      assert.deepStrictEqual(told, [ann.userId])
    }).pipe(Effect.scoped, Effect.provide(PresenceInProcess))
  )
})
