/** Routes keep their contract on Redis, and what of them is Redis' own: steps, bounds, lost answers. */
import { randomUUID } from "node:crypto"
import { assert, describe, it, layer } from "@effect/vitest"
import { ConversationId, NodeId } from "@hibiki/core/domain/Ids"
import { type Lease, Routes } from "@hibiki/core/ports/Routes"
import { routesContract } from "@hibiki/testing/contracts/RoutesContract"
import { Context, Effect, Layer } from "effect"
import { RedisClients } from "../../../src/redis/RedisClients.ts"
import { RoutesRedis, routesRedis } from "../../../src/redis/RoutesRedis.ts"
import { flushSuite, ownRedis, redisAt, suiteRedis } from "./redisKit.ts"

const live = { excludeTestServices: true } as const
/** Time is real: long enough for a machine that is late, and short. */
const leaseMs = 3_000
const routesHere = routesRedis({ leaseMs })
const newLog = Effect.sync(() => ConversationId.make(randomUUID()))
const newLease = Effect.sync((): Lease => ({ node: NodeId.make(randomUUID()), incarnation: 1 }))

layer(routesHere.pipe(Layer.provideMerge(suiteRedis)), live)("Routes on Redis", (it) => {
  routesContract({ it, assert, leaseMs, pass: (ms) => Effect.sleep(ms), flush: flushSuite })
})

/** A gateway that holds a lease under which all is registered, in a generation that counts. */
const enter = (routes: Routes["Type"]) =>
  Effect.gen(function* () {
    const lease = yield* newLease
    const renew = Effect.flatMap(routes.renew(lease, undefined), ({ generation }) => routes.renew(lease, generation))
    yield* renew
    const settled = Effect.map(routes.raise([]), ({ _tag }) => _tag === "Nodes")
    const renewed = Effect.zipRight(renew, settled)
    yield* Effect.repeat(Effect.delay(renewed, leaseMs / 8), { until: (isSettled) => isSettled })
    return lease
  })

