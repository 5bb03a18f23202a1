/** Tickets, device cursors and hints keep their contracts on Redis, and what of them is Redis' own. */
import { randomUUID } from "node:crypto"
import { assert, describe, it, layer } from "@effect/vitest"
import { ConversationId, DeviceId, NodeId, UserId } from "@hibiki/core/domain/Ids"
import { DeviceCursors } from "@hibiki/core/ports/DeviceCursors"
import { Hints } from "@hibiki/core/ports/Hints"
import { Inspection } from "@hibiki/core/ports/Inspection"
import { Tickets } from "@hibiki/core/ports/Tickets"
import { SecretsMemory } from "@hibiki/testing/accounts/SecretsMemory"
import { deviceCursorsContract } from "@hibiki/testing/contracts/DeviceCursorsContract"
import { hintsContract } from "@hibiki/testing/contracts/HintsContract"
import { inspectionContract } from "@hibiki/testing/contracts/InspectionContract"
import { socketPlacesContract } from "@hibiki/testing/contracts/SocketPlacesContract"
import { ticketsContract } from "@hibiki/testing/contracts/TicketsContract"
import { Context, Duration, Effect, Layer, Metric, Schedule } from "effect"
import { DeviceCursorsRedis, deviceCursorsRedis } from "../../../src/redis/DeviceCursorsRedis.ts"
import { HintsRedis, hintsDropped } from "../../../src/redis/HintsRedis.ts"
import { InspectionRedis, inspectionUnread } from "../../../src/redis/InspectionRedis.ts"
import { RedisClients } from "../../../src/redis/RedisClients.ts"
import { SocketPlacesRedis } from "../../../src/redis/SocketPlacesRedis.ts"
import { TicketsRedis } from "../../../src/redis/TicketsRedis.ts"
import { allToldInBatches, ownRedis, redisAt, suiteRedis } from "./redisKit.ts"

const live = { excludeTestServices: true } as const
const newDevice = Effect.sync(() => DeviceId.make(randomUUID()))
const newLog = Effect.sync(() => ConversationId.make(randomUUID()))
const owner = Effect.sync(() => ({
  userId: UserId.make(randomUUID()),
  deviceId: DeviceId.make(randomUUID()),
  sessionVersion: 3
}))

const ticketsHere = TicketsRedis.pipe(Layer.provide(SecretsMemory), Layer.provideMerge(suiteRedis))
const cursorsHere = DeviceCursorsRedis.pipe(Layer.provideMerge(suiteRedis))

layer(ticketsHere, live)("Tickets on Redis", (it) =>
  ticketsContract({ it, assert, pass: (time) => Effect.sleep(time) })
)
layer(cursorsHere, live)("DeviceCursors on Redis", (it) => deviceCursorsContract({ it, assert }))
layer(HintsRedis.pipe(Layer.provideMerge(suiteRedis)), live)("Hints on Redis", (it) =>
  hintsContract({ it, assert, told: allToldInBatches })
)

const inspectionHere = InspectionRedis.pipe(Layer.provideMerge(suiteRedis))

layer(inspectionHere, live)("Inspection on Redis", (it) => inspectionContract({ it, assert }))

layer(inspectionHere, live)("inspection by Redis", (it) => {
  it.scoped("a process that does not answer in time is heard, and its answer left out", () =>
    Effect.gen(function* () {
      const inspection = yield* Inspection
      yield* inspection.serve(() => Effect.never)
      const [took, { answers, heard }] = yield* Effect.timed(inspection.ask({ _tag: "Process", seconds: 1 }))
      assert.deepStrictEqual([heard, answers], [1, []])
      assert.isBelow(Duration.toMillis(took), 5_000)
    })
  )

  it.scoped("what is no question is counted, gets no answer and harms nobody", () =>
    Effect.gen(function* () {
      const [inspection, { key, run }] = [yield* Inspection, yield* RedisClients]
      let asked = 0
      yield* inspection.serve(() => {
        asked++
        return Effect.never
      })
      const before = (yield* Metric.value(inspectionUnread)).count
      const id = randomUUID()
      const question = { _tag: "Sockets", orderBy: "unsent", limit: 1 }
      const forged = [
        "no json",
        JSON.stringify({ v: 1, id: "not an id", question }),
        JSON.stringify({ v: 2, id, question }),
        JSON.stringify({ v: 1, id, question: { _tag: "StopActor", path: "user/1" } }),
        JSON.stringify({ v: 1, id, question: { ...question, limit: 1_000_000 } }),
        JSON.stringify({ v: 1, id, question: { ...question, act: "drain" } })
      ]
      for (const text of forged) yield* run((redis) => redis.publish(key("inspect"), text))
      yield* Effect.repeat(Metric.value(inspectionUnread), {
        until: ({ count }) => count - before >= forged.length,
        schedule: Schedule.spaced("5 millis")
      }).pipe(Effect.timeout("10 seconds"))
      assert.strictEqual(asked, 0)
      assert.strictEqual(yield* run((redis) => redis.exists(key(`inspect:${id}`))), 0)
    })
  )
})

