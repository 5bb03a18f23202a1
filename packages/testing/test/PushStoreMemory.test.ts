import { assert, describe, layer } from "@effect/vitest"
import { DeviceId, type UserId } from "@hibiki/core/domain/Ids"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { Effect, Layer, TestClock } from "effect"
import { addMemoryUser, blockMemoryUser, ChatMemory } from "../src/ChatMemory.ts"
import { pushStoreContract } from "../src/contracts/PushStoreContract.ts"
import { EventStoreMemory } from "../src/EventStoreMemory.ts"
import { PushStoreMemory } from "../src/PushStoreMemory.ts"

const makeDevice = (user: UserId) =>
  Effect.gen(function* () {
    const device = DeviceId.make(yield* makeUuidV7)
    yield* (yield* ChatMemory).addDevice(user, device, 1)
    return device
  })
const revokeDevice = (device: DeviceId) => Effect.flatMap(ChatMemory, (memory) => memory.revokeDevice(device))

describe("what is owed to whom, in memory", () => {
  layer(Layer.provideMerge(Layer.merge(PushStoreMemory, EventStoreMemory), ChatMemory.layer))((it) => {
    pushStoreContract({
      it,
      assert,
      makeUser: addMemoryUser,
      block: blockMemoryUser,
      makeDevice,
      revokeDevice,
      setClock: TestClock.setTime
    })
  })
})
