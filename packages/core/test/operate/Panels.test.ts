import { assert, describe, it } from "@effect/vitest"
import { Clock, Deferred, Effect, Fiber, Layer, Metric, Stream, TestClock } from "effect"
import { SecretsMemory } from "../../../testing/src/accounts/SecretsMemory.ts"
import { ConversationId, DeviceId, UserId } from "../../src/domain/Ids.ts"
import { InspectionInProcess } from "../../src/inprocess/InspectionInProcess.ts"
import { ActorSystem } from "../../src/kernel/ActorSystem.ts"
import { makeInspector } from "../../src/operate/Inspector.ts"
import { Panels } from "../../src/operate/Panels.ts"
import { StoreUnavailable } from "../../src/ports/EventStore.ts"
import { intakeSeconds } from "../../src/ports/Ingress.ts"
import { Inspection } from "../../src/ports/Inspection.ts"
import { PushStore } from "../../src/ports/PushStore.ts"
import { QueueReadings, QueuesUnavailable } from "../../src/ports/QueueReadings.ts"
import { type StoreReading, StoreReadings } from "../../src/ports/StoreReadings.ts"
import { Users } from "../../src/ports/Users.ts"
import type { Question } from "../../src/protocol/Inspection.ts"
import type { Panel, PanelUpdate } from "../../src/protocol/rpc/OperateRpcs.ts"
import { commandsDecided } from "../../src/worker/Worker.ts"

const admin = UserId.make("00000000-0000-7000-8000-000000000001")
const identity = {
  userId: admin,
  deviceId: DeviceId.make("00000000-0000-7000-8000-000000000002"),
  handle: "root",
  admin: true,
  sessionVersion: 1
}
const process = { node: "n1", role: "gateway", host: "h", version: "1", startedAt: 0 }

const conversation = ConversationId.make("00000000-0000-7000-8000-000000000003")
const storeReading: StoreReading = {
  at: 0,
  databaseBytes: 1_000,
  eventsAdded: 0,
  connections: undefined,
  connectionsMax: 100,
  oldestTransactionMs: undefined,
  idsUsed: 0.1,
  tables: [{ name: "events", bytes: 500, rows: 10, deadRows: 1, vacuumedMs: undefined }],
  replicas: []
}

type Reading = "queues" | "pushes" | "store" | "largest"

const onStage = <A, E>(
  run: (stage: {
    readonly panels: Panels
    readonly system: ActorSystem["Type"]
    /** The questions to processes, and the readings of other sources. */
    readonly asked: Array<Question["_tag"] | Reading>
    readonly queues: { isReachable: boolean }
    readonly demote: () => void
  }) => Effect.Effect<A, E>
) => {
  let isAdmin = true
  const demote = () => {
    isAdmin = false
  }
  const asked: Array<Question["_tag"] | Reading> = []
  const queues = { isReachable: true }
  const users = Layer.mock(Users, {
    byIds: (ids) => Effect.succeed(ids.map((userId) => ({ userId, admin: isAdmin, disabled: false }) as never))
  })
  const readings = Layer.mergeAll(
    Layer.succeed(QueueReadings, {
      read: Effect.suspend(() => {
        asked.push("queues")
        return queues.isReachable
          ? Effect.succeed([{ queue: "partition" as const, partition: 0, depth: 3, consumers: 1 }])
          : new QueuesUnavailable({ cause: "unreachable" })
      })
    }),
    Layer.mock(PushStore, {
      pending: Effect.sync(() => {
        asked.push("pushes")
        return { looks: 2, looksLateMs: 40, pushes: 0, pushesLateMs: 0 }
      })
    }),
    Layer.succeed(StoreReadings, {
      read: Effect.suspend(() => {
        asked.push("store")
        if (!queues.isReachable) return new StoreUnavailable({ operation: "storeReadings", cause: "unreachable" })
        return Effect.map(Clock.currentTimeMillis, (at) => ({ ...storeReading, at, eventsAdded: at / 100 }))
      }),
      largest: () =>
        Effect.sync(() => {
          asked.push("largest")
          return [{ id: conversation, kind: "group", events: 12_345 }]
        })
    })
  )
  return Effect.gen(function* () {
    const inspection = yield* Inspection
    const system = yield* ActorSystem
    const counting = Inspection.of({
      ...inspection,
      ask: (question) => {
        asked.push(question._tag)
        return inspection.ask(question)
      }
    })
    yield* makeInspector({
      identity: process,
      vitals: (isWatched) => ({ cpuSeconds: 0, memoryBytes: 7, loopLagMs: isWatched ? 3 : 0 }),
      actors: system,
      sockets: () => []
    })
    const panels = yield* Effect.provideService(
      Effect.flatMap(Layer.build(Panels.Default), (context) => Effect.provide(Panels, context)),
      Inspection,
      counting
    )
    return yield* run({ panels, system, asked, queues, demote })
  }).pipe(
    Effect.scoped,
    Effect.provide(Layer.mergeAll(InspectionInProcess, readings, users, SecretsMemory, ActorSystem.layer))
  )
}