layer(SocketPlacesRedis.pipe(Layer.provideMerge(suiteRedis)), live)("SocketPlaces on Redis", (it) =>
  socketPlacesContract({ it, assert, told: allToldInBatches })
)

layer(ticketsHere, live)("tickets in Redis", (it) => {
  it.effect("keep no ticket, only its hash, and no longer than it is good", () =>
    Effect.gen(function* () {
      const [tickets, { key, run }] = [yield* Tickets, yield* RedisClients]
      const ticket = yield* tickets.issue(yield* owner, "", Duration.seconds(30), "open")
      const keys = yield* run((redis) => redis.keys(key("*")))
      assert.notInclude(keys.join(" "), ticket)
      const lives = yield* run((redis) => Promise.all(keys.map((each) => redis.pttl(each))))
      for (const ms of lives) assert.isTrue(ms > 0 && ms <= 60_000)
    })
  )
})

layer(cursorsHere, live)("device cursors in Redis", (it) => {
  it.effect("are written behind, many at once, and are there for other processes then", () =>
    Effect.gen(function* () {
      const { key, run } = yield* RedisClients
      const device = yield* newDevice
      const logs = yield* Effect.replicateEffect(newLog, 700)
      yield* Effect.scoped(
        Effect.gen(function* () {
          const here = Context.get(yield* Layer.build(Layer.fresh(DeviceCursorsRedis)), DeviceCursors)
          for (let seq = 1; seq <= 3; seq++) for (const log of logs) yield* here.raise(device, [[log, seq]])
          assert.strictEqual(yield* run((redis) => redis.exists(key(`cursors:${device}`))), 0)
        })
      )
      // The end of a process writes what waited.
      assert.deepStrictEqual(yield* (yield* DeviceCursors).of(device, logs), new Array(700).fill(3))
      assert.isAbove(yield* run((redis) => redis.ttl(key(`cursors:${device}`))), 89 * 24 * 3_600)
    })
  )

  it.effect("never go back, whichever process writes last", () =>
    Effect.gen(function* () {
      const [device, log] = [yield* newDevice, yield* newLog]
      for (const seq of [10, 9, 100]) {
        const elsewhere = Layer.build(Layer.fresh(DeviceCursorsRedis))
        yield* Effect.scoped(
          Effect.flatMap(elsewhere, (built) => Context.get(built, DeviceCursors).raise(device, [[log, seq]]))
        )
        assert.deepStrictEqual(yield* (yield* DeviceCursors).of(device, [log]), [Math.max(10, seq)])
      }
    })
  )

  it.effect("forget a device over its bound of logs, and of those that wait the one that waits longest", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const small = yield* Layer.build(Layer.fresh(deviceCursorsRedis({ waitingMax: 3, logsPerDeviceMax: 2 })))
        const cursors = Context.get(small, DeviceCursors)
        const [first, second] = [yield* newDevice, yield* newDevice]
        const [tea, coffee, water] = [yield* newLog, yield* newLog, yield* newLog]
        yield* cursors.raise(first, [
          [tea, 1],
          [coffee, 1]
        ])
        yield* cursors.raise(second, [
          [tea, 2],
          [coffee, 2]
        ])
        assert.deepStrictEqual(
          [yield* cursors.of(first, [tea]), yield* cursors.of(second, [tea, coffee])],
          [[0], [2, 2]]
        )
        yield* cursors.raise(second, [[water, 2]])
        assert.deepStrictEqual(yield* cursors.of(second, [tea, coffee, water]), [0, 0, 0])
      })
    )
  )
})

