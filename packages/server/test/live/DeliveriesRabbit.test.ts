/** Deliveries keep their contract on RabbitMQ, and take whatever one transaction may have to tell. */
import { assert, describe, layer } from "@effect/vitest"
import type { LogEvent } from "@hibiki/core/domain/Event"
import { CommandId, ConversationId, NodeId, UserId } from "@hibiki/core/domain/Ids"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { Deliveries } from "@hibiki/core/ports/Deliveries"
import { EventStore } from "@hibiki/core/ports/EventStore"
import { Routes } from "@hibiki/core/ports/Routes"
import type { Envelope } from "@hibiki/core/ports/Submission"
import { CommitPublisher } from "@hibiki/core/worker/CommitPublisher"
import { ChatMemory } from "@hibiki/testing/ChatMemory"
import { deliveriesContract } from "@hibiki/testing/contracts/DeliveriesContract"
import { EventStoreMemory } from "@hibiki/testing/EventStoreMemory"
import { Cause, Deferred, Effect, Layer, Logger } from "effect"
import { faultsCounted } from "../../../core/test/world/faultsCounted.ts"
import { deliveriesRabbit } from "../../src/rabbit/DeliveriesRabbit.ts"
import { freshVhost, LiveVhost } from "./rabbitKit.ts"

const deliveries = Layer.unwrapEffect(Effect.map(LiveVhost, ({ url }) => deliveriesRabbit({ url })))

describe("Deliveries on RabbitMQ", () => {
  layer(deliveries.pipe(Layer.provide(freshVhost(1))), { excludeTestServices: true })((it) => {
    deliveriesContract({ it, assert })
  })
})

describe("what is announced over RabbitMQ", () => {
  layer(deliveries.pipe(Layer.provide(freshVhost(1))), { excludeTestServices: true })((it) => {
    it.scoped("comes in order though it is more than the broker takes in one message", () =>
      Effect.gen(function* () {
        const node = NodeId.make(yield* makeUuidV7)
        const [log, by] = [ConversationId.make(yield* makeUuidV7), UserId.make(yield* makeUuidV7)]
        const command = CommandId.make(yield* makeUuidV7)
        const came: Array<number> = []
        const done = yield* Deferred.make<void>()
        const { subscribe } = yield* Deliveries
        yield* subscribe(node, "gateway", ({ answers, changes }) => {
          for (const { events } of changes) for (const { seq } of events) came.push(seq)
          if (answers.length > 0) Deferred.unsafeDone(done, Effect.void)
        })
        const routes = Layer.mock(Routes, {
          raise: () => Effect.succeed({ _tag: "Nodes", of: new Map([[log, [node]]]) })
        })
        const ports = Layer.merge(routes, EventStoreMemory.pipe(Layer.provide(ChatMemory.layer)))
        const publisher = yield* Effect.provide(CommitPublisher, CommitPublisher.Default.pipe(Layer.provide(ports)))
        // 24 MB of JSON.
        const text = "\u0001".repeat(4_000)
        const events = Array.from(
          { length: 1_000 },
          (_, i): LogEvent => ({ kind: "posted", seq: i + 1, id: command, by, at: 1, text })
        )
        const answer = { key: "k", log, result: { _tag: "Decided", outcomes: [] } } as const
        yield* publisher.announce([{ log, head: 1_000, events }], [{ to: node, answer }])
        yield* Deferred.await(done)
        assert.deepStrictEqual(
          came,
          Array.from({ length: 1_000 }, (_, i) => i + 1)
        )
      })
    )

    it.scoped("goes on to a receiver that threw, and why it did is logged once a second at most", () => {
      const logged: Array<string> = []
      const logger = Logger.make(({ cause, message }) => void logged.push(`${String(message)} ${Cause.pretty(cause)}`))
      return Effect.gen(function* () {
        const node = NodeId.make(yield* makeUuidV7)
        const came: Array<string> = []
        const done = yield* Deferred.make<void>()
        const { publish, subscribe } = yield* Deliveries
        yield* subscribe(node, "gateway", ({ answers: [answer] }) => {
          came.push(answer?.key ?? "")
          if (answer?.key !== "last") throw new Error("a bug of the receiver")
          Deferred.unsafeDone(done, Effect.void)
        })
        const log = ConversationId.make(yield* makeUuidV7)
        const { epoch } = yield* Effect.provide(EventStore, EventStoreMemory.pipe(Layer.provide(ChatMemory.layer)))
        const envelope = (key: string, number: number): Envelope => ({
          ...{ v: 1, worker: node, number, after: number - 1, headsRaised: true, epoch, changes: [] },
          answers: [{ key, log, result: { _tag: "Decided", outcomes: [] } }]
        })
        const before = yield* faultsCounted
        yield* publish(["first", "second", "last"].map((key, i) => ({ to: node, envelope: envelope(key, i + 1) })))
        yield* Deferred.await(done)
        assert.deepStrictEqual(came, ["first", "second", "last"])
        assert.strictEqual(logged.filter((line) => line.includes("a bug of the receiver")).length, 1)
        assert.strictEqual((yield* faultsCounted) - before, 1)
      }).pipe(Effect.provide(Logger.replace(Logger.defaultLogger, logger)))
    })
  })
})
