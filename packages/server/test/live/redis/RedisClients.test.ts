/**
 * The connections to Redis: how they fail, how soon, and how they come back. Each test has an instance of its own, to
 * kill.
 */
import { randomUUID } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import { Context, Deferred, Duration, Effect, Layer, Metric, Schedule } from "effect"
import { expectFigure } from "../../../../../scripts/figures.mjs"
import { RedisClients } from "../../../src/redis/RedisClients.ts"
import { redisMissed, redisReconnects } from "../../../src/redis/RedisMetrics.ts"
import { startBlackHole } from "./blackHole.ts"
import type { PrivateRedis } from "./privateRedis.ts"
import { ownRedis, redisAt } from "./redisKit.ts"

const commandTimeoutMs = 300
/** The loop of a busy machine may be late. */
const slackMs = 250

const connected = (port: number) =>
  Effect.map(Layer.build(redisAt(`redis://127.0.0.1:${port}`, { commandTimeoutMs })), (built) =>
    Context.get(built, RedisClients)
  )

/** What a command answers or how it fails, and how long that took (ms). */
const timed = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.map(Effect.timed(Effect.either(effect)), ([time, result]) => ({ ms: Duration.toMillis(time), result }))

const ping = ({ run }: RedisClients["Type"]) => run((redis) => redis.ping())

const restart = (redis: PrivateRedis) => Effect.zipRight(Effect.promise(redis.kill), Effect.promise(redis.start))

/** Done when requests reach Redis (true), or no longer (false). */
const until = (clients: RedisClients["Type"], up: boolean) =>
  Effect.scoped(
    Effect.gen(function* () {
      const turned = yield* Deferred.make<void>()
      yield* clients.watch((now) => void (now === up && Deferred.unsafeDone(turned, Effect.void)))
      if (clients.isUp() !== up) yield* Deferred.await(turned)
    })
  )