describe("while Redis is away", () => {
  it.scopedLive("tickets say so, cursors are unknown until it is back, and hints are dropped", () =>
    Effect.gen(function* () {
      const redis = yield* ownRedis
      const context = yield* Layer.build(
        Layer.mergeAll(TicketsRedis, DeviceCursorsRedis, HintsRedis).pipe(
          Layer.provide(SecretsMemory),
          Layer.provideMerge(redisAt(redis.url))
        )
      )
      const [tickets, cursors, hints] = [
        Context.get(context, Tickets),
        Context.get(context, DeviceCursors),
        Context.get(context, Hints)
      ]
      const [device, log] = [yield* newDevice, yield* newLog]
      const ticket = yield* tickets.issue(yield* owner, "", Duration.seconds(30), "open")
      yield* Effect.promise(redis.kill)

      assert.strictEqual((yield* Effect.flip(tickets.redeem(ticket, "")))._tag, "TicketsUnavailable")
      assert.strictEqual(
        (yield* Effect.flip(tickets.issue(yield* owner, "", Duration.seconds(30), "open")))._tag,
        "TicketsUnavailable"
      )
      yield* cursors.raise(device, [[log, 7]])
      assert.deepStrictEqual(yield* cursors.of(device, [log]), [0])
      yield* cursors.forget(yield* newDevice)
      const before = yield* Metric.value(hintsDropped)
      yield* hints.listen(NodeId.make(randomUUID()), () => undefined)
      const typing = { kind: "typing", conversationId: log, userId: UserId.make(randomUUID()) } as const
      for (let i = 0; i < 20; i++) hints.publish(new Array(1_000).fill(typing))
      // What is over the bound is dropped at once, the rest as it fails.
      assert.isAtLeast((yield* Metric.value(hintsDropped)).count, before.count + 9_000)

      yield* Effect.promise(redis.start)
      const read = Effect.map(cursors.of(device, [log]), ([seq]) => seq)
      yield* Effect.repeat(Effect.delay(read, "20 millis"), { until: (seq) => seq === 7 })
      assert.strictEqual(yield* tickets.redeem(ticket, ""), undefined)
    })
  )
})

const ticketsAt = (url: string) =>
  Layer.build(TicketsRedis.pipe(Layer.provide(SecretsMemory), Layer.provideMerge(redisAt(url))))

