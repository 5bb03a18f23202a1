import { assert, layer } from "@effect/vitest"
import { Layer, TestClock } from "effect"
import { addMemoryUser, blockMemoryUser, hideMemoryUser } from "../src/ChatMemory.ts"
import { conversationsContract } from "../src/contracts/ConversationsContract.ts"
import { ChatMemory, ConversationsMemory, EventStoreMemory } from "../src/index.ts"

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
