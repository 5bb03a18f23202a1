/** Living workers share partitions evenly, whoever comes and ends, and nothing is lost or overtaken by that. */
import { assert, describe, layer } from "@effect/vitest"
import { IngressConsumer, type IngressMessage } from "@hibiki/core/ports/Ingress"
import { WorkerPlaces } from "@hibiki/core/ports/WorkerPlaces"
import { Context, Deferred, Effect, Exit, Layer, type Redacted, Scope } from "effect"
import { ingressConsumerRabbit } from "../../src/rabbit/IngressRabbit.ts"
import { RedisClients } from "../../src/redis/RedisClients.ts"
import { workerPlacesRedis } from "../../src/redis/WorkerPlacesRedis.ts"
import { ackAll, freshTopology, nameOf, sender } from "./rabbitKit.ts"
import { flushSuite, suiteRedis } from "./redis/redisKit.ts"

const places = workerPlacesRedis({ leaseMs: 60_000, renewMs: 100, graceMs: 60_000 })
const impatient = workerPlacesRedis({ leaseMs: 60_000, renewMs: 100, graceMs: 0 })
const never = 3_600_000
/** Of a worker that is killed as soon as it has a place. */
const killed = workerPlacesRedis({ leaseMs: 200, renewMs: never, graceMs: 60_000 })
/** Of one that says nothing more. */
const silent = workerPlacesRedis({ leaseMs: 60_000, renewMs: never, graceMs: 60_000 })

type Taken = Array<readonly [worker: string, partition: number, name: string]>

/** A worker that takes and acknowledges all, until its scope ends. */
const worker = (url: Redacted.Redacted, partitions: number, name: string, taken: Taken) =>
  Effect.gen(function* () {
    const parts = yield* Layer.build(
      ingressConsumerRabbit({ url, partitions, worker: name }).pipe(Layer.provide(places))
    )
    const { ready, take } = yield* Context.get(parts, IngressConsumer).consume
    const noted = (messages: ReadonlyArray<IngressMessage>) => {
      taken.push(...messages.map((message) => [name, message.partition, nameOf(message)] as const))
      return ackAll(messages)
    }
    yield* Effect.forkScoped(Effect.forever(Effect.flatMap(ready, () => Effect.delay(noted(take()), "1 millis"))))
  })

/** Sends to all partitions until those who take what is sent satisfy `isSo`. */
const rounds = (url: Redacted.Redacted, partitions: number, taken: Taken) =>
  Effect.map(sender(url, partitions), (publish) => {
    const all = [...Array(partitions).keys()]
    const sent = { count: 0 }
    const holders = () => all.map((partition) => taken.findLast(([, of]) => of === partition)?.[0] ?? "")
    const until = (isSo: (holders: ReadonlyArray<string>) => boolean) =>
      Effect.suspend(() => {
        const name = `${++sent.count}`
        return Effect.forEach(all, (partition) => publish(partition, name), { concurrency: partitions, discard: true })
      }).pipe(Effect.zipRight(Effect.sleep("5 millis")), Effect.repeat({ until: () => isSo(holders()) }))
    return { until, sent, all }
  })

const shares = (holders: ReadonlyArray<string>, of: ReadonlyArray<string>) =>
  of.map((name) => holders.filter((holder) => holder === name).length).sort()

