import { assert, layer } from "@effect/vitest"
import { addMemoryUser, ChatMemory } from "@hibiki/core/testing/ChatMemory"
import { ConversationsMemory } from "@hibiki/core/testing/ConversationsMemory"
import { conversationsContract } from "@hibiki/core/testing/contracts/ConversationsContract"
import { EventStoreMemory } from "@hibiki/core/testing/EventStoreMemory"
import { Layer } from "effect"

const Memory = Layer.mergeAll(EventStoreMemory, ConversationsMemory).pipe(Layer.provideMerge(ChatMemory.layer))

layer(Memory)("Conversations in memory", (it) => conversationsContract({ it, assert, makeUser: addMemoryUser }))
