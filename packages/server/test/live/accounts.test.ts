/** The accounts keep their contracts on Postgres, where parallel calls are parallel. */
import { assert, describe, layer } from "@effect/vitest"
import { devicesContract } from "@hibiki/core/testing/contracts/DevicesContract"
import { invitesContract } from "@hibiki/core/testing/contracts/InvitesContract"
import { sessionsContract } from "@hibiki/core/testing/contracts/SessionsContract"
import { usersContract } from "@hibiki/core/testing/contracts/UsersContract"
import { Layer } from "effect"
import { AccountsSql } from "../../src/backends/AccountsSql.ts"
import { EventStoreSql } from "../../src/messages/EventStoreSql.ts"
import { freshDatabase, liveClient } from "./liveKit.ts"

describe("accounts on Postgres", () => {
  layer(Layer.mergeAll(AccountsSql, EventStoreSql).pipe(Layer.provideMerge(liveClient(8)), Layer.provideMerge(freshDatabase)), {
    timeout: 60_000
  })((it) => {
    usersContract({ it, assert })
    devicesContract({ it, assert })
    invitesContract({ it, assert })
    sessionsContract({ it, assert })
  })
})