describe("workers", () => {
  layer(suiteRedis, { excludeTestServices: true })((it) => {
    for (let start = 1; start <= 10; start++) {
      it.scoped(`share two partitions when two start at once (${start} of 10)`, () =>
        Effect.gen(function* () {
          yield* flushSuite
          const url = yield* freshTopology({ partitions: 2 })
          const taken: Taken = []
          const names = [`a${start}`, `b${start}`]
          yield* Effect.forEach(names, (name) => worker(url, 2, name, taken), { concurrency: 2 })
          const { until } = yield* rounds(url, 2, taken)
          yield* until((holders) => `${shares(holders, names)}` === "1,1")
        })
      )
    }

    it.scoped("share evenly again when one ends or comes, in order and without a loss", () =>
      Effect.gen(function* () {
        yield* flushSuite
        const url = yield* freshTopology({ partitions: 4 })
        const taken: Taken = []
        const start = (name: string) =>
          Effect.gen(function* () {
            const scope = yield* Scope.make()
            yield* Effect.addFinalizer(() => Scope.close(scope, Exit.void))
            yield* Scope.extend(worker(url, 4, name, taken), scope)
            return scope
          })
        const [first] = [yield* start("a"), yield* start("b"), yield* start("c")]
        const { all, sent, until } = yield* rounds(url, 4, taken)
        yield* until((holders) => `${shares(holders, ["a", "b", "c"])}` === "1,1,2")
        yield* Scope.close(first, Exit.void)
        yield* until((holders) => `${shares(holders, ["b", "c"])}` === "2,2")
        yield* start("d")
        yield* until((holders) => `${shares(holders, ["b", "c", "d"])}` === "1,1,2")
        yield* Effect.repeat(Effect.sleep("10 millis"), {
          until: () =>
            all.every((p) => taken.some(([, partition, name]) => partition === p && name === `${sent.count}`))
        })
        for (const partition of all) {
          // What comes again after a worker ended or moved is no other order.
          const names = new Set(taken.filter(([, of]) => of === partition).map(([, , name]) => Number(name)))
          assert.deepStrictEqual(
            [...names],
            [...Array(sent.count).keys()].map((n) => n + 1)
          )
        }
      })
    )

    it.scoped("have places without a gap: of those that are left the last one moves, and no other", () =>
      Effect.gen(function* () {
        yield* flushSuite
        const { take } = Context.get(yield* Layer.build(places), WorkerPlaces)
        const moves: Array<string> = []
        const moved = yield* Deferred.make<void>()
        const come = (name: string, scope: Scope.Scope) =>
          Scope.extend(
            take(name, (place) => {
              moves.push(`${name} to ${place}`)
              Deferred.unsafeDone(moved, Exit.void)
            }),
            scope
          )
        const own = yield* Effect.scope
        const ends = yield* Scope.make()
        assert.deepStrictEqual(
          [yield* come("a", own), yield* come("b", ends), yield* come("c", own), yield* come("d", own)],
          [0, 1, 2, 3]
        )
        yield* Scope.close(ends, Exit.void)
        yield* Deferred.await(moved)
        assert.strictEqual(yield* come("e", own), 3)
        yield* Effect.sleep("500 millis")
        assert.deepStrictEqual(moves, ["d to 1"])
      })
    )

    it.scoped("keep their places while the lease of another is over, and for a while it finds its own again", () =>
      Effect.gen(function* () {
        yield* flushSuite
        const { key, run } = yield* RedisClients
        const late = Context.get(yield* Layer.build(silent), WorkerPlaces).take("a", () => undefined)
        assert.strictEqual(yield* late, 0)
        const { take } = Context.get(yield* Layer.build(places), WorkerPlaces)
        const moved = yield* Deferred.make<number>()
        const moves: Array<number> = []
        const first = yield* take("b", (place) => {
          moves.push(place)
          Deferred.unsafeDone(moved, Exit.succeed(place))
        })
        assert.strictEqual(first, 1)
        const ended = (agoMs: number) =>
          Effect.flatMap(
            run((redis) => redis.time()),
            ([seconds]) => run((redis) => redis.hset(key("workers"), "0", `a ${1_000 * Number(seconds) - agoMs}`))
          )
        const renewals = () => run((redis) => redis.hget(key("workers"), "1"))
        yield* ended(10_000)
        for (let times = 0; times < 2; times++) {
          const before = yield* renewals()
          yield* Effect.repeat(Effect.delay(renewals(), "20 millis"), { until: (now) => now !== before })
        }
        assert.deepStrictEqual([yield* late, moves], [0, []])
        yield* ended(70_000)
        assert.strictEqual(yield* Deferred.await(moved), 0)
        assert.strictEqual(yield* late, 1)
      })
    )

    it.scoped("take the place of one that was killed, once its lease is over", () =>
      Effect.gen(function* () {
        yield* flushSuite
        const moved = yield* Deferred.make<number>()
        assert.strictEqual(yield* Context.get(yield* Layer.build(killed), WorkerPlaces).take("a", () => undefined), 0)
        const { take } = Context.get(yield* Layer.build(impatient), WorkerPlaces)
        const first = yield* take("b", (place) => void Deferred.unsafeDone(moved, Exit.succeed(place)))
        // On a machine that is slow the lease is over before that.
        if (first !== 0) assert.deepStrictEqual([first, yield* Deferred.await(moved)], [1, 0])
      })
    )

    it.scoped("find a place for each when Redis has lost them", () =>
      Effect.gen(function* () {
        yield* flushSuite
        const { key, run } = yield* RedisClients
        const { take } = Context.get(yield* Layer.build(places), WorkerPlaces)
        for (const name of ["a", "b", "c"]) yield* take(name, () => undefined)
        yield* flushSuite
        const held = run((redis) => redis.hgetall(key("workers")))
        const isWhole = (entries: Readonly<Record<string, string>>) =>
          `${Object.keys(entries).sort()}` === "0,1,2" &&
          new Set(Object.values(entries).map((entry) => entry.split(" ")[0])).size === 3
        yield* Effect.repeat(Effect.delay(held, "20 millis"), { until: isWhole })
      })
    )
  })
})
