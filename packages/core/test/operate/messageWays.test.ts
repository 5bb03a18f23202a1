/** What the processes note of a message's way, compared with what the test itself saw at each port and socket. */
import { assert, describe, it } from "@effect/vitest"
import { SecretsMemory } from "@hibiki/testing/accounts/SecretsMemory"
import { Effect, Exit, Layer, Scope } from "effect"
import type { CommandId, ConversationId } from "../../src/domain/Ids.ts"
import { messageTraces } from "../../src/operate/TraceBuffer.ts"
import { BatchRejected, EventStore } from "../../src/ports/EventStore.ts"
import { MessageTraces, type Station } from "../../src/ports/MessageTraces.ts"
import type { TestDevice } from "../world/ChatWorld.ts"
import { pair } from "../world/pair.ts"
import { pass, rest, until } from "../world/waiting.ts"

/** How long each step takes (ms), so that no two stations have the same time by chance. */
const steps = { submit: 7, append: 11, publish: 5 } as const

/** A chat of ann and bob on slow ports, with the times at which the test saw a message at each station. */
const watched = Effect.gen(function* () {
  const traces = yield* Effect.provide(MessageTraces, Layer.provide(messageTraces(1_000), SecretsMemory))
  const clock = yield* Effect.clock
  const seen: Array<readonly [Station, number]> = []
  const see = (station: Station) => seen.push([station, clock.unsafeCurrentTimeMillis()])
  const notes = (station: Station) => Effect.sync(() => see(station))
  const state = { on: false, rejects: false }
  /** Takes its time, and is seen at its end. Before the test begins nothing takes any. */
  const slow = <A, E>(ms: number, call: Effect.Effect<A, E>, then: (answer: A) => Effect.Effect<unknown>) =>
    Effect.suspend(() => (state.on ? Effect.zipRight(Effect.sleep(ms), Effect.tap(call, then)) : call))
  const chat = yield* pair({
    traces,
    ingress: (own) => ({
      publish: (partition, batch) => slow(steps.submit, own.publish(partition, batch), () => notes("submitted"))
    }),
    consumer: (own) => ({
      consume: Effect.map(own.consume, (intake) => ({
        ...intake,
        take: () => {
          const taken = intake.take()
          if (taken.length > 0 && state.on) see("taken")
          return taken
        },
        park: (parked) =>
          Effect.zipRight(
            Effect.sleep(3),
            Effect.tap(intake.park(parked), () => notes("deadLettered"))
          )
      }))
    }),
    store: (own) => ({
      append: (commands, options) =>
        slow(
          steps.append,
          Effect.suspend(() =>
            state.rejects ? new BatchRejected({ cause: "poison" }) : own.append(commands, options)
          ),
          ({ decisions }) => notes(decisions[0]?._tag === "Refused" ? "refused" : "stored")
        )
    }),
    deliveries: (own) => ({
      publish: (envelopes) => slow(steps.publish, own.publish(envelopes), () => notes("published")),
      subscribe: (node, kind, receive, resumed) =>
        own.subscribe(
          node,
          kind,
          (envelope) => {
            if (state.on && envelope.changes.some(({ events }) => events.length > 0)) see("arrived")
            receive(envelope)
          },
          resumed
        )
    })
  })
  const begin = Effect.sync(() => {
    state.on = true
    seen.length = 0
  })
  /** Time passes in steps of 1 ms until it holds. Notes the time at which it first does. */
  const seeWhen = (station: Station, holds: () => boolean) =>
    Effect.gen(function* () {
      // What comes without any time passing is seen first.
      yield* rest
      for (let ms = 0; ms < 1_000 && !holds(); ms++) yield* pass(1, 1)
      assert.isTrue(holds(), station)
      see(station)
    })
  /** The noted stations of a message, and those that the test saw, each with its time. */
  const compare = (id: CommandId, of: (station: Station) => boolean = () => true) => {
    const noted = traces.of(id).map(({ at, station }) => [station, Math.round(at)] as const)
    const inOrder = (list: ReadonlyArray<readonly [Station, number]>) =>
      list
        .filter(([station]) => of(station))
        .map(([station, at]) => `${at} ${station}`)
        .sort()
    assert.deepStrictEqual(inOrder(noted), inOrder(seen))
    assert.isAbove(noted.length, 0)
  }
  return { ...chat, traces, state, begin, see, seeWhen, compare, seen } as const
})

const post = (device: TestDevice, log: ConversationId) =>
  Effect.map(device.post(log, "canary"), ([id]) => {
    if (id === undefined) throw new Error("no id")
    return id
  })

const has = (device: TestDevice, log: ConversationId, seq: number) => () => device.seqs(log).includes(seq)

