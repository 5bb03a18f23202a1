/** A port is replaced by the few answers that the test is about: `Layer.mock` dies on any method that was not given. */
import { assert, it } from "@effect/vitest"
import { CommandId, ConversationId, UserId } from "@hibiki/core/domain/Ids"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { CommandClient, CommandClientLive } from "@hibiki/core/ingress/CommandClient"
import { DeliveriesInProcess } from "@hibiki/core/inprocess/DeliveriesInProcess"
import { Ingress, IngressUnavailable } from "@hibiki/core/ports/Ingress"
import { ChatMemory, EventStoreMemory } from "@hibiki/testing"
import { Effect, Layer } from "effect"

const FullIngress = Layer.mock(Ingress, {
  partitions: 1,
  publish: () => Effect.fail(new IngressUnavailable({ code: "busy", retryAfterMs: 700 }))
})

const Client = CommandClientLive.pipe(
  Layer.provide([FullIngress, DeliveriesInProcess, EventStoreMemory.pipe(Layer.provide(ChatMemory.layer))])
)

it.effect("a caller is told when to try again while the ingress is full", () =>
  Effect.gen(function* () {
    const client = yield* CommandClient
    const error = yield* client
      .run({
        log: ConversationId.make(yield* makeUuidV7),
        id: CommandId.make(yield* makeUuidV7),
        by: UserId.make(yield* makeUuidV7),
        device: null,
        body: { kind: "post", text: "tea?" }
      })
      .pipe(Effect.flip)
    assert.strictEqual(error._tag, "Unavailable")
    assert.strictEqual(error._tag === "Unavailable" && error.retryAfterMs, 700)
  }).pipe(Effect.provide(Client))
)
