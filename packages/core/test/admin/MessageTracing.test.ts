/** An administrator's look at the way of a message: what it shows, and what it leaves behind. */
import { assert, describe, it } from "@effect/vitest"
import { PushStoreMemory } from "@hibiki/testing/PushStoreMemory"
import { Effect, Layer, Redacted } from "effect"
import { MessageTracing, pushesFor, type TraceAsked } from "../../src/admin/MessageTracing.ts"
import { stationsOf } from "../../src/admin/tracedStations.ts"
import type { CommandBody } from "../../src/commands/Command.ts"
import { CommandId, ConversationId, DeviceId, type UserId } from "../../src/domain/Ids.ts"
import { makeUuidV7 } from "../../src/domain/Uuid.ts"
import { deviceCursorsInProcess } from "../../src/inprocess/DeviceCursorsInProcess.ts"
import { InspectionInProcess } from "../../src/inprocess/InspectionInProcess.ts"
import { Activities } from "../../src/ports/Activities.ts"
import { AuditLog } from "../../src/ports/AuditLog.ts"
import { DeviceCursors } from "../../src/ports/DeviceCursors.ts"
import { EventStore, StoreUnavailable } from "../../src/ports/EventStore.ts"
import { Inspection } from "../../src/ports/Inspection.ts"
import { Secrets } from "../../src/ports/Secrets.ts"
import type { ProcessAnswer, TraceRow } from "../../src/protocol/Inspection.ts"
import { accountsInMemory, authenticate, office, outcome, password, register } from "../accounts/authKit.ts"

const logs = MessageTracing.Default.pipe(
  Layer.provideMerge(
    Layer.mergeAll(
      InspectionInProcess,
      deviceCursorsInProcess({ devicesMax: 100, logsPerDeviceMax: 100 }),
      PushStoreMemory
    )
  ),
  Layer.provideMerge(accountsInMemory())
)

/** An administrator, and a group of three with a message by ann. Bob's device has it, eve's does not. */
const scene = Effect.gen(function* () {
  const [store, cursors, tracing] = [yield* EventStore, yield* DeviceCursors, yield* MessageTracing]
  const [root, ann, bob, eve] = [
    yield* register("root"),
    yield* register("ann"),
    yield* register("bob"),
    yield* register("eve")
  ]
  const log = ConversationId.make(yield* makeUuidV7)
  const append = (by: UserId, body: CommandBody) =>
    Effect.gen(function* () {
      const id = CommandId.make(yield* makeUuidV7)
      yield* store.append([{ log, id, by, device: null, epoch: store.epoch, body }])
      return id
    })
  const members = [bob.userId, eve.userId]
  yield* append(ann.userId, { kind: "create", conversationKind: "group", title: "Tea", history: "all", members })
  const messageId = yield* append(ann.userId, { kind: "post", text: "canary-text" })
  const head = (yield* store.after(log, 0, 10)).head
  yield* cursors.raise(bob.deviceId, [[log, head]])
  const caller = yield* authenticate(root.accessToken)
  const look = (more: Partial<TraceAsked> = {}) =>
    tracing.trace(caller, office, { messageId, reason: "asked", password: Redacted.make(password), ...more })
  const kindsOf = (userId: UserId) =>
    Effect.map(
      Effect.flatMap(Activities, ({ page }) => page(userId, undefined, 20)),
      (entries) => entries.flatMap(({ kind }) => (kind === "messageTraced" ? [kind] : []))
    )
  const lastEntry = Effect.map(
    Effect.flatMap(AuditLog, ({ page }) => page({}, undefined, 1)),
    ([entry]) => [entry?.act, entry?.outcome, entry?.targets["reason"], entry?.targets["count"]]
  )
  return { log, append, messageId, head, look, kindsOf, lastEntry, root, ann, bob, eve }
})

const aboutProcess = { node: "n1", role: "gateway", host: "h", version: "1", startedAt: 0 }

