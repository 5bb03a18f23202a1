/** Deliveries keep their contract on RabbitMQ, and take whatever one transaction may have to tell. */
import { assert, describe, layer } from "@effect/vitest"
import { Routes } from "@hibiki/core/conversations/Routes"
import type { LogEvent } from "@hibiki/core/domain/Event"
import { CommandId, ConversationId, NodeId, UserId } from "@hibiki/core/domain/Ids"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { Announcer } from "@hibiki/core/messages/Announcer"
import { Deliveries } from "@hibiki/core/messages/Deliveries"
import { ChatMemory } from "@hibiki/core/testing/ChatMemory"
import { deliveriesContract } from "@hibiki/core/testing/contracts/DeliveriesContract"
import { EventStoreMemory } from "@hibiki/core/testing/EventStoreMemory"
import { Deferred, Effect, Layer } from "effect"
import { deliveriesRabbit } from "../../src/messages/DeliveriesRabbit.ts"
import { freshVhost, LiveVhost } from "./rabbitKit.ts"

const deliveries = Layer.unwrapEffect(Effect.map(LiveVhost, ({ url }) => deliveriesRabbit({ url })))

describe("Deliveries on RabbitMQ", () => {
  layer(deliveries.pipe(Layer.provide(freshVhost(1))), { timeout: 60_000, excludeTestServices: true })((it) => {
    deliveriesContract({ it, assert })
  })
})

describe("what is announced over RabbitMQ", () => {
  layer(deliveries.pipe(Layer.provide(freshVhost(1))), { timeout: 60_000, excludeTestServices: true })((it) => {
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
        const routes = Layer.mock(Routes, { raise: () => Effect.succeed({ _tag: "Nodes", of: new Map([[log, [node]]]) }) })
        const ports = Layer.merge(routes, EventStoreMemory.pipe(Layer.provide(ChatMemory.layer)))
        const announcer = yield* Effect.provide(Announcer, Announcer.Default.pipe(Layer.provide(ports)))
        // 24 MB of JSON.
        const text = "\u0001".repeat(4_000)
        const events = Array.from({ length: 1_000 }, (_, i): LogEvent => ({ kind: "posted", seq: i + 1, id: command, by, at: 1, text }))
        const answer = { key: "k", log, result: { _tag: "Decided", outcomes: [] } } as const
        yield* announcer.announce([{ log, head: 1_000, events }], [{ to: node, answer }])
        yield* Deferred.await(done)
        assert.deepStrictEqual(
          came,
          Array.from({ length: 1_000 }, (_, i) => i + 1)
        )
      })
    )
  })
})
