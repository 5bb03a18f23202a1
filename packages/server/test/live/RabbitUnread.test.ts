/** A batch in which one command is of a newer version: the others are decided, and it alone waits for a person. */
import { assert, describe, it } from "@effect/vitest"
import { ConversationId, NodeId } from "@hibiki/core/domain/Ids"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { DeliveriesInProcess } from "@hibiki/core/inprocess/DeliveriesInProcess"
import { PushQueueInProcess } from "@hibiki/core/inprocess/PushQueueInProcess"
import { RoutesInProcess } from "@hibiki/core/inprocess/RoutesInProcess"
import { Deliveries } from "@hibiki/core/ports/Deliveries"
import { EventStore } from "@hibiki/core/ports/EventStore"
import type { Answer } from "@hibiki/core/ports/Submission"
import { CommitPublisher } from "@hibiki/core/worker/CommitPublisher"
import { WorkerLayer } from "@hibiki/core/worker/Worker"
import { addMemoryUser, ChatMemory } from "@hibiki/testing/ChatMemory"
import { EventStoreMemory } from "@hibiki/testing/EventStoreMemory"
import { Effect, Layer, type Redacted } from "effect"
import { ingressConsumerRabbit } from "../../src/rabbit/IngressRabbit.ts"
import { listDeadLetters, replayDeadLetters } from "../../src/rabbit/RabbitDeadLetters.ts"
import { deadLetters, partitionQueue } from "../../src/rabbit/RabbitTopology.ts"
import { batch, consumer, freshTopology, nameOf, onBroker } from "./rabbitKit.ts"

/** A worker on the broker, over a store in memory, and what it answers. */
const startWorker = (url: Redacted.Redacted) =>
  Effect.gen(function* () {
    const ports = Layer.mergeAll(
      EventStoreMemory.pipe(Layer.provideMerge(ChatMemory.layer)),
      RoutesInProcess,
      DeliveriesInProcess,
      PushQueueInProcess,
      ingressConsumerRabbit({ url, partitions: 1, worker: "one" })
    )
    const context = yield* Layer.build(
      WorkerLayer.pipe(Layer.provideMerge(CommitPublisher.Default), Layer.provideMerge(ports))
    )
    const by = yield* Effect.provide(addMemoryUser("ann"), context)
    const { epoch } = yield* Effect.provide(EventStore, context)
    const to = NodeId.make(yield* makeUuidV7)
    const answers: Array<readonly [key: string, outcome: string]> = []
    const { subscribe } = yield* Effect.provide(Deliveries, context)
    yield* subscribe(
      to,
      "api",
      (envelope) => void answers.push(...envelope.answers.map(({ key, result }) => [key, told(result)] as const))
    )
    const submission = (key: string, body: unknown) =>
      Effect.gen(function* () {
        const [log, id] = [ConversationId.make(yield* makeUuidV7), yield* makeUuidV7]
        return { v: 1, to, key, log, commands: [{ log, id, by, device: null, epoch, body }] }
      })
    return { answers, submission }
  })

const told = (result: Answer["result"]) =>
  result._tag === "Busy" ? result.code : result.outcomes.map((each) => each.result._tag).join()

const create = { kind: "create", conversationKind: "group", title: "Tea", history: "all", members: [] }
const newerBody = { kind: "newer", target: 1, text: "お茶" }

const publish = (url: Redacted.Redacted, queue: string, content: unknown) =>
  onBroker(
    url,
    async (channel) => void channel.sendToQueue(queue, Buffer.from(JSON.stringify(content)), { persistent: true })
  )

const until = (isTrue: () => boolean) =>
  Effect.sleep("5 millis").pipe(Effect.repeat({ until: isTrue }), Effect.timeout("2 minutes"))

const rawLetters = (url: Redacted.Redacted) =>
  onBroker(url, async (channel) => {
    const letters: Array<unknown> = []
    for (let letter = await channel.get(deadLetters); letter !== false; letter = await channel.get(deadLetters)) {
      letters.push(JSON.parse(letter.content.toString()))
    }
    return letters
  })