describe("the way of a message", () => {
  it.scoped("that is delivered: each time is the one at which the test saw it there", () =>
    Effect.gen(function* () {
      const { ann, begin, bob, compare, log, see, seeWhen, traces, world } = yield* watched
      const [sender, reader] = [yield* world.connect(ann), yield* world.connect(bob)]
      for (const device of [sender, reader]) yield* device.op("live")
      yield* begin
      yield* pass(3, 1)
      see("received")
      const id = yield* post(sender, log)
      yield* seeWhen("sent", has(reader, log, 2))
      assert.isTrue(has(sender, log, 2)())
      see("sent")
      yield* pass(4, 1)
      for (const device of [sender, reader]) {
        device.send({ op: "ack", cursors: [[log, 2]] })
        see("acknowledged")
      }
      yield* rest
      yield* pass(10, 1)
      compare(id)
      const records = traces.of(id)
      const of = (station: Station) => records.filter((record) => record.station === station)
      assert.sameMembers(
        of("sent").map(({ deviceId }) => deviceId),
        [sender.deviceId, reader.deviceId]
      )
      assert.sameMembers(
        of("acknowledged").map(({ deviceId }) => deviceId),
        [sender.deviceId, reader.deviceId]
      )
      assert.deepStrictEqual([of("received")[0]?.userId, of("stored")[0]?.seq], [ann, 2])
      assert.notInclude(JSON.stringify(records), "canary")
    })
  )

  it.scoped("whose reader has no device: it ends with the gateways, and no device is noted", () =>
    Effect.gen(function* () {
      const { ann, begin, compare, log, see, seeWhen, traces, world } = yield* watched
      const sender = yield* world.connect(ann)
      yield* sender.op("live")
      yield* begin
      see("received")
      const id = yield* post(sender, log)
      yield* seeWhen("sent", has(sender, log, 2))
      yield* pass(10, 1)
      compare(id)
      const devices = new Set(traces.of(id).flatMap(({ deviceId }) => deviceId ?? []))
      assert.deepStrictEqual([...devices], [sender.deviceId])
    })
  )

  it.scoped("that is refused: by whom, and why", () =>
    Effect.gen(function* () {
      const { begin, compare, log, see, seeWhen, traces, world } = yield* watched
      const eve = yield* world.user("eve")
      const sender = yield* world.connect(eve)
      yield* sender.op("live")
      yield* begin
      see("received")
      const id = yield* post(sender, log)
      yield* seeWhen("refused", () => sender.frames.some(({ op }) => op === "refused"))
      const told = new Set<Station>(["received", "submitted", "taken", "refused"])
      const refused = traces.of(id).filter(({ station }) => station === "refused")
      assert.deepStrictEqual(
        refused.map(({ code }) => code),
        ["not_found"]
      )
      assert.deepStrictEqual(
        traces.of(id).filter(({ station }) => !told.has(station)),
        []
      )
      // The sender is told later than it is decided, by one publication.
      compare(id, (station) => told.has(station) && station !== "refused")
    })
  )

  it.scoped("that no worker can store: where it was put aside", () =>
    Effect.gen(function* () {
      const { ann, begin, compare, log, see, state, traces, world } = yield* watched
      const sender = yield* world.connect(ann)
      yield* sender.op("live")
      yield* begin
      state.rejects = true
      see("received")
      const id = yield* post(sender, log)
      const isParked = () => traces.of(id).some(({ station }) => station === "deadLettered")
      for (let ms = 0; ms < 1_000 && !isParked(); ms++) yield* pass(1, 1)
      compare(id)
      assert.strictEqual(traces.of(id).at(-1)?.code, "not_stored")
    })
  )

  it.scoped("whose reader's gateway ended meanwhile: the device gets it from the log elsewhere", () =>
    Effect.gen(function* () {
      const { ann, begin, bob, compare, log, see, seeWhen, traces, world } = yield* watched
      const scope = yield* Scope.make()
      const second = yield* Scope.extend(world.anotherGateway, scope)
      const [sender, reader] = [yield* world.connect(ann), yield* world.connect(bob, { at: second })]
      for (const device of [sender, reader]) yield* device.op("live")
      yield* begin
      see("received")
      const id = yield* post(sender, log)
      // Before anything of it can have come there.
      yield* pass(steps.submit, 1)
      const ended = yield* Effect.fork(Scope.close(scope, Exit.void))
      yield* until("it is stored", () => traces.of(id).some(({ station }) => station === "taken"))
      yield* pass(steps.append + steps.publish, 1)
      yield* seeWhen("sent", has(sender, log, 2))
      yield* pass(8_000, 100)
      yield* ended.await
      assert.deepStrictEqual(reader.seqs(log), [])
      const { epoch } = yield* world.provide(EventStore)
      const again = yield* world.connect(bob, { device: reader.deviceId, cursors: [[log, 1]], epoch })
      yield* seeWhen("caughtUp", has(again, log, 2))
      again.send({ op: "ack", cursors: [[log, 2]] })
      see("acknowledged")
      yield* rest
      compare(id, (station) => station === "caughtUp" || station === "acknowledged" || station === "received")
      assert.deepStrictEqual(
        traces.of(id).flatMap(({ deviceId, station }) => (station === "caughtUp" ? [deviceId] : [])),
        [reader.deviceId]
      )
    })
  )

  it.scoped("tells a repeat from the message itself", () =>
    Effect.gen(function* () {
      const { ann, begin, log, seeWhen, traces, world } = yield* watched
      const sender = yield* world.connect(ann)
      yield* sender.op("live")
      yield* begin
      const id = yield* post(sender, log)
      yield* seeWhen("sent", has(sender, log, 2))
      sender.send({ op: "post", conversationId: log, posts: [{ id, text: "canary" }] })
      yield* pass(100, 1)
      const stored = traces.of(id).filter(({ station }) => station === "stored")
      assert.deepStrictEqual(
        stored.map(({ code, seq }) => [seq, code]),
        [
          [2, undefined],
          [2, "repeated"]
        ]
      )
    })
  )
})
