/** A partition that can't be used stops nobody else's, is named, and is used again when it works. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, Fiber, Metric, Redacted, Schedule } from "effect"
import { inject } from "vitest"
import { connectionsLost } from "../../src/rabbit/AmqpMetrics.ts"
import { queueStates } from "../../src/rabbit/queueStates.ts"
import {
  checkSetUp,
  checkTopology,
  deadLetters,
  partitionQueue,
  setUpTopology
} from "../../src/rabbit/RabbitTopology.ts"
import { rabbitctl } from "./privateRabbit.ts"
import { ackAll, consumer, freshTopology, nameOf, onBroker, sending } from "./rabbitKit.ts"

const partitions = 3

/** To the process of a partition's queue, of which the broker's list says then that it is down. */
const toQueue = (url: Redacted.Redacted, partition: number, call: "ra:stop_server" | "ra:restart_server") => {
  const name = `'${new URL(Redacted.value(url)).pathname.slice(1)}_${partitionQueue(partition)}'`
  return Effect.promise(() => rabbitctl(inject("rabbit"), "eval", `${call}(quorum_queues, {${name}, node()}).`))
}

/** The same process neither works nor ends. */
const hang = (url: Redacted.Redacted, partition: number, call: "sys:suspend" | "sys:resume") => {
  const name = `'${new URL(Redacted.value(url)).pathname.slice(1)}_${partitionQueue(partition)}'`
  return Effect.promise(() => rabbitctl(inject("rabbit"), "eval", `${call}(whereis(${name})).`))
}

const until = (isTrue: () => boolean) => Effect.sleep("10 millis").pipe(Effect.repeat({ until: isTrue }))
const lost = (link: string) =>
  Effect.map(Metric.value(Metric.tagged(connectionsLost, "link", link)), ({ count }) => count)

/** What each of these partitions is sent comes, and is acknowledged. */
const allCome = (
  name: string,
  of: ReadonlyArray<number>,
  { publish }: Effect.Effect.Success<ReturnType<typeof sending>>,
  { next }: Effect.Effect.Success<ReturnType<typeof consumer>>
) =>
  Effect.gen(function* () {
    for (const partition of of) yield* publish(partition, `${name}${partition}`)
    const came: Array<string> = []
    while (came.length < of.length) {
      const messages = yield* next
      came.push(...messages.map(nameOf))
      yield* ackAll(messages)
    }
    assert.deepStrictEqual(
      came.sort(),
      of.map((partition) => `${name}${partition}`)
    )
  })

