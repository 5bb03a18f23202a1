/**
 * What of presence is Redis' own: leases, clearing, losses, and which gateway serves a device. Leases are short here, so
 * a slow machine loses them.
 */
import { randomUUID } from "node:crypto"
import { assert, describe, it, layer } from "@effect/vitest"
import { DeviceId, InstanceId, NodeId, UserId } from "@hibiki/core/domain/Ids"
import { dropNode } from "@hibiki/core/inprocess/UserRecord"
import { type DeviceReport, Presence } from "@hibiki/core/ports/Presence"
import { Clock, Context, Deferred, Duration, Effect, Exit, Layer, Scope } from "effect"
import { PresenceRedis, presenceRedis } from "../../../src/redis/PresenceRedis.ts"
import { makePresenceUsers } from "../../../src/redis/PresenceUsers.ts"
import { RedisClients } from "../../../src/redis/RedisClients.ts"
import { allTold, ownRedis, redisAt, suiteRedis } from "./redisKit.ts"

const live = { excludeTestServices: true } as const
const leaseMs = 800
const presenceHere = presenceRedis({ leaseMs, lookEveryMs: 100, graceMs: 500 })
const t = 1_764_000_000_000

const newNode = Effect.sync(() => NodeId.make(randomUUID()))
const newReport = (state: DeviceReport["state"], at = t): DeviceReport => ({
  ...{
    userId: UserId.make(randomUUID()),
    deviceId: DeviceId.make(randomUUID()),
    instance: InstanceId.make(randomUUID())
  },
  ...{ kind: "browser", state, invisible: false, at }
})

/** A process of its own on the suite's keys; killed: its lease is renewed no more, and nobody says goodbye. */
const process = Effect.gen(function* () {
  const clients = yield* RedisClients
  const scope = yield* Scope.make()
  yield* Effect.addFinalizer(() => Scope.close(scope, Exit.void))
  const context = yield* Layer.build(Layer.fresh(presenceHere)).pipe(
    Effect.provideService(RedisClients, clients),
    Scope.extend(scope)
  )
  return { presence: Context.get(context, Presence), kill: Scope.close(scope, Exit.void) } as const
})

const stateOf = (presence: Presence["Type"], userId: UserId) =>
  Effect.map(presence.read([userId]), ([user]) => user?.state)

/** The lives of a gateway that are not cleared yet. */
const livesOf = (node: NodeId) =>
  Effect.flatMap(RedisClients, ({ key, run }) =>
    Effect.map(
      run((redis) => redis.smembers(key("presence:nodes"))),
      (lives) => lives.filter((life) => life.startsWith(`${node}.`))
    )
  )

/** How long it takes until it is so (ms). */
const takes = <E, R>(holds: Effect.Effect<boolean, E, R>) =>
  Effect.map(Effect.timed(Effect.repeat(Effect.delay(holds, "20 millis"), { until: (isSo) => isSo })), ([time]) =>
    Duration.toMillis(time)
  )

