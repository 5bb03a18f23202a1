/** The accounts in memory keep their contracts. */
import { assert, describe, layer } from "@effect/vitest"
import { Clock, Effect, Layer, TestClock } from "effect"
import { AccountsMemory } from "../src/accounts/AccountsMemory.ts"
import { ChatMemory } from "../src/ChatMemory.ts"
import { activitiesContract } from "../src/contracts/ActivitiesContract.ts"
import { adminDirectoryContract } from "../src/contracts/AdminDirectoryContract.ts"
import { auditLogContract } from "../src/contracts/AuditLogContract.ts"
import { devicesContract } from "../src/contracts/DevicesContract.ts"
import { invitesContract } from "../src/contracts/InvitesContract.ts"
import { knownNetworksContract } from "../src/contracts/KnownNetworksContract.ts"
import { presenceCountsContract } from "../src/contracts/PresenceCountsContract.ts"
import { sessionsContract } from "../src/contracts/SessionsContract.ts"
import { usersContract } from "../src/contracts/UsersContract.ts"
import { EventStoreMemory } from "../src/EventStoreMemory.ts"
import { PresenceCountsMemory } from "../src/PresenceCountsMemory.ts"

describe("accounts in memory", () => {
  layer(
    Layer.mergeAll(AccountsMemory, EventStoreMemory, PresenceCountsMemory).pipe(Layer.provideMerge(ChatMemory.layer))
  )((it) => {
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
    auditLogContract({ it, assert })
    adminDirectoryContract({ it, assert })
    presenceCountsContract({ it, assert })
  })
})
