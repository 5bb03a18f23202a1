import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Runtime, TestClock } from "effect"
import { DeviceId, InstanceId, NodeId, UserId } from "../../../src/domain/Ids.ts"
import { makePresenceReporter } from "../../../src/gateway/presence/PresenceReporter.ts"
import { type DeviceReport, Presence, PresenceUnavailable } from "../../../src/ports/Presence.ts"
import { linesOf } from "../../world/linesOf.ts"
import { rest } from "../../world/waiting.ts"

const id = (n: number) => `00000000-0000-8000-8000-${n.toString(16).padStart(12, "0")}`
const report = (device: number, state: DeviceReport["state"], at: number): DeviceReport => ({
  ...{ userId: UserId.make(id(1)), deviceId: DeviceId.make(id(device)), instance: InstanceId.make(id(device)) },
  ...{ kind: "browser", state, invisible: false, at }
})
const shape = (reports: ReadonlyArray<DeviceReport>) =>
  reports.map(({ at, deviceId, state }) => [Number.parseInt(deviceId.slice(-4), 16), state, at])

/** A port that can be away, and what it took. */
const makeStage = Effect.gen(function* () {
  const port = { away: false, isFaulty: false }
  const taken: Array<ReturnType<typeof shape>> = []
  const left: Array<NodeId> = []
  const presence = Layer.mock(Presence, {
    report: (_, reports) =>
      Effect.suspend(() => {
        if (port.isFaulty) throw new Error("what is stored there can't be read")
        if (port.away) return Effect.fail(new PresenceUnavailable({ cause: "away" }))
        taken.push(shape(reports))
        return Effect.void
      }),
    leave: (node) => Effect.sync(() => void left.push(node))
  })
  const runtime = yield* Effect.runtime<never>()
  const send = yield* makePresenceReporter(NodeId.make(id(99)), (effect) => void Runtime.runFork(runtime)(effect)).pipe(
    Effect.provide(presence)
  )
  return { port, taken, left, send } as const
})

describe("reports on their way", () => {
  it.scoped("go out in the order in which they were given", () =>
    Effect.gen(function* () {
      const { send, taken } = yield* makeStage
      send([report(2, "active", 1), report(1, "offline", 1)])
      yield* rest
      send([report(2, "idle", 2)])
      yield* rest
      assert.deepStrictEqual(taken, [
        [
          [2, "active", 1],
          [1, "offline", 1]
        ],
        [[2, "idle", 2]]
      ])
    })
  )

  it.scoped("go together when they are given in one turn, though the port answers at once", () =>
    Effect.gen(function* () {
      const { send, taken } = yield* makeStage
      for (const device of [1, 2, 3]) send([report(device, "active", 1)])
      yield* rest
      assert.deepStrictEqual(taken, [
        [
          [1, "active", 1],
          [2, "active", 1],
          [3, "active", 1]
        ]
      ])
    })
  )

  it.scoped("wait while the port is away, the latest of each device, and go out in order when it is back", () =>
    Effect.gen(function* () {
      const { port, send, taken } = yield* makeStage
      port.away = true
      send([report(1, "active", 1), report(2, "active", 1)])
      yield* rest
      send([report(3, "active", 2), report(1, "offline", 2)])
      yield* TestClock.adjust("1 second")
      yield* rest
      assert.deepStrictEqual(taken, [])
      port.away = false
      yield* TestClock.adjust("1 second")
      yield* rest
      assert.deepStrictEqual(taken, [
        [
          [2, "active", 1],
          [3, "active", 2],
          [1, "offline", 2]
        ]
      ])
    })
  )

  it.effect("go on after a fault of the port, which is told", () =>
    Effect.gen(function* () {
      const lines = yield* linesOf(
        Effect.gen(function* () {
          const { port, send, taken } = yield* makeStage
          port.isFaulty = true
          send([report(1, "active", 1)])
          yield* rest
          port.isFaulty = false
          send([report(2, "active", 2)])
          yield* TestClock.adjust("1 second")
          yield* rest
          assert.deepStrictEqual(taken, [[[2, "active", 2]]])
        }).pipe(Effect.scoped)
      )
      assert.deepStrictEqual(lines, ["ERROR Presence could not be reported: what was under way is not told again"])
    })
  )

  it.effect("end with the gateway, which takes its devices out of presence", () =>
    Effect.gen(function* () {
      const { left, send, taken } = yield* Effect.scoped(makeStage)
      assert.deepStrictEqual(left, [NodeId.make(id(99))])
      send([report(1, "active", 1)])
      yield* rest
      assert.deepStrictEqual(taken, [])
    })
  )
})
