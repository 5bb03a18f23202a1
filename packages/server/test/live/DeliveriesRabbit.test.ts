/** Deliveries keep their contract on RabbitMQ. */
import { assert, describe, layer } from "@effect/vitest"
import { deliveriesContract } from "@hibiki/core/testing/contracts/DeliveriesContract"
import { Effect, Layer } from "effect"
import { deliveriesRabbit } from "../../src/messages/DeliveriesRabbit.ts"
import { freshVhost, LiveVhost } from "./rabbitKit.ts"

const deliveries = Layer.unwrapEffect(Effect.map(LiveVhost, ({ url }) => deliveriesRabbit({ url })))

describe("Deliveries on RabbitMQ", () => {
  layer(deliveries.pipe(Layer.provide(freshVhost(1))), { timeout: 60_000, excludeTestServices: true })((it) => {
    deliveriesContract({ it, assert })
  })
})
