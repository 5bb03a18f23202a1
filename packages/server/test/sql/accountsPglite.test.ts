/** The accounts keep their contracts on PGlite. */
import { assert, describe, layer } from "@effect/vitest"
import { activitiesContract } from "@hibiki/testing/contracts/ActivitiesContract"
import { adminDirectoryContract } from "@hibiki/testing/contracts/AdminDirectoryContract"
import { auditLogContract } from "@hibiki/testing/contracts/AuditLogContract"
import { devicesContract } from "@hibiki/testing/contracts/DevicesContract"
import { invitesContract } from "@hibiki/testing/contracts/InvitesContract"
import { knownNetworksContract } from "@hibiki/testing/contracts/KnownNetworksContract"
import { presenceCountsContract } from "@hibiki/testing/contracts/PresenceCountsContract"
import { sessionsContract } from "@hibiki/testing/contracts/SessionsContract"
import { usersContract } from "@hibiki/testing/contracts/UsersContract"
import { Layer } from "effect"
import { EventStoreSql } from "../../src/sql/EventStoreSql.ts"
import { PresenceCountsSql } from "../../src/sql/PresenceCountsSql.ts"
import { freshPglite } from "../pglite/pgliteKit.ts"
import { AccountsSql } from "./accountsSql.ts"
import { passForRefreshes } from "./passForRefreshes.ts"

describe("accounts on PGlite", () => {
  layer(Layer.mergeAll(AccountsSql, EventStoreSql, PresenceCountsSql).pipe(Layer.provideMerge(freshPglite)))((it) => {
    usersContract({ it, assert })
    devicesContract({ it, assert, pass: passForRefreshes })
    invitesContract({ it, assert })
    sessionsContract({ it, assert })
    activitiesContract({ it, assert })
    knownNetworksContract({ it, assert })
    auditLogContract({ it, assert })
    adminDirectoryContract({ it, assert })
    presenceCountsContract({ it, assert })
  })
})
