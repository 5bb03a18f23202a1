/** The logs keep their contract on Postgres, where a log can be locked from elsewhere too. */
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, layer } from "@effect/vitest"
import type { ConversationId } from "@hibiki/core/domain/Ids"
import { eventStoreContract, setAsideContract } from "@hibiki/testing/contracts/EventStoreContract"
import { Effect, Layer } from "effect"
import { EventStoreSql } from "../../src/sql/EventStoreSql.ts"
import { addSqlUser, blockSqlUser, setSqlClock } from "../sql/sqlUsers.ts"
import { freshDatabase, liveClient } from "./liveKit.ts"

const hold = (log: ConversationId) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const connection = yield* sql.reserve
    yield* connection.executeUnprepared("begin", [], undefined)
    yield* Effect.addFinalizer(() => Effect.orDie(connection.executeUnprepared("rollback", [], undefined)))
    yield* connection.execute("select from conversations where id = $1 for update", [log], undefined)
  })

describe("the logs on Postgres", () => {
  layer(EventStoreSql.pipe(Layer.provideMerge(liveClient()), Layer.provideMerge(freshDatabase)))((it) => {
    eventStoreContract({ it, assert, makeUser: addSqlUser, block: blockSqlUser, setClock: setSqlClock })
    setAsideContract({ it, assert, makeUser: addSqlUser, block: blockSqlUser, setClock: setSqlClock, hold })
  })
})