describe("a look at the way of a message", () => {
  it.effect("tells each device what it has, and everybody who appears that they appeared", () =>
    Effect.gen(function* () {
      const { ann, bob, eve, head, kindsOf, lastEntry, log, look, messageId, root } = yield* scene
      const trace = yield* look()
      assert.deepStrictEqual(trace.record, {
        ...{ conversationId: log, kind: "group", by: ann.userId },
        ...{ at: trace.record?.at ?? 0, seq: head }
      })
      assert.deepStrictEqual(
        trace.people.map(({ devices, handle, member }) => [handle, member, devices.map((each) => each.receivedUpTo)]),
        [
          ["ann", true, [0]],
          ["bob", true, [head]],
          ["eve", true, [0]]
        ]
      )
      assert.deepStrictEqual([trace.messageId, trace.others, trace.stations, trace.silent], [messageId, 0, [], 0])
      assert.notInclude(JSON.stringify(trace), "canary")
      for (const { userId } of [ann, bob, eve]) assert.deepStrictEqual(yield* kindsOf(userId), ["messageTraced"])
      assert.deepStrictEqual(yield* kindsOf(root.userId), [])
      assert.deepStrictEqual(yield* lastEntry, ["message.trace", "done", "asked", "3"])
    }).pipe(Effect.provide(logs))
  )

  it.effect("of one person shows nobody else but the author, nor where it was with others", () =>
    Effect.gen(function* () {
      const { ann, bob, eve, kindsOf, log, look } = yield* scene
      const [inspection, secrets] = [yield* Inspection, yield* Secrets]
      const row = (station: string, at: number, of?: { userId: UserId; deviceId: DeviceId }): TraceRow => ({
        ...{ station, at, log },
        ...(of && { user: secrets.seal(of.userId, 0), device: secrets.seal(of.deviceId, 0) })
      })
      const rows = [row("received", 1, ann), row("stored", 2), row("sent", 3, bob), row("sent", 3, eve)]
      yield* inspection.serve(() => Effect.succeed({ ...aboutProcess, at: 0, body: { _tag: "Trace", rows } }))
      const trace = yield* look({ handle: "eve" })
      assert.deepStrictEqual(
        trace.people.map(({ handle }) => handle),
        ["ann", "eve"]
      )
      assert.strictEqual(trace.others, 1)
      assert.deepStrictEqual(
        trace.stations.map(({ deviceId, station }) => [station, deviceId]),
        [
          ["received", ann.deviceId],
          ["stored", undefined],
          ["sent", eve.deviceId]
        ]
      )
      assert.deepStrictEqual(yield* kindsOf(bob.userId), [])
      assert.deepStrictEqual(yield* kindsOf(eve.userId), ["messageTraced"])
    }).pipe(Effect.scoped, Effect.provide(logs))
  )

  it.effect("tells why a message was refused, and of one that only a process knows where it ended", () =>
    Effect.gen(function* () {
      const { append, ann, bob, log, look, root } = yield* scene
      const refused = yield* look({ messageId: yield* append(root.userId, { kind: "post", text: "x" }) })
      assert.deepStrictEqual([refused.record?.refused, refused.people[0]?.handle], ["not_found", "root"])
      const [inspection, secrets] = [yield* Inspection, yield* Secrets]
      const rows = [
        { station: "taken", at: 1, log, user: secrets.seal(ann.userId, 0) },
        { station: "deadLettered", at: 2, log, code: "poison" }
      ]
      yield* inspection.serve(() => Effect.succeed({ ...aboutProcess, at: 0, body: { _tag: "Trace", rows } }))
      const lost = yield* look({ messageId: CommandId.make(yield* makeUuidV7), handle: "bob" })
      assert.strictEqual(lost.record, undefined)
      assert.deepStrictEqual(
        lost.people.map(({ userId }) => userId),
        [ann.userId, bob.userId]
      )
      assert.deepStrictEqual(
        lost.stations.map(({ code, station }) => [station, code]),
        [
          ["taken", undefined],
          ["deadLettered", "poison"]
        ]
      )
    }).pipe(Effect.scoped, Effect.provide(logs))
  )

  it.effect("has an entry when it fails, shows nothing then, and is done five times a day", () =>
    Effect.gen(function* () {
      const { ann, kindsOf, lastEntry, look } = yield* scene
      assert.strictEqual(yield* outcome(look({ password: Redacted.make("not the password") })), "SignInFailed")
      assert.deepStrictEqual(yield* lastEntry, ["message.trace", "wrong_password", "asked", undefined])
      assert.strictEqual(yield* outcome(look({ messageId: CommandId.make(yield* makeUuidV7) })), "NotFound")
      assert.deepStrictEqual(yield* lastEntry, ["message.trace", "not_found", "asked", undefined])
      assert.deepStrictEqual(yield* kindsOf(ann.userId), [])
      for (let i = 0; i < 4; i++) yield* look()
      assert.strictEqual(yield* outcome(look()), "RateLimited")
      assert.deepStrictEqual(yield* lastEntry, ["message.trace", "limited", "asked", undefined])
      assert.lengthOf(yield* kindsOf(ann.userId), 4)
    }).pipe(Effect.provide(logs))
  )

  it.effect("shows nothing if its entries can't be stored", () =>
    Effect.gen(function* () {
      const { look } = yield* scene
      assert.strictEqual(yield* outcome(look()), "StoreUnavailable")
    }).pipe(
      Effect.provide(
        Layer.fresh(MessageTracing.Default).pipe(
          Layer.provideMerge(
            Layer.effect(
              Activities,
              Effect.map(Activities, (activities) => ({
                ...activities,
                traced: () => Effect.fail(new StoreUnavailable({ operation: "traced", cause: "down" }))
              }))
            )
          ),
          Layer.provideMerge(logs)
        )
      )
    )
  )
})