const actors: Panel = { _tag: "Actors", prefix: "", orderBy: "depth", limit: 10 }
const idle = {
  name: "person",
  capacity: 2,
  onFull: "refuse" as const,
  supervision: { _tag: "Stop" as const },
  init: () => undefined,
  receive: () => undefined
}

describe("panels", () => {
  const asking: ReadonlyArray<readonly [Panel, Array<string>]> = [
    [{ _tag: "Nodes" }, ["Process"]],
    [{ _tag: "Path" }, ["Path"]],
    [{ _tag: "Queues" }, ["queues", "pushes"]]
  ]
  for (const [panel, questions] of asking)
    it.effect(`of ${panel._tag} ask only while somebody looks, once a second for all viewers together`, () =>
      onStage(({ asked, panels }) =>
        Effect.gen(function* () {
          yield* TestClock.adjust("1 minute")
          assert.deepStrictEqual(asked, [])
          const viewers = yield* Effect.forEach(Array.from({ length: 10 }), () =>
            Effect.fork(Stream.runDrain(panels.watch(identity, panel)))
          )
          yield* TestClock.adjust("3 seconds")
          assert.sameMembers([...new Set(asked)], questions)
          assert.isAtMost(asked.length, 4 * questions.length)
          assert.isAtLeast(asked.length, 3 * questions.length)
          yield* Fiber.interruptAll(viewers)
          yield* TestClock.adjust("6 seconds")
          const before = asked.length
          yield* TestClock.adjust("1 minute")
          assert.strictEqual(asked.length, before)
        })
      )
    )

  it.effect("begin with the whole table and go on with what changed, with pseudonyms for people", () =>
    onStage(({ panels, system }) =>
      Effect.gen(function* () {
        system.spawn(`user/${admin}`, idle)
        system.spawn(`user/${admin}/device/${conversation}/${admin}/s1`, idle)
        const updates: Array<PanelUpdate> = []
        yield* Effect.fork(
          Stream.runForEach(panels.watch(identity, actors), (update) => Effect.sync(() => updates.push(update)))
        )
        yield* TestClock.adjust("1 second")
        const first = updates[0]
        assert.strictEqual(first?.whole, true)
        assert.strictEqual(first?.rows.length, 2)
        assert.notInclude(JSON.stringify(updates), admin)
        system.spawn("room/1", idle)
        yield* TestClock.adjust("2 seconds")
        const later = updates.find(({ rows, whole }) => !whole && rows.length > 0)
        assert.deepStrictEqual(
          later?.rows.map(({ key }) => key),
          ["n1 room/1"]
        )
        // A path with pseudonyms is a filter, too, whole or cut where one ends.
        const totalOf = (prefix: string) =>
          Effect.map(Stream.runHead(panels.watch(identity, { ...actors, prefix })), (seen) =>
            seen._tag === "Some" ? seen.value.total : Number.NaN
          )
        const paths = (first?.rows ?? []).flatMap((row) => ("path" in row ? [row.path] : []))
        const [user = "", device = ""] = paths.sort()
        const totals = yield* Effect.forEach(
          [user, `${user}/dev`, device, device.slice(0, device.lastIndexOf("/"))],
          totalOf
        )
        assert.deepStrictEqual(totals, [2, 1, 1, 1])
        // An id in its place, or a part of one, is none: it would tell whether its person is here.
        for (const id of [admin, admin.slice(0, 23), admin.slice(0, 2)])
          assert.strictEqual(yield* totalOf(`user/${id}`), 0, id)
        assert.strictEqual(yield* totalOf(`${user}/device/0`), 0)
      })
    )
  )

  it.effect("show of a failure its name, and nothing that it says", () =>
    onStage(({ panels, system }) =>
      Effect.gen(function* () {
        const receive = () => JSON.parse("hushed")
        const actor = system.spawn("room/1", { ...idle, supervision: { _tag: "Resume" as const }, receive })
        if (actor._tag === "Right") actor.right.tell(undefined)
        yield* system.settled
        const seen = yield* Stream.runHead(panels.watch(identity, actors))
        const rows = seen._tag === "Some" ? JSON.stringify(seen.value.rows) : ""
        assert.include(rows, "SyntaxError")
        assert.notInclude(rows, "hushed")
      })
    )
  )

  it.effect("have room again after refusals, once somebody leaves", () =>
    onStage(({ panels }) =>
      Effect.gen(function* () {
        const look = panels.watch(identity, { _tag: "Now" })
        const viewers = yield* Effect.replicateEffect(Effect.fork(Stream.runDrain(look)), 200)
        yield* TestClock.adjust("1 second")
        for (let n = 0; n < 3; n++) assert.strictEqual((yield* Effect.flip(Stream.runHead(look)))._tag, "Unavailable")
        yield* Fiber.interruptAll(viewers.slice(0, 1))
        assert.strictEqual((yield* Stream.runHead(look))._tag, "Some")
        yield* Fiber.interruptAll(viewers)
      })
    )
  )

  it.effect("end with NotFound as soon as the viewer is no administrator any more", () =>
    onStage(({ demote, panels }) =>
      Effect.gen(function* () {
        const opened = yield* Deferred.make<void>()
        const viewer = yield* panels.watch(identity, { _tag: "Now" }).pipe(
          Stream.tap(() => Deferred.succeed(opened, undefined)),
          Stream.runDrain,
          Effect.flip,
          Effect.fork
        )
        yield* TestClock.adjust("1 second")
        yield* Deferred.await(opened)
        demote()
        yield* TestClock.adjust("2 seconds")
        assert.strictEqual((yield* Fiber.join(viewer))._tag, "NotFound")
      })
    )
  )

  it.effect("show a counter's increase in its second", () =>
    onStage(({ panels }) =>
      Effect.gen(function* () {
        yield* TestClock.adjust("2500 millis")
        yield* Metric.incrementBy(commandsDecided, 5)
        yield* TestClock.adjust("4 seconds")
        const seen = yield* Stream.runHead(panels.watch(identity, { _tag: "Now" }))
        assert.strictEqual(seen._tag, "Some")
        if (seen._tag !== "Some" || seen.value._tag !== "Now") return
        const increases = seen.value.rows.map(({ commands: count, key }) => [key, count])
        assert.deepInclude(increases, ["3", 5])
        assert.strictEqual(
          seen.value.rows.reduce((sum, row) => sum + row.commands, 0),
          5
        )
      })
    )
  )

  it.effect("show queues and due pushes, and name a source that could not be read while its rows stay", () =>
    onStage(({ panels, queues }) =>
      Effect.gen(function* () {
        const updates: Array<PanelUpdate> = []
        yield* Effect.fork(
          Stream.runForEach(panels.watch(identity, { _tag: "Queues" }), (update) =>
            Effect.sync(() => updates.push(update))
          )
        )
        yield* TestClock.adjust("1 second")
        assert.deepInclude(updates[0], {
          unread: [],
          rows: [
            { key: "partition 0", queue: "partition", partition: 0, depth: 3, consumers: 1 },
            { key: "looks", queue: "looks", depth: 2, lateMs: 40 },
            { key: "pushes", queue: "pushes", depth: 0, lateMs: 0 }
          ]
        })
        queues.isReachable = false
        yield* TestClock.adjust("1 second")
        assert.deepInclude(updates.at(-1), { unread: ["broker"], total: 3, rows: [], gone: [] })
      })
    )
  )

  it.effect("read the store once in five seconds, its largest conversations once a minute, for all viewers", () =>
    onStage(({ asked, panels }) =>
      Effect.gen(function* () {
        yield* TestClock.adjust("1 minute")
        assert.deepStrictEqual(asked, [])
        const viewers = yield* Effect.forEach(Array.from({ length: 5 }), () =>
          Effect.fork(Stream.runDrain(panels.watch(identity, { _tag: "Store" })))
        )
        yield* TestClock.adjust("14 seconds")
        assert.deepStrictEqual(asked, ["store", "largest", "store", "store"])
        yield* TestClock.adjust("46 seconds")
        assert.lengthOf(
          asked.filter((what) => what === "largest"),
          2
        )
        yield* Fiber.interruptAll(viewers)
        yield* TestClock.adjust("6 seconds")
        const before = asked.length
        yield* TestClock.adjust("1 minute")
        assert.strictEqual(asked.length, before)
      })
    )
  )

  it.effect("show the store with pseudonyms of conversations, each second, and say when it can't be read", () =>
    onStage(({ panels, queues }) =>
      Effect.gen(function* () {
        const updates: Array<PanelUpdate> = []
        yield* Effect.fork(
          Stream.runForEach(panels.watch(identity, { _tag: "Store" }), (update) =>
            Effect.sync(() => updates.push(update))
          )
        )
        yield* TestClock.adjust("6 seconds")
        assert.lengthOf(updates, 7)
        assert.deepStrictEqual(
          updates[0]?.rows.map(({ key }) => key.replace(/[\w-]{22}\d$/, "sealed")),
          ["figures", "table events", "conversation sealed"]
        )
        assert.notInclude(JSON.stringify(updates), conversation)
        const rates = updates.flatMap(({ rows }) =>
          rows.flatMap((row) => ("databaseBytes" in row ? [row.eventsPerSecond] : []))
        )
        assert.deepStrictEqual(rates, [undefined, 10])
        queues.isReachable = false
        yield* TestClock.adjust("5 seconds")
        assert.deepInclude(updates.at(-1), { unread: ["store"], total: 3, rows: [], gone: [] })
      })
    )
  )

  it.effect("show how long the steps of messages took while somebody looks", () =>
    onStage(({ panels }) =>
      Effect.gen(function* () {
        // Before anybody looks: not shown.
        intakeSeconds.unsafeUpdate(5, [])
        const updates: Array<PanelUpdate> = []
        yield* Effect.fork(
          Stream.runForEach(panels.watch(identity, { _tag: "Path" }), (update) =>
            Effect.sync(() => updates.push(update))
          )
        )
        yield* TestClock.adjust("1 second")
        for (let batch = 0; batch < 10; batch++) intakeSeconds.unsafeUpdate(0.001_5, [])
        yield* TestClock.adjust("9 seconds")
        const worker = updates.flatMap(({ rows }) => rows.filter(({ key }) => key === "worker")).at(-1)
        assert.deepInclude(worker, { key: "worker", perSecond: 1, p50Ms: 1.5, p99Ms: 1.99 })
      })
    )
  )

  it.effect("make a process measure its event loop only while somebody looks, and some seconds after that", () =>
    onStage(({ panels }) =>
      Effect.gen(function* () {
        const lagOf = Effect.map(Stream.runHead(panels.watch(identity, { _tag: "Nodes" })), (seen) =>
          seen._tag === "Some" && seen.value._tag === "Nodes" ? seen.value.rows[0]?.values["loopLagMs"] : undefined
        )
        yield* TestClock.adjust("1 minute")
        assert.isUndefined(yield* lagOf)
        yield* TestClock.adjust("2 seconds")
        assert.strictEqual(yield* lagOf, 3)
        // The panel goes on asking for 5 s, and the process goes on measuring for 10 s after that.
        yield* TestClock.adjust("20 seconds")
        assert.isUndefined(yield* lagOf)
      })
    )
  )
})