describe("a Redis that comes back with what it held before", () => {
  it.scopedLive(
    "opens nothing by a ticket that was used meanwhile, nor by another of its run before, and gives good ones",
    () =>
      Effect.gen(function* () {
        const redis = yield* ownRedis
        const context = yield* ticketsAt(redis.url)
        const [tickets, { run }] = [Context.get(context, Tickets), Context.get(context, RedisClients)]
        const [ann, bob, resume] = [yield* owner, yield* owner, Duration.minutes(10)]
        const [used, unused] = [
          yield* tickets.issue(ann, "", resume, "resume"),
          yield* tickets.issue(bob, "", resume, "resume")
        ]
        yield* run((it) => it.save())
        assert.deepStrictEqual(yield* tickets.redeem(used, ""), ann)
        yield* Effect.promise(redis.kill)
        yield* Effect.promise(redis.start)
        yield* Effect.retry(
          run((it) => it.ping()),
          { schedule: Schedule.spaced("20 millis") }
        )
        assert.strictEqual(yield* run((it) => it.dbsize()), 4, "both are there again, with their origins")
        assert.deepStrictEqual(
          [yield* tickets.redeem(used, ""), yield* tickets.redeem(unused, "")],
          [undefined, undefined]
        )
        assert.deepStrictEqual(yield* tickets.redeem(yield* tickets.issue(ann, "", resume, "resume"), ""), ann)
      })
  )

  it.scopedLive("so too a replica that takes over without having heard of the use", () =>
    Effect.gen(function* () {
      const [primary, replica] = [yield* ownRedis, yield* ownRedis]
      const [before, after] = [yield* ticketsAt(primary.url), yield* Layer.build(redisAt(replica.url))]
      const [tickets, { key, run }] = [Context.get(before, Tickets), Context.get(before, RedisClients)]
      const copy = { ...Context.get(after, RedisClients), key }
      const ann = yield* owner
      const [used, unused] = [
        yield* tickets.issue(ann, "", Duration.minutes(10), "resume"),
        yield* tickets.issue(yield* owner, "", Duration.minutes(10), "resume")
      ]
      // Else the primary would wait for more replicas to come.
      yield* run((it) => it.config("SET", "repl-diskless-sync-delay", "0"))
      yield* copy.run((it) => it.replicaof("127.0.0.1", primary.port))
      yield* Effect.repeat(
        copy.run((it) => it.dbsize()),
        { schedule: Schedule.spaced("20 millis"), until: (size) => size === 4 }
      )
      yield* copy.run((it) => it.replicaof("NO", "ONE"))
      assert.deepStrictEqual(yield* tickets.redeem(used, ""), ann)
      assert.strictEqual(yield* run((it) => it.dbsize()), 2)
      const promoted = Context.get(
        yield* Layer.build(
          TicketsRedis.pipe(Layer.provide(SecretsMemory), Layer.provide(Layer.succeed(RedisClients, copy)))
        ),
        Tickets
      )
      assert.deepStrictEqual(
        [yield* promoted.redeem(used, ""), yield* promoted.redeem(unused, "")],
        [undefined, undefined]
      )
      assert.deepStrictEqual(
        yield* promoted.redeem(yield* promoted.issue(ann, "", Duration.minutes(10), "resume"), ""),
        ann
      )
    })
  )
})

/** How a program that knows of runs and of no origins takes one. */
const takeWithoutOrigin = `
local owner, run = string.match(redis.call('GETDEL', KEYS[1]) or '', '^(%S+ %S+ %S+) ?(%w*)$')
return {owner, run}`

layer(ticketsHere, live)("tickets in Redis beside a program that knows of no origins", (it) => {
  it.effect("are good there, and its own from any origin here", () =>
    Effect.gen(function* () {
      const [tickets, { key, run }] = [yield* Tickets, yield* RedisClients]
      const [ann, page] = [yield* owner, "https://chat.example"]
      const mine = yield* tickets.issue(ann, page, Duration.seconds(30), "resume")
      const [name = ""] = yield* run((redis) => redis.keys(key("ticket:*")))
      const taken = yield* run((redis) => redis.eval(takeWithoutOrigin, 1, name))
      const words = `${ann.userId} ${ann.deviceId} ${ann.sessionVersion}`
      assert.deepStrictEqual(taken, [words, /run_id:(\w+)/.exec(yield* run((redis) => redis.info("server")))?.[1]])
      assert.strictEqual(yield* tickets.redeem(mine, page), undefined)
      for (const origin of [page, "", "https://other.example"]) {
        const its = yield* tickets.issue(ann, page, Duration.seconds(30), "resume")
        const names = yield* run((redis) => redis.keys(key("ticket-origin:*")))
        yield* run((redis) => redis.del(names))
        assert.deepStrictEqual(yield* tickets.redeem(its, origin), ann)
      }
    })
  )
})

layer(ticketsHere, live)("tickets in Redis beside a program that knows of no runs", (it) => {
  it.effect("are good there and here", () =>
    Effect.gen(function* () {
      const [tickets, { key, run }] = [yield* Tickets, yield* RedisClients]
      const ann = yield* owner
      const mine = yield* tickets.issue(ann, "", Duration.seconds(30), "resume")
      const [name = ""] = yield* run((redis) => redis.keys(key("ticket:*")))
      const words = (yield* run((redis) => redis.getdel(name)))?.split(" ")
      assert.deepStrictEqual(words?.slice(0, 3), [ann.userId, ann.deviceId, `${ann.sessionVersion}`])
      yield* run((redis) => redis.set(name, `${ann.userId} ${ann.deviceId} ${ann.sessionVersion}`, "PX", 60_000))
      assert.deepStrictEqual(yield* tickets.redeem(mine, ""), ann)
    })
  )
})
