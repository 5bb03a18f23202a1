/** The accounts keep their contracts on PGlite. */
import { assert, describe, layer } from "@effect/vitest"
import { activitiesContract } from "@hibiki/testing/contracts/ActivitiesContract"
import { devicesContract } from "@hibiki/testing/contracts/DevicesContract"
import { invitesContract } from "@hibiki/testing/contracts/InvitesContract"
import { knownNetworksContract } from "@hibiki/testing/contracts/KnownNetworksContract"
import { sessionsContract } from "@hibiki/testing/contracts/SessionsContract"
import { usersContract } from "@hibiki/testing/contracts/UsersContract"
import { Layer } from "effect"
import { EventStoreSql } from "../../src/sql/EventStoreSql.ts"
import { freshPglite } from "../pglite/pgliteKit.ts"
import { AccountsSql } from "./accountsSql.ts"
import { passForRefreshes } from "./passForRefreshes.ts"

describe("accounts on PGlite", () => {
  layer(Layer.mergeAll(AccountsSql, EventStoreSql).pipe(Layer.provideMerge(freshPglite)))((it) => {
    usersContract({ it, assert })
    devicesContract({ it, assert, pass: passForRefreshes })
    invitesContract({ it, assert })
    sessionsContract({ it, assert })
    activitiesContract({ it, assert })
    knownNetworksContract({ it, assert })
  })
})
