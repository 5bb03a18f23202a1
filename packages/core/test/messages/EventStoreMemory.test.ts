import { assert, describe, layer } from "@effect/vitest"
import { addMemoryUser, ChatMemory } from "@hibiki/core/testing/ChatMemory"
import { eventStoreContract, setAsideContract } from "@hibiki/core/testing/contracts/EventStoreContract"
import { EventStoreMemory } from "@hibiki/core/testing/EventStoreMemory"
import { Effect, Layer } from "effect"

describe("EventStore in memory", () => {
  layer(Layer.provideMerge(EventStoreMemory, ChatMemory.layer))("contract", (it) => {
    eventStoreContract({ it, assert, makeUser: addMemoryUser })
    setAsideContract({ it, assert, makeUser: addMemoryUser, hold: (log) => Effect.flatMap(ChatMemory, (memory) => memory.hold(log)) })
  })
})