describe("routes in Redis", () => {
  layer(
    routesHere.pipe(Layer.provideMerge(suiteRedis)),
    live
  )((it) => {
    it.effect("who was not heard to be told of a lapse is told again", () =>
      Effect.gen(function* () {
        const [routes, { key, run }] = [yield* Routes, yield* RedisClients]
        const lease = yield* newLease
        const { generation } = yield* routes.renew(lease, undefined)
        assert.strictEqual((yield* routes.renew(lease, generation)).lapsed, false)
        yield* run((redis) => redis.del(key(`routes:lease:${lease.node}`)))
        // The renewal that finds the lapse, and whose answer nobody hears: by another process, here.
        yield* Effect.scoped(
          Effect.flatMap(Layer.build(Layer.fresh(routesHere)), (built) =>
            Context.get(built, Routes).renew(lease, generation)
          )
        )
        assert.deepStrictEqual(yield* routes.renew(lease, generation), { generation, lapsed: true })
        yield* routes.release(lease)
      })
    )

    it.effect("a lease lives twelve seconds where nothing else is said", () =>
      Effect.gen(function* () {
        const [lease, { key, run }] = [yield* newLease, yield* RedisClients]
        const built = yield* Effect.scoped(Layer.build(Layer.fresh(RoutesRedis)))
        yield* Context.get(built, Routes).renew(lease, undefined)
        const ms = yield* run((redis) => redis.pttl(key(`routes:lease:${lease.node}`)))
        assert.isTrue(ms > 11_000 && ms <= 12_000)
        yield* Context.get(built, Routes).release(lease)
      })
    )

    it.effect("thousands of logs go in steps, and are told in the order asked", () =>
      Effect.gen(function* () {
        const [routes, { key, run }] = [yield* Routes, yield* RedisClients]
        const lease = yield* enter(routes)
        const logs = yield* Effect.replicateEffect(newLog, 1_201)
        yield* routes.register(lease, logs)
        const raised = yield* routes.raise(logs.map((log, i) => [log, i + 1]))
        const of = raised._tag === "Nodes" ? raised.of : new Map()
        assert.isTrue(logs.every((log) => of.get(log)?.length === 1 && of.get(log)?.[0] === lease.node))
        assert.deepStrictEqual(
          yield* routes.heads(logs),
          logs.map((_, i) => i + 1)
        )
        // Heads are bounded by time.
        const lives = yield* run((redis) => redis.pttl(key(`routes:head:${logs[0]}`)))
        assert.isTrue(lives > 3_500_000 && lives <= 3_600_000)
        yield* routes.withdraw(lease, logs)
        assert.deepStrictEqual(yield* run((redis) => redis.keys(key("routes:entries:*"))), [])
        yield* routes.release(lease)
      })
    )

    it.effect("a raise takes away the entries of leases that are gone", () =>
      Effect.gen(function* () {
        const [routes, { key, run }] = [yield* Routes, yield* RedisClients]
        const [lease, gone] = [yield* enter(routes), yield* enter(routes)]
        const log = yield* newLog
        yield* routes.register(lease, [log])
        yield* routes.register(gone, [log])
        yield* routes.release(gone)
        yield* routes.renew(lease, (yield* routes.renew(lease, undefined)).generation)
        yield* routes.raise([[log, 1]])
        assert.deepStrictEqual(yield* run((redis) => redis.hkeys(key(`routes:entries:${log}`))), [lease.node])
        yield* routes.release(lease)
      })
    )

    it.effect("a log that nobody writes to does not gather entries of gateways that are gone for ever", () =>
      Effect.gen(function* () {
        const [routes, { key, run }] = [yield* Routes, yield* RedisClients]
        const log = yield* newLog
        for (let time = 0; time < 40; time++) {
          const lease = yield* newLease
          yield* routes.renew(lease, undefined)
          yield* routes.register(lease, [log])
          yield* routes.release(lease)
        }
        assert.isAtMost(yield* run((redis) => redis.hlen(key(`routes:entries:${log}`))), 17)
      })
    )

    it.effect("a registration that comes late leaves the entry of the next incarnation alone", () =>
      Effect.gen(function* () {
        const routes = yield* Routes
        const lease = yield* enter(routes)
        const [log, next] = [yield* newLog, { ...lease, incarnation: 2 }]
        const { generation } = yield* routes.renew(next, undefined)
        yield* routes.register(next, [log])
        yield* routes.renew(next, generation)
        yield* routes.register(lease, [log])
        const raised = yield* routes.raise([[log, 1]])
        assert.deepStrictEqual(raised._tag === "Nodes" && raised.of.get(log), [lease.node])
        yield* routes.release(next)
      })
    )
  })

  it.scopedLive(
    "after FLUSHALL everybody is told, until all have registered anew; while Redis is away nothing is answered",
    () =>
      Effect.gen(function* () {
        const redis = yield* ownRedis
        const context = yield* Layer.build(
          routesHere.pipe(Layer.provideMerge(redisAt(redis.url, { commandTimeoutMs: 500 })))
        )
        const [routes, { run }] = [Context.get(context, Routes), Context.get(context, RedisClients)]
        const [one, two] = [yield* enter(routes), yield* enter(routes)]
        const log = yield* newLog
        const told = Effect.map(routes.raise([[log, 3]]), (to) =>
          to._tag === "Nodes" ? [...(to.of.get(log) ?? [])].sort() : to._tag
        )
        const both = Effect.gen(function* () {
          for (const lease of [one, two]) yield* routes.register(lease, [log])
        })
        yield* both
        const { generation } = yield* routes.renew(one, undefined)
        yield* routes.renew(one, generation)
        yield* routes.renew(two, generation)
        assert.deepStrictEqual(yield* told, [one.node, two.node].sort())

        yield* run((it) => it.flushall())
        assert.deepStrictEqual(yield* told, "Everywhere")
        const next = { ...one, incarnation: 2 }
        const again = yield* routes.renew(next, undefined)
        yield* routes.register(next, [log])
        assert.deepStrictEqual(yield* routes.renew(next, again.generation), {
          generation: again.generation,
          lapsed: false
        })
        // The other has not noticed yet, and is not among those that hold a lease: for one lease nobody trusts what is
        // registered.
        assert.deepStrictEqual(yield* told, "Everywhere")
        assert.strictEqual((yield* routes.renew(two, generation)).lapsed, true)
        const second = { ...two, incarnation: 2 }
        yield* routes.renew(second, undefined)
        yield* Effect.repeatN(
          Effect.zipRight(
            routes.renew(next, again.generation),
            Effect.delay(routes.renew(second, undefined), leaseMs / 2)
          ),
          2
        )
        assert.deepStrictEqual(yield* told, "Everywhere")
        yield* routes.register(second, [log])
        yield* routes.renew(second, again.generation)
        assert.deepStrictEqual(yield* told, [one.node, two.node].sort())

        yield* Effect.promise(redis.kill)
        assert.strictEqual((yield* Effect.flip(told))._tag, "RoutesUnavailable")
        assert.strictEqual((yield* Effect.flip(routes.register(next, [log])))._tag, "RoutesUnavailable")
        assert.strictEqual((yield* Effect.flip(routes.heads([log])))._tag, "RoutesUnavailable")
        yield* Effect.promise(redis.start)
        const back = Effect.orElseSucceed(told, () => "away" as const)
        assert.deepStrictEqual(
          yield* Effect.repeat(Effect.delay(back, "20 millis"), { until: (to) => to !== "away" }),
          "Everywhere"
        )
      })
  )

  it.scopedLive("a Redis that comes back from its file, without what was registered last, is not trusted", () =>
    Effect.gen(function* () {
      const redis = yield* ownRedis
      const context = yield* Layer.build(RoutesRedis.pipe(Layer.provideMerge(redisAt(redis.url))))
      const [routes, { key, run }] = [Context.get(context, Routes), Context.get(context, RedisClients)]
      const [lease, log] = [yield* newLease, yield* newLog]
      const { generation } = yield* routes.renew(lease, undefined)
      yield* routes.renew(lease, generation)
      yield* run((it) => it.del(key("routes:fresh")))
      yield* run((it) => it.save())
      yield* routes.register(lease, [log])
      const told = Effect.map(routes.raise([[log, 3]]), (to) => (to._tag === "Nodes" ? to.of.get(log) : to._tag))
      assert.deepStrictEqual(yield* told, [lease.node])

      yield* Effect.promise(redis.kill)
      yield* Effect.promise(redis.start)
      const back = Effect.orElseSucceed(told, () => "away" as const)
      assert.deepStrictEqual(
        yield* Effect.repeat(Effect.delay(back, "20 millis"), { until: (to) => to !== "away" }),
        "Everywhere"
      )
      // The lease was in the file, and lives: the other generation says what was lost.
      assert.strictEqual(yield* run((it) => it.exists(key(`routes:lease:${lease.node}`))), 1)
      const renewed = yield* routes.renew(lease, generation)
      assert.notStrictEqual(renewed.generation, generation)
      assert.strictEqual(yield* told, "Everywhere")
    })
  )
})
