import { assert, describe, layer } from "@effect/vitest"
import { Effect, Layer, TestClock } from "effect"
import { DeviceId, type UserId } from "../../src/domain/Ids.ts"
import { makeUuidV7 } from "../../src/domain/Uuid.ts"
import { addMemoryUser, blockMemoryUser, ChatMemory } from "../../src/testing/ChatMemory.ts"
import { pushStoreContract } from "../../src/testing/contracts/PushStoreContract.ts"
import { EventStoreMemory } from "../../src/testing/EventStoreMemory.ts"
import { PushStoreMemory } from "../../src/testing/PushStoreMemory.ts"

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