describe("the stations of all processes", () => {
  it("stand in the order of time on one clock, with how far each clock is ahead", () => {
    const answer = (node: string, at: number, rows: ReadonlyArray<TraceRow>): ProcessAnswer => ({
      ...{ ...aboutProcess, node, at },
      body: { _tag: "Trace", rows }
    })
    const log = "l"
    // The worker's clock is 500 ms ahead.
    const found = stationsOf(
      [
        answer("worker", 1_510, [{ station: "taken", at: 600, log, user: "sealed" }]),
        answer("gateway", 1_010, [
          { station: "received", at: 90, log },
          { station: "arrived", at: 120, log }
        ])
      ],
      { from: 1_000, until: 1_020 },
      (pseudonym) => `open ${pseudonym}`
    )
    assert.deepStrictEqual(
      found.map(({ clockAheadMs, clockDoubtMs, station, userId }) => [station, clockAheadMs, clockDoubtMs, userId]),
      [
        ["received", 0, 10, undefined],
        ["taken", 500, 10, "open sealed"],
        ["arrived", 0, 10, undefined]
      ]
    )
  })
})

describe("pushes for a message", () => {
  it("are those for what was unread up to it or further, the oldest first", () => {
    const deviceId = DeviceId.make("00000000-0000-7000-8000-000000000001")
    const owed = { deviceId, tries: 0, state: "due" } as const
    assert.deepStrictEqual(
      pushesFor(
        {
          records: [
            { deviceId, at: 30, seq: 5, what: "sent" },
            { deviceId, at: 10, seq: 4, what: "sent" }
          ],
          owed: [
            { ...owed, seq: 6, owedAt: 20, dueAt: 40 },
            { ...owed, seq: 7, owedAt: 25, dueAt: undefined }
          ]
        },
        5
      ),
      [
        { deviceId, at: 25, seq: 7, what: "due" },
        { deviceId, at: 30, seq: 5, what: "sent" },
        { deviceId, at: 40, seq: 6, what: "due" }
      ]
    )
  })
})
