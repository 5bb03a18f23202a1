/** Dead letters are looked at without harm, replayed or dropped. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, type Redacted } from "effect"
import {
  dropDeadLetters,
  listDeadLetters,
  parkDeadLetters,
  replayDeadLetters
} from "../../src/rabbit/RabbitDeadLetters.ts"
import { deadLetters, partitionQueue } from "../../src/rabbit/RabbitTopology.ts"
import { encodeSubmissions } from "../../src/rabbit/submissionCodec.ts"
import { ackAll, batch, consumer, freshTopology, makeVhost, nameOf, onBroker, sender, uuid } from "./rabbitKit.ts"

/** One that can't be read, and two that two workers ended with. */
const withLetters = Effect.gen(function* () {
  const url = yield* freshTopology({ partitions: 2, deliveryLimit: 1 })
  const publish = yield* sender(url, 2)
  yield* onBroker(
    url,
    async (channel) => void channel.sendToQueue(partitionQueue(0), Buffer.from("[{]"), { persistent: true })
  )
  yield* publish(1, "one")
  yield* publish(1, "two")
  for (let times = 0; times < 2; times++) yield* Effect.scoped(Effect.flatMap(consumer(url, 2), ({ next }) => next))
  yield* Effect.scoped(Effect.andThen(consumer(url, 2), waitFor(url, 3)))
  return url
})

const waitFor = (url: Redacted.Redacted, count: number) =>
  Effect.sleep("10 millis").pipe(
    Effect.zipRight(listDeadLetters(url)),
    Effect.repeat({ until: ({ letters }) => letters.length === count })
  )