describe("presence in Redis", () => {
  layer(
    presenceHere.pipe(Layer.provideMerge(suiteRedis)),
    live
  )((it) => {
    it.scoped("tells which gateway serves a device", () =>
      Effect.gen(function* () {
        const [presence, { key, run }] = [yield* Presence, yield* RedisClients]
        const [node, report] = [yield* newNode, newReport("active")]
        yield* presence.report(node, [report])
        const [life = ""] = yield* livesOf(node)
        const field = `${report.deviceId}/${report.instance}/${life}`
        const place = yield* run((redis) => redis.hget(key(`presence:user:${report.userId}`), field))
        assert.strictEqual(place, `${life} browser active`)
        assert.strictEqual(yield* run((redis) => redis.exists(key(`presence:at:${life}`))), 1)
        yield* presence.report(node, [{ ...report, state: "offline" }])
        assert.strictEqual(yield* run((redis) => redis.exists(key(`presence:at:${life}`))), 0)
        const [kept, steps] = yield* run((redis) =>
          Promise.all(["user", "steps"].map((what) => redis.ttl(key(`presence:${what}:${report.userId}`))))
        )
        assert.deepStrictEqual(
          [kept, steps].map((ttl) => Math.ceil((ttl ?? 0) / 3_600)),
          [30 * 24, 2]
        )
      })
    )

    it.scoped(
      "what is being cleared when its gateway comes back stays, as does what another has written meanwhile",
      () =>
        Effect.gen(function* () {
          const [presence, { key }] = [yield* Presence, yield* RedisClients]
          const users = yield* makePresenceUsers((life) => key(`presence:lease:${life}`))
          const [node, gone, report] = [yield* newNode, yield* newNode, newReport("active")]
          const { userId } = report
          yield* presence.report(node, [report])
          const before = (yield* users.read([userId]))[0] ?? (yield* Effect.dieMessage("nothing was read"))
          const change = { userId, before, after: dropNode(before, node, t + 1) }
          const [life = ""] = yield* livesOf(node)
          assert.isUndefined(yield* users.write(life, false, [change]))
          yield* presence.report(node, [{ ...report, state: "idle" }])
          assert.deepStrictEqual(yield* users.write(gone, false, [change]), [change])
          assert.strictEqual(yield* stateOf(presence, userId), "idle")
        })
    )

    it.scoped("a gateway that was killed takes its devices along, once its lease has lapsed, and no others", () =>
      Effect.gen(function* () {
        const presence = yield* Presence
        const [killed, other] = [yield* process, yield* process]
        const [node, otherNode] = [yield* newNode, yield* newNode]
        const reports = Array.from({ length: 1_203 }, () => newReport("active"))
        const [first = newReport("active"), last = first] = [reports[0], reports.at(-1)]
        yield* killed.presence.report(node, reports)
        yield* other.presence.report(otherNode, [{ ...last, deviceId: DeviceId.make(randomUUID()), state: "idle" }])
        const told = yield* Deferred.make<void>()
        yield* presence.listen(
          (users) => void (users?.includes(first.userId) && Deferred.unsafeDone(told, Effect.void))
        )
        // Everybody has seen Redis for one lease.
        yield* Effect.sleep(leaseMs)
        assert.strictEqual(yield* stateOf(presence, first.userId), "active")
        yield* killed.kill
        const ms = yield* takes(Effect.map(livesOf(node), (lives) => lives.length === 0))
        assert.isBelow(ms, leaseMs + 1_500)
        yield* Deferred.await(told)
        const left = yield* presence.read(reports.map(({ userId }) => userId))
        assert.deepStrictEqual([...new Set(left.slice(0, -1).map(({ state }) => state))], ["offline"])
        assert.strictEqual(left.at(-1)?.state, "idle")
      })
    )
  })

  it.scopedLive(
    "a gateway whose lease has lapsed does not clear its former life before it had a lease's time to report again",
    () =>
      Effect.gen(function* () {
        const context = yield* Layer.build(presenceHere.pipe(Layer.provideMerge(suiteRedis)))
        const [presence, { key, run }] = [Context.get(context, Presence), Context.get(context, RedisClients)]
        const [node, here, left] = [yield* newNode, newReport("active"), newReport("active")]
        yield* presence.report(node, [here, left])
        const [life = ""] = yield* Effect.provide(livesOf(node), context)
        yield* Effect.sleep(leaseMs)
        const lost = yield* Deferred.make<void>()
        yield* presence.whenLost(node, () => Deferred.unsafeDone(lost, Effect.void))
        const told = new Set<UserId>()
        yield* presence.listen((users) => users?.forEach((userId) => told.add(userId)))
        // As when the process stood still for so long: its connection is as it was.
        yield* run((redis) => redis.del(key(`presence:lease:${life}`)))
        yield* Deferred.await(lost)
        const ms = yield* takes(Effect.map(stateOf(presence, left.userId), (state) => state === "offline")).pipe(
          Effect.zipLeft(presence.report(node, [here]), { concurrent: true })
        )
        assert.isAtLeast(ms, leaseMs - 250)
        assert.isBelow(ms, leaseMs + 1_500)
        yield* Effect.provide(allTold, context)
        assert.deepStrictEqual([...told], [left.userId])
        assert.strictEqual(yield* stateOf(presence, here.userId), "active")
      })
  )

  it.scopedLive("who went with the last process was last seen then, and not when the next one starts", () =>
    Effect.gen(function* () {
      const clients = yield* Layer.build(suiteRedis)
      const { key, run } = Context.get(clients, RedisClients)
      const [last, node, report] = [yield* Effect.provide(process, clients), yield* newNode, newReport("active")]
      yield* last.presence.report(node, [report])
      yield* last.presence.leave(node)
      const leftAt = yield* Clock.currentTimeMillis
      yield* last.kill
      const next = yield* Effect.provide(process, clients)
      const lives = Effect.provide(livesOf(node), clients)
      yield* takes(Effect.map(lives, (left) => left.length === 0))
      const [user] = yield* next.presence.read([report.userId])
      assert.strictEqual(user?.state, "offline")
      assert.isAtMost(user?.since ?? Number.POSITIVE_INFINITY, leftAt)
      assert.deepStrictEqual(yield* run((redis) => redis.keys(key("presence:left:*"))), [])
    })
  )

  it.scopedLive("after FLUSHALL those who reported are told within a second, and what they say again counts", () =>
    Effect.gen(function* () {
      const redis = yield* ownRedis
      const context = yield* Layer.build(PresenceRedis.pipe(Layer.provideMerge(redisAt(redis.url))))
      const [presence, { run }] = [Context.get(context, Presence), Context.get(context, RedisClients)]
      const [node, report] = [yield* newNode, newReport("active")]
      yield* presence.report(node, [report])
      const lost = yield* Deferred.make<void>()
      yield* presence.whenLost(node, () => Deferred.unsafeDone(lost, Effect.void))
      yield* run((it) => it.flushall())
      assert.strictEqual(yield* stateOf(presence, report.userId), "offline")
      const [time] = yield* Effect.timed(Deferred.await(lost))
      assert.isBelow(Duration.toMillis(time), 1_500)
      yield* presence.report(node, [report])
      assert.strictEqual(yield* stateOf(presence, report.userId), "active")

      // A report that finds the lease gone says so itself, and is not lost.
      const again = yield* Deferred.make<void>()
      yield* presence.whenLost(node, () => Deferred.unsafeDone(again, Effect.void))
      yield* run((it) => it.flushall())
      yield* presence.report(node, [{ ...report, state: "idle" }])
      assert.strictEqual((yield* Effect.provide(livesOf(node), context)).length, 1)
      yield* Deferred.await(again)
      assert.strictEqual(yield* stateOf(presence, report.userId), "idle")

      // Redis does not repeat what it published while a subscription was broken: listeners read everything again.
      const anew = yield* Deferred.make<void>()
      yield* presence.listen((users) => void (users === undefined && Deferred.unsafeDone(anew, Effect.void)))
      yield* run((it) => it.client("KILL", "TYPE", "pubsub"))
      yield* Deferred.await(anew)
    })
  )

  it.scopedLive(
    "after a restart leases begin again, nobody is cleared for one lease, and listeners are told to read anew",
    () =>
      Effect.gen(function* () {
        const redis = yield* ownRedis
        const clients = yield* Layer.build(redisAt(redis.url))
        const context = yield* Effect.provide(Layer.build(Layer.fresh(presenceHere)), clients)
        const [presence, { key, run }] = [Context.get(context, Presence), Context.get(clients, RedisClients)]
        const [node, report] = [yield* newNode, newReport("active")]
        yield* presence.report(node, [report])
        yield* Effect.sleep(leaseMs)
        const [lost, anew] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
        yield* presence.whenLost(node, () => Deferred.unsafeDone(lost, Effect.void))
        yield* presence.listen((users) => void (users === undefined && Deferred.unsafeDone(anew, Effect.void)))
        yield* Effect.promise(redis.kill)
        assert.strictEqual(
          (yield* Effect.flip(presence.report(node, [{ ...report, state: "idle" }])))._tag,
          "PresenceUnavailable"
        )
        assert.strictEqual((yield* Effect.flip(presence.read([report.userId])))._tag, "PresenceUnavailable")
        yield* Effect.promise(redis.start)
        yield* Deferred.await(anew)
        yield* Deferred.await(lost)
        // As if another gateway's entries had been saved: its lease has lapsed while Redis was away, and it comes back
        // a little later.
        const [other, theirs] = [yield* newNode, newReport("active")]
        // As the version before wrote it, without the gateway.
        const field = `${theirs.deviceId}/${theirs.instance}`
        yield* run(async (it) => {
          await it.sadd(key("presence:nodes"), other)
          await it.sadd(key(`presence:at:${other}`), theirs.userId)
          const shown = JSON.stringify({ state: "active", kinds: ["browser"], since: t })
          await it.hset(key(`presence:user:${theirs.userId}`), {
            version: "1",
            shown,
            invisible: "0",
            [field]: `${other} browser active`
          })
        })
        const ms = yield* takes(Effect.map(stateOf(presence, theirs.userId), (state) => state === "offline"))
        assert.isAtLeast(ms, leaseMs - 250)
        assert.isBelow(ms, leaseMs + 1_500)
      })
  )

  it.scopedLive(
    "after a restart from a file in which somebody is there who has left since, that one is gone one lease later, and no other",
    () =>
      Effect.gen(function* () {
        const redis = yield* ownRedis
        const context = yield* Layer.build(presenceHere.pipe(Layer.provideMerge(redisAt(redis.url))))
        const [presence, { run }] = [Context.get(context, Presence), Context.get(context, RedisClients)]
        const [node, here, left] = [yield* newNode, newReport("active"), newReport("active")]
        // One device of each has left since; the one of them has another that stays.
        const phone = { ...here, deviceId: DeviceId.make(randomUUID()), kind: "terminal" } as const
        yield* presence.report(node, [here, phone, left])
        yield* run((it) => it.save())
        yield* presence.report(node, [
          { ...phone, state: "offline" },
          { ...left, state: "offline", at: t + 1 }
        ])
        const lost = yield* Deferred.make<void>()
        yield* presence.whenLost(node, () => Deferred.unsafeDone(lost, Effect.void))
        yield* Effect.promise(redis.kill)
        yield* Effect.promise(redis.start)
        yield* Deferred.await(lost)
        assert.strictEqual(yield* stateOf(presence, left.userId), "active")
        yield* presence.report(node, [here])
        const kindsOf = Effect.map(presence.read([here.userId]), ([user]) => user?.kinds)
        const gone = Effect.map(stateOf(presence, left.userId), (state) => state === "offline")
        assert.isBelow(yield* takes(gone), leaseMs + 1_500)
        yield* takes(Effect.map(kindsOf, (kinds) => kinds?.length === 1))
        assert.deepStrictEqual([yield* stateOf(presence, here.userId), yield* kindsOf], ["active", ["browser"]])
      })
  )

  it.scopedLive("after a restart from a file that lacks the last reports, those who reported are told", () =>
    Effect.gen(function* () {
      const redis = yield* ownRedis
      const context = yield* Layer.build(PresenceRedis.pipe(Layer.provideMerge(redisAt(redis.url))))
      const [presence, { run }] = [Context.get(context, Presence), Context.get(context, RedisClients)]
      const [node, before, after] = [yield* newNode, newReport("active"), newReport("active")]
      yield* presence.report(node, [before])
      yield* run((it) => it.save())
      yield* presence.report(node, [after])
      const [lost, anew] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
      yield* presence.whenLost(node, () => Deferred.unsafeDone(lost, Effect.void))
      yield* presence.listen((users) => void (users === undefined && Deferred.unsafeDone(anew, Effect.void)))
      yield* Effect.promise(redis.kill)
      yield* Effect.promise(redis.start)
      yield* Deferred.await(lost)
      yield* Deferred.await(anew)
      assert.strictEqual((yield* Effect.provide(livesOf(node), context)).length, 2)
      assert.deepStrictEqual(
        [yield* stateOf(presence, before.userId), yield* stateOf(presence, after.userId)],
        ["active", "offline"]
      )
      yield* presence.report(node, [before, after])
      assert.strictEqual(yield* stateOf(presence, after.userId), "active")
      yield* presence.report(node, [{ ...before, state: "offline" }])
      assert.strictEqual(yield* stateOf(presence, before.userId), "offline")
    })
  )
})