describe("the connections to Redis", () => {
  it.scopedLive("fail at once while Redis is away, and reach it within a second of its being up", () =>
    Effect.gen(function* () {
      const redis = yield* ownRedis
      const clients = yield* connected(redis.port)
      const call = clients.script("return ARGV[1]")
      assert.strictEqual(yield* call([], ["tea"]), "tea")
      const reconnects = yield* Metric.value(Metric.tagged(redisReconnects, "connection", "requests"))
      yield* Effect.promise(redis.kill)
      yield* until(clients, false)
      for (let time = 0; time < 20; time++) {
        const { ms, result } = yield* timed(ping(clients))
        assert.strictEqual(result._tag === "Left" && result.left.reason, "away")
        assert.isBelow(ms, commandTimeoutMs + slackMs)
        yield* Effect.sleep(50)
      }
      yield* Effect.promise(redis.start)
      const { ms } = yield* timed(until(clients, true))
      expectFigure({ name: "Redis reached after a restart", measured: ms, bound: 1_000, unit: "ms" })
      // Redis has forgotten the script, and is given it again.
      assert.strictEqual(yield* call([], ["coffee"]), "coffee")
      yield* clients.run((it) => it.script("FLUSH"))
      assert.strictEqual(yield* call([], ["water"]), "water")
      const after = yield* Metric.value(Metric.tagged(redisReconnects, "connection", "requests"))
      assert.isAbove(after.count, reconnects.count)
    })
  )

  it.scopedLive("go on listening after a restart, and say that messages may have been missed", () =>
    Effect.gen(function* () {
      const redis = yield* ownRedis
      const clients = yield* connected(redis.port)
      const channel = clients.key("talk")
      const heard: Array<string> = []
      const again = yield* Deferred.make<void>()
      const later = yield* Deferred.make<void>()
      let missed = 0
      yield* clients.subscribe(channel, {
        message: (text) => {
          heard.push(text)
          if (text === "later") Deferred.unsafeDone(later, Effect.void)
        },
        missed: () => {
          if (++missed === 2) Deferred.unsafeDone(again, Effect.void)
        }
      })
      assert.strictEqual(missed, 1)
      const gaps = yield* Metric.value(redisMissed)
      yield* restart(redis)
      const { ms } = yield* timed(Deferred.await(again))
      expectFigure({ name: "subscribed again after a restart of Redis", measured: ms, bound: 1_000, unit: "ms" })
      yield* until(clients, true)
      yield* clients.run((it) => it.publish(channel, "later"))
      yield* Deferred.await(later)
      assert.deepStrictEqual(heard, ["later"])
      assert.isAbove((yield* Metric.value(redisMissed)).count, gaps.count)
    })
  )

  it.scopedLive("fail by the deadline on a network that swallows everything, and then at once", () =>
    Effect.gen(function* () {
      const redis = yield* ownRedis
      const network = yield* Effect.acquireRelease(
        Effect.promise(() => startBlackHole(redis.port)),
        ({ stop }) => Effect.promise(stop)
      )
      const clients = yield* connected(network.port)
      const again = yield* Deferred.make<void>()
      let missed = 0
      yield* clients.subscribe(clients.key("talk"), {
        message: () => undefined,
        missed: () => {
          if (++missed === 2) Deferred.unsafeDone(again, Effect.void)
        }
      })
      assert.strictEqual(yield* ping(clients), "PONG")
      network.swallow()
      const { ms, result } = yield* timed(ping(clients))
      assert.strictEqual(result._tag === "Left" && result.left.reason, "deadline")
      assert.isBelow(ms, commandTimeoutMs + slackMs)
      yield* until(clients, false)
      const next = yield* timed(ping(clients))
      assert.strictEqual(next.result._tag === "Left" && next.result.left.reason, "away")
      assert.isBelow(next.ms, slackMs)
      // Also connections that are opened meanwhile come to nothing, and are given up.
      yield* Effect.sleep(2 * commandTimeoutMs)
      network.heal()
      yield* until(clients, true)
      yield* Deferred.await(again)
      assert.strictEqual(yield* ping(clients), "PONG")
    })
  )

  it.scopedLive(
    "leave a primary that became a replica, pass it over while it is found at its address, and go on with the next one",
    () =>
      Effect.gen(function* () {
        const [first, second] = [yield* ownRedis, yield* ownRedis]
        const network = yield* Effect.acquireRelease(
          Effect.promise(() => startBlackHole(first.port)),
          ({ stop }) => Effect.promise(stop)
        )
        const clients = yield* connected(network.port)
        const write = clients.script("return redis.call('SET', KEYS[1], 'tea')")
        const heard = yield* Deferred.make<void>()
        let missed = 0
        yield* clients.subscribe(clients.key("talk"), {
          message: () => Deferred.unsafeDone(heard, Effect.void),
          missed: () => void missed++
        })
        yield* write([clients.key("a")], [])
        yield* clients.run((redis) => redis.replicaof("127.0.0.1", second.port))
        assert.strictEqual((yield* Effect.flip(write([clients.key("a")], []))).reason, "refused")
        yield* until(clients, false)
        const ups: Array<boolean> = []
        yield* clients.watch((up) => void ups.push(up))
        const opened = network.opened()
        yield* Effect.repeat(Effect.void, {
          until: () => network.opened() >= opened + 6,
          schedule: Schedule.spaced("10 millis")
        })
        assert.deepStrictEqual([ups, missed], [[], 1])
        network.lead(second.port)
        yield* until(clients, true)
        yield* write([clients.key("a")], [])
        yield* Effect.repeat(Effect.void, { until: () => missed === 2, schedule: Schedule.spaced("10 millis") })
        yield* clients.run((redis) => redis.publish(clients.key("talk"), "later"))
        yield* Deferred.await(heard)
      })
  )

  it.scopedLive("begin while Redis is away, and are there when it is", () =>
    Effect.gen(function* () {
      const redis = yield* ownRedis
      yield* Effect.promise(redis.kill)
      const { ms, result } = yield* timed(connected(redis.port))
      assert.isBelow(ms, 2 * commandTimeoutMs + slackMs)
      const clients = result._tag === "Right" ? result.right : yield* Effect.dieMessage("no clients")
      const heard = yield* Deferred.make<void>()
      yield* clients.subscribe(clients.key("talk"), {
        message: () => undefined,
        missed: () => Deferred.unsafeDone(heard, Effect.void)
      })
      yield* Effect.promise(redis.start)
      yield* Deferred.await(heard)
      yield* until(clients, true)
      assert.strictEqual(yield* ping(clients), "PONG")
    })
  )

  it.scopedLive("a listener that ended hears nothing, and the others of its channel do", () =>
    Effect.gen(function* () {
      const redis = yield* ownRedis
      const clients = yield* connected(redis.port)
      const channel = clients.key(randomUUID())
      const heard: Array<string> = []
      const done = yield* Deferred.make<void>()
      yield* Effect.scoped(
        clients.subscribe(channel, { message: () => void heard.push("gone"), missed: () => undefined })
      )
      yield* clients.subscribe(channel, {
        message: (text) => {
          heard.push(text)
          Deferred.unsafeDone(done, Effect.void)
        },
        missed: () => undefined
      })
      yield* Effect.scoped(
        clients.subscribe(channel, { message: () => void heard.push("gone"), missed: () => undefined })
      )
      yield* clients.run((it) => it.publish(channel, "tea"))
      yield* Deferred.await(done)
      assert.deepStrictEqual(heard, ["tea"])
    })
  )
})