describe("a set-up", () => {
  it.scopedLive(
    "names what is missing or down, declares the one, makes the other anew when that is asked for, and lets a process start",
    () =>
      Effect.gen(function* () {
        const url = yield* freshTopology({ partitions })
        const sentence = Effect.map(Effect.flip(checkTopology({ url, partitions })), (problem) => [
          problem.reason,
          problem.sentence
        ])
        yield* onBroker(url, (channel) => channel.deleteQueue(partitionQueue(0)))
        assert.deepStrictEqual(yield* sentence, ["notSetUp", "RabbitMQ lacks partition 0: run `hibiki setup`."])
        yield* toQueue(url, 2, "ra:stop_server")
        const [, both] = yield* sentence
        assert.match(
          both ?? "",
          /^RabbitMQ can't run partition 2, and lacks partition 0: restart it.*`hibiki setup --remake-down`\.$/
        )
        yield* checkSetUp({ url, partitions })
        const first = yield* setUpTopology({ url, partitions })
        assert.deepInclude(first, { made: true, remade: [] })
        assert.match(first.trouble ?? "", /^RabbitMQ can't run partition 2: restart it/)
        assert.strictEqual((yield* sentence)[0], "broken")
        assert.deepStrictEqual(yield* setUpTopology({ url, partitions, recoverMs: 0 }, true), {
          made: false,
          remade: [partitionQueue(2)],
          trouble: undefined
        })
        yield* checkTopology({ url, partitions })
        yield* allCome("a", [0, 1, 2], yield* sending(url, partitions), yield* consumer(url, partitions))
      })
  )

  it.scopedLive("makes no queue anew that was down for a moment, which holds what was confirmed", () =>
    Effect.gen(function* () {
      const url = yield* freshTopology({ partitions })
      const from = yield* sending(url, partitions)
      yield* from.publish(2, "kept")
      yield* toQueue(url, 2, "ra:stop_server")
      const making = yield* Effect.fork(setUpTopology({ url, partitions, recoverMs: 120_000 }, true))
      yield* Effect.promise(() => queueStates(url, [partitionQueue(2)]))
      yield* toQueue(url, 2, "ra:restart_server")
      assert.deepStrictEqual(yield* Fiber.join(making), { made: false, remade: [], trouble: undefined })
      const { next } = yield* consumer(url, partitions)
      assert.deepStrictEqual((yield* next).map(nameOf), ["kept"])
    })
  )

  it.scopedLive("leaves a queue that works alone when others are made anew, with what waits in it", () =>
    Effect.gen(function* () {
      const url = yield* freshTopology({ partitions })
      const from = yield* sending(url, partitions)
      yield* from.publish(0, "kept")
      yield* onBroker(url, async (channel) => void channel.sendToQueue(deadLetters, Buffer.from("kept")))
      assert.deepStrictEqual(yield* setUpTopology({ url, partitions }, true), {
        made: false,
        remade: [],
        trouble: undefined
      })
      const { next } = yield* consumer(url, partitions)
      assert.deepStrictEqual((yield* next).map(nameOf), ["kept"])
      const letter = yield* onBroker(url, (channel) => channel.get(deadLetters))
      assert.strictEqual(letter === false ? "" : letter.content.toString(), "kept")
    })
  )
})

describe("a partition", () => {
  it.scopedLive(
    "whose queue is deleted costs the others nothing, is named, and is consumed again once it is declared",
    () =>
      Effect.gen(function* () {
        const url = yield* freshTopology({ partitions })
        const [from, to] = [yield* sending(url, partitions), yield* consumer(url, partitions)]
        yield* allCome("a", [0, 1, 2], from, to)
        yield* from.publish(1, "held")
        const held = yield* to.next
        const before = yield* lost("ingress-consumer")
        yield* onBroker(url, (channel) => channel.deleteQueue(partitionQueue(1)))
        yield* until(() => to.broken().length > 0)
        assert.deepStrictEqual(to.broken(), ["partition 1 can't be consumed: missing"])
        assert.strictEqual((yield* Effect.flip(from.publish(1, "nowhere"))).code, "busy")
        assert.deepStrictEqual(from.broken(), ["partition 1 takes nothing: missing"])
        yield* ackAll(held)
        yield* allCome("b", [0, 2], from, to)
        assert.strictEqual(yield* lost("ingress-consumer"), before)
        yield* setUpTopology({ url, partitions })
        yield* allCome("c", [0, 1, 2], from, to)
        assert.deepStrictEqual([...from.broken(), ...to.broken()], [])
      })
  )

  it.scopedLive("that is missing or down when a worker comes leaves it the others, until it works", () =>
    Effect.gen(function* () {
      const url = yield* freshTopology({ partitions })
      yield* onBroker(url, (channel) => channel.deleteQueue(partitionQueue(0)))
      yield* toQueue(url, 2, "ra:stop_server")
      assert.deepStrictEqual(
        [...(yield* Effect.promise(() => queueStates(url, [0, 1, 2].map(partitionQueue))))].map(([, state]) => state),
        ["missing", "works", "down"]
      )
      const [from, to] = [yield* sending(url, partitions), yield* consumer(url, partitions)]
      yield* allCome("a", [1], from, to)
      yield* until(() => to.broken().length === 2)
      assert.deepStrictEqual(to.broken(), [
        "partition 0 can't be consumed: missing",
        "partition 2 can't be consumed: down"
      ])
      assert.strictEqual((yield* Effect.flip(from.publish(2, "nowhere"))).code, "busy")
      assert.deepStrictEqual(from.broken(), ["partition 2 takes nothing: full or down"])
      yield* setUpTopology({ url, partitions })
      yield* toQueue(url, 2, "ra:restart_server")
      yield* until(() => to.broken().length === 0)
      yield* allCome("b", [0, 1, 2], from, to)
    })
  )

  it.scopedLive("that goes down under its consumer is named, and its consumer goes on when it is up again", () =>
    Effect.gen(function* () {
      const url = yield* freshTopology({ partitions })
      const [from, to] = [yield* sending(url, partitions), yield* consumer(url, partitions)]
      yield* allCome("a", [0, 1, 2], from, to)
      const before = yield* lost("ingress-consumer")
      yield* toQueue(url, 1, "ra:stop_server")
      yield* until(() => to.broken().length > 0)
      assert.deepStrictEqual(to.broken(), ["partition 1 can't be consumed: down"])
      yield* allCome("b", [0, 2], from, to)
      yield* toQueue(url, 1, "ra:restart_server")
      yield* until(() => to.broken().length === 0)
      yield* allCome("c", [0, 1, 2], from, to)
      assert.strictEqual(yield* lost("ingress-consumer"), before)
    })
  )

  it.scopedLive("that goes down under its senders costs the others one connection, and is busy from then on", () =>
    Effect.gen(function* () {
      const url = yield* freshTopology({ partitions })
      const from = yield* sending(url, partitions, 1_000)
      for (const partition of [0, 1, 2]) yield* from.publish(partition, "a")
      yield* toQueue(url, 1, "ra:stop_server")
      const before = yield* lost("ingress")
      assert.strictEqual((yield* Effect.flip(from.publish(1, "stalls"))).code, "unknown")
      // By the next connection.
      yield* Effect.retry(from.publish(0, "b"), Schedule.spaced("10 millis"))
      for (let times = 0; times < 3; times++) {
        assert.strictEqual((yield* Effect.flip(from.publish(1, "refused"))).code, "busy")
        yield* from.publish(2, "b")
      }
      assert.deepStrictEqual(from.broken(), ["partition 1 takes nothing: full or down"])
      assert.strictEqual(yield* lost("ingress"), before + 1)
      yield* toQueue(url, 1, "ra:restart_server")
      yield* Effect.retry(from.publish(1, "c"), Schedule.spaced("10 millis"))
      assert.deepStrictEqual(from.broken(), [])
    })
  )

  it.scopedLive(
    "that hangs costs its senders one connection and the others one deadline, and is busy until it works",
    () =>
      Effect.gen(function* () {
        const url = yield* freshTopology({ partitions })
        const from = yield* sending(url, partitions, 1_000)
        for (const partition of [0, 1, 2]) yield* from.publish(partition, "a")
        yield* hang(url, 1, "sys:suspend")
        const before = yield* lost("ingress")
        assert.strictEqual((yield* Effect.flip(from.publish(1, "hangs"))).code, "unknown")
        yield* Effect.retry(from.publish(0, "b"), Schedule.spaced("10 millis"))
        for (let times = 0; times < 3; times++) {
          assert.strictEqual((yield* Effect.flip(from.publish(1, "held"))).code, "busy")
          yield* from.publish(2, "b")
        }
        yield* until(() => from.broken().length > 0)
        assert.deepStrictEqual(from.broken(), ["partition 1 takes nothing: silent"])
        assert.strictEqual((yield* Effect.flip(from.publish(1, "held"))).code, "busy")
        assert.strictEqual(yield* lost("ingress"), before + 1)
        yield* hang(url, 1, "sys:resume")
        yield* Effect.retry(from.publish(1, "c"), Schedule.spaced("10 millis"))
        assert.deepStrictEqual(from.broken(), [])
        assert.strictEqual(yield* lost("ingress"), before + 1)
      }),
    60_000
  )

  it.scopedLive("is held for a moment alone because another one hangs", () =>
    Effect.gen(function* () {
      const url = yield* freshTopology({ partitions })
      const from = yield* sending(url, partitions, 1_000)
      yield* hang(url, 1, "sys:suspend")
      // The others wait behind it.
      const all = [1, 0, 2].map((partition) => Effect.either(from.publish(partition, "a")))
      for (const sent of yield* Effect.all(all, { concurrency: "unbounded" }))
        assert.isTrue(Either.isLeft(sent) && sent.left.code === "unknown")
      for (const partition of [0, 2]) yield* Effect.retry(from.publish(partition, "b"), Schedule.spaced("10 millis"))
      assert.strictEqual((yield* Effect.flip(from.publish(1, "held"))).code, "busy")
      yield* hang(url, 1, "sys:resume")
      yield* Effect.retry(from.publish(1, "b"), Schedule.spaced("10 millis"))
    })
  )
})