describe("dead letters", () => {
  it.scopedLive("are told without what people wrote, however often they are looked at", () =>
    Effect.gen(function* () {
      const url = yield* withLetters
      // More often than a queue of this kind would give a message out by itself.
      for (let times = 0; times < 25; times++) yield* listDeadLetters(url)
      const { letters } = yield* listDeadLetters(url)
      const summary = letters.map(({ commands, partition, reason }) => [partition, reason, commands])
      const command = { log: uuid, id: uuid, kind: "post", isReadable: true }
      assert.sameDeepMembers(summary, [
        [0, "rejected", undefined],
        [1, "delivery_limit", [command]],
        [1, "delivery_limit", [command]]
      ])
      assert.strictEqual(new Set(letters.map(({ name }) => name)).size, 3)
      for (const { at } of letters) assert.approximately(at ?? 0, Date.now(), 60_000)
      assert.notInclude(JSON.stringify(letters), "お茶")
      const asked = (yield* listDeadLetters(url, true)).letters.flatMap(
        ({ commands }) => commands?.map(({ text }) => text) ?? []
      )
      assert.deepStrictEqual(asked, ["お茶", "お茶"])
    })
  )

  it.scopedLive("go back to their partition, unless they can't be read", () =>
    Effect.gen(function* () {
      const url = yield* withLetters
      const nothing = { done: [], kept: [], unknown: [], beyond: 0 }
      assert.deepStrictEqual(yield* replayDeadLetters(url, []), nothing)
      assert.deepStrictEqual(yield* replayDeadLetters(url, ["elsewhere"]), { ...nothing, unknown: ["elsewhere"] })
      const { done, kept } = yield* replayDeadLetters(url, "all")
      assert.strictEqual(done.length, 2)
      const { next } = yield* consumer(url, 2)
      const names: Array<string> = []
      while (names.length < 2) {
        const messages = yield* next
        assert.isTrue(messages.every(({ partition }) => partition === 1))
        names.push(...messages.map(nameOf))
        yield* ackAll(messages)
      }
      assert.sameMembers(names, ["one", "two"])
      assert.deepStrictEqual(
        kept,
        (yield* listDeadLetters(url)).letters.map(({ name }) => ({ name, why: "unreadable" as const }))
      )
    })
  )

  it.scopedLive("go back by the id of a command in them", () =>
    Effect.gen(function* () {
      const url = yield* withLetters
      assert.strictEqual((yield* replayDeadLetters(url, [uuid])).done.length, 2)
    })
  )

  it.scopedLive("that a worker parked are told with what it knew, and say that they were replayed", () =>
    Effect.gen(function* () {
      const url = yield* freshTopology({ partitions: 2 })
      const { next, park } = yield* consumer(url, 2)
      const [submission] = batch("poison")
      if (submission === undefined) return assert.fail("no submission")
      yield* park([{ partition: 1, why: "not_stored", submission }])
      const { letters } = yield* listDeadLetters(url)
      assert.deepStrictEqual(
        letters.map(({ commands, partition, reason }) => [partition, reason, commands?.length]),
        [[1, "not_stored", 1]]
      )
      assert.approximately(letters[0]?.at ?? 0, Date.now(), 60_000)
      assert.strictEqual((yield* replayDeadLetters(url, "all")).done.length, 1)
      const messages = yield* next
      assert.deepStrictEqual(
        messages.map(({ isReplayed, partition }) => [nameOf(messages[0] ?? assert.fail()), partition, isReplayed]),
        [["poison", 1, true]]
      )
      yield* ackAll(messages)
      yield* (yield* sender(url, 2))(1, "ordinary")
      const ordinary = yield* next
      assert.deepStrictEqual(
        ordinary.map(({ isReplayed }) => isReplayed),
        [false]
      )
      yield* ackAll(ordinary)
    })
  )

  it.scopedLive("can't be parked where there is no place for them", () =>
    Effect.gen(function* () {
      const url = makeVhost()
      const parked = parkDeadLetters(url, [{ partition: 0, reason: "not_stored", content: Buffer.from("[]") }])
      assert.strictEqual((yield* Effect.flip(parked))._tag, "BrokerProblem")
    })
  )

  it.scopedLive("that a worker can't park are told with what is to be done", () =>
    Effect.gen(function* () {
      const url = yield* freshTopology({ partitions: 1 })
      const { park } = yield* consumer(url, 1)
      yield* onBroker(url, async (channel) => void (await channel.deleteQueue(deadLetters)))
      const [submission] = batch("poison")
      if (submission === undefined) return assert.fail("no submission")
      assert.include(
        String((yield* Effect.flip(park([{ partition: 0, why: "not_stored", submission }]))).cause),
        "run `hibiki setup` once"
      )
    })
  )

  it.scopedLive("stay when their partition is gone", () =>
    Effect.gen(function* () {
      const url = yield* withLetters
      yield* onBroker(url, async (channel) => void (await channel.deleteQueue(partitionQueue(1))))
      const { done, kept } = yield* replayDeadLetters(url, "all")
      assert.deepStrictEqual([done, kept.map(({ why }) => why).sort()], [[], ["missing", "missing", "unreadable"]])
      assert.strictEqual((yield* listDeadLetters(url)).letters.length, 3)
    })
  )

  it.scopedLive("stay when their partition is full, and go back when there is room", () =>
    Effect.gen(function* () {
      const url = yield* freshTopology({ partitions: 1, partitionMax: 3 })
      yield* parkDeadLetters(url, [{ partition: 0, reason: "not_stored", content: encodeSubmissions(batch("back")) }])
      const publish = yield* sender(url, 1)
      // The broker takes some more than the bound before it notices.
      yield* Effect.flip(Effect.forever(publish(0, "full")))
      const names = (yield* listDeadLetters(url)).letters.map(({ name }) => name)
      const replayed = yield* replayDeadLetters(url, "all")
      assert.deepStrictEqual(replayed, {
        done: [],
        kept: names.map((name) => ({ name, why: "refused" as const })),
        unknown: [],
        beyond: 0
      })
      assert.strictEqual((yield* listDeadLetters(url)).letters.length, 1)
      yield* onBroker(url, async (channel) => void (await channel.purgeQueue(partitionQueue(0))))
      assert.deepStrictEqual(
        (yield* Effect.repeat(replayDeadLetters(url, "all"), { until: ({ done }) => done.length > 0 })).done,
        names
      )
    })
  )

  it.scopedLive("are dropped by name, and the others stay", () =>
    Effect.gen(function* () {
      const url = yield* withLetters
      const [first, ...others] = (yield* listDeadLetters(url)).letters
      assert.deepStrictEqual(
        (yield* dropDeadLetters(url, [first?.name ?? ""])).done,
        first === undefined ? [] : [first.name]
      )
      assert.sameMembers(
        (yield* listDeadLetters(url)).letters.map(({ name }) => name),
        others.map(({ name }) => name)
      )
      assert.strictEqual((yield* dropDeadLetters(url, "all")).done.length, 2)
      assert.deepStrictEqual((yield* listDeadLetters(url)).letters, [])
    })
  )
})
