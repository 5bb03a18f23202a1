/** The logs keep their contract on PGlite. */
import { assert, describe, layer } from "@effect/vitest"
import { eventStoreContract } from "@hibiki/testing/contracts/EventStoreContract"
import { Layer } from "effect"
import { EventStoreSql } from "../../src/sql/EventStoreSql.ts"
import { freshPglite } from "../pglite/pgliteKit.ts"
import { addSqlUser, blockSqlUser, setSqlClock } from "./sqlUsers.ts"

describe("the logs on PGlite", () => {
  layer(Layer.provideMerge(EventStoreSql, freshPglite))((it) => {
    eventStoreContract({ it, assert, makeUser: addSqlUser, block: blockSqlUser, setClock: setSqlClock })
  })
})
