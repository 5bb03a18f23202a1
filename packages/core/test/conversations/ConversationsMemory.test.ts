import { assert, layer } from "@effect/vitest"
import { ChatMemory, ConversationsMemory, EventStoreMemory } from "@hibiki/core/testing"
import { addMemoryUser, blockMemoryUser, hideMemoryUser } from "@hibiki/core/testing/ChatMemory"
import { conversationsContract } from "@hibiki/core/testing/contracts/ConversationsContract"
import { Layer, TestClock } from "effect"

const Memory = Layer.mergeAll(EventStoreMemory, ConversationsMemory).pipe(Layer.provideMerge(ChatMemory.layer))

layer(Memory)("Conversations in memory", (it) =>
  conversationsContract({
    it,
    assert,
    makeUser: addMemoryUser,
    hide: hideMemoryUser,
    block: blockMemoryUser,
    setClock: TestClock.setTime
  })
)
