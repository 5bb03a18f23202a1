/** The accounts in memory keep their contracts. */
import { assert, describe, layer } from "@effect/vitest"
import { AccountsMemory } from "@hibiki/core/testing/accounts/AccountsMemory"
import { ChatMemory } from "@hibiki/core/testing/ChatMemory"
import { activitiesContract } from "@hibiki/core/testing/contracts/ActivitiesContract"
import { devicesContract } from "@hibiki/core/testing/contracts/DevicesContract"
import { invitesContract } from "@hibiki/core/testing/contracts/InvitesContract"
import { knownNetworksContract } from "@hibiki/core/testing/contracts/KnownNetworksContract"
import { sessionsContract } from "@hibiki/core/testing/contracts/SessionsContract"
import { usersContract } from "@hibiki/core/testing/contracts/UsersContract"
import { EventStoreMemory } from "@hibiki/core/testing/EventStoreMemory"
import { Clock, Effect, Layer, TestClock } from "effect"

describe("accounts in memory", () => {
  layer(Layer.mergeAll(AccountsMemory, EventStoreMemory).pipe(Layer.provideMerge(ChatMemory.layer)))((it) => {
    usersContract({ it, assert })
    devicesContract({
      it,
      assert,
      pass: (ms) => Effect.flatMap(Clock.currentTimeMillis, (now) => TestClock.setTime(now + ms))
    })
    invitesContract({ it, assert })
    sessionsContract({ it, assert })
    activitiesContract({ it, assert })
    knownNetworksContract({ it, assert })
  })
})