describe("a command of a newer version", () => {
  it.scopedLive("is parked alone and answered, and those that came with it are decided", () =>
    Effect.gen(function* () {
      const url = yield* freshTopology({ partitions: 1 })
      const worker = yield* Effect.scoped(
        Effect.gen(function* () {
          const { answers, submission } = yield* startWorker(url)
          const [first, newer, last] = [
            yield* submission("first", create),
            yield* submission("newer", newerBody),
            yield* submission("last", create)
          ]
          const nobodys = { ...newer, to: "nobody" }
          yield* publish(url, partitionQueue(0), [first, newer, nobodys, last])
          yield* until(() => answers.length >= 3)
          assert.deepStrictEqual(answers, [
            ["first", "Accepted"],
            ["last", "Accepted"],
            ["newer", "unknown"]
          ])
          // Its sender tries again.
          yield* publish(url, partitionQueue(0), [{ ...newer, key: "again" }])
          yield* until(() => answers.length >= 4)
          assert.deepStrictEqual(answers.at(-1), ["again", "unknown"])
          return { newer, nobodys }
        })
      )
      // Nothing is given back when the worker ends: the batches were acknowledged.
      const { next } = yield* consumer(url, 1)
      yield* publish(url, partitionQueue(0), batch("after"))
      assert.deepStrictEqual((yield* next).map(nameOf), ["after"])
      assert.deepStrictEqual(yield* rawLetters(url), [[worker.newer], [worker.nobodys]])
    })
  )

  it.scopedLive(
    "is told of in the dead letters as far as it can be read, and stays there until a version reads it",
    () =>
      Effect.gen(function* () {
        const url = yield* freshTopology({ partitions: 1 })
        const { answers, submission } = yield* startWorker(url)
        const newer = yield* submission("newer", newerBody)
        yield* publish(url, partitionQueue(0), [newer])
        yield* until(() => answers.length > 0)
        const { letters } = yield* listDeadLetters(url, true)
        const id = newer.commands[0]?.id ?? ""
        assert.deepStrictEqual(
          letters.map(({ commands, isReadable, partition, reason }) => ({ commands, isReadable, partition, reason })),
          [
            {
              commands: [{ log: newer.log, id, kind: "newer", isReadable: false }],
              isReadable: false,
              partition: 0,
              reason: "rejected"
            }
          ]
        )
        const [name = ""] = letters.map((letter) => letter.name)
        assert.deepStrictEqual((yield* replayDeadLetters(url, [id])).kept, [{ name, why: "unreadable" }])
      })
  )

  it.scopedLive("that lies in a letter with others stays, parked anew, when they are replayed", () =>
    Effect.gen(function* () {
      const url = yield* freshTopology({ partitions: 1 })
      const { answers, submission } = yield* startWorker(url)
      const [sound, newer] = [yield* submission("sound", create), yield* submission("newer", newerBody)]
      // Known already when it is replayed.
      yield* publish(url, partitionQueue(0), [newer])
      yield* until(() => answers.length === 1)
      yield* onBroker(url, async (channel) => {
        const headers = { "x-first-death-queue": partitionQueue(0), "x-first-death-reason": "rejected" }
        channel.sendToQueue(deadLetters, Buffer.from(JSON.stringify([sound, newer])), { persistent: true, headers })
      })
      const both = (yield* listDeadLetters(url)).letters.find(({ commands }) => commands?.length === 2)
      assert.deepStrictEqual(
        [both?.isReadable, both?.commands?.map(({ isReadable }) => isReadable)],
        [true, [true, false]]
      )
      assert.deepStrictEqual((yield* replayDeadLetters(url, [both?.name ?? ""])).done, [both?.name ?? ""])
      yield* until(() => answers.length === 3)
      assert.deepStrictEqual(answers.slice(1), [
        ["sound", "Accepted"],
        ["newer", "unknown"]
      ])
      assert.deepStrictEqual(yield* rawLetters(url), [[newer], [newer]])
    })
  )
})
