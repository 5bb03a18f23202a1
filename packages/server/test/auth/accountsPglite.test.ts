/** The accounts keep their contracts on PGlite. */
import { assert, describe, layer } from "@effect/vitest"
import { activitiesContract } from "@hibiki/core/testing/contracts/ActivitiesContract"
import { devicesContract } from "@hibiki/core/testing/contracts/DevicesContract"
import { invitesContract } from "@hibiki/core/testing/contracts/InvitesContract"
import { knownNetworksContract } from "@hibiki/core/testing/contracts/KnownNetworksContract"
import { sessionsContract } from "@hibiki/core/testing/contracts/SessionsContract"
import { usersContract } from "@hibiki/core/testing/contracts/UsersContract"
import { Layer } from "effect"
import { EventStoreSql } from "../../src/messages/EventStoreSql.ts"
import { freshPglite } from "../backends/pgliteKit.ts"
import { AccountsSql } from "./accountsSql.ts"
import { passForRefreshes } from "./passForRefreshes.ts"

describe("accounts on PGlite", () => {
  layer(Layer.mergeAll(AccountsSql, EventStoreSql).pipe(Layer.provideMerge(freshPglite)), { timeout: 60_000 })((it) => {
    usersContract({ it, assert })
    devicesContract({ it, assert, pass: passForRefreshes })
    invitesContract({ it, assert })
    sessionsContract({ it, assert })
    activitiesContract({ it, assert })
    knownNetworksContract({ it, assert })
  })
})
