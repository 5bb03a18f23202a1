/** Two processes' stores on one database, stopped and let go between the steps of an append. */
import * as SqlClient from "@effect/sql/SqlClient"
import type { Command, CommandBody } from "@hibiki/core/commands/Command"
import {
  CommandId,
  type ConversationId,
  ConversationId as ConversationIdSchema,
  type UserId
} from "@hibiki/core/domain/Ids"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { EventStore } from "@hibiki/core/ports/EventStore"
import { Context, Effect, Layer } from "effect"
import { EventStoreSql } from "../../src/sql/EventStoreSql.ts"
import { addSqlUser } from "../sql/sqlUsers.ts"
import { loads, pauseKey } from "./appendMutants.ts"
import { liveClient } from "./liveKit.ts"

/** A store with one connection of its own, as another process has. */
export const anotherStore = Effect.map(Layer.build(Layer.provideMerge(EventStoreSql, liveClient(1))), (context) => ({
  store: Context.get(context, EventStore),
  sql: Context.get(context, SqlClient.SqlClient)
}))

/** One that stops before the lock while the door is shut. */
export const pausingStore = Effect.tap(anotherStore, ({ sql }) => sql.unsafe("set test.pause = 'on'"))

/** Puts this function in the place of `load_batch`, for all connections. */
export const install = (source: string) => Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe(source))

/** A door that is shut now; `open` lets through who waits. */
export const shutDoor = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const connection = yield* sql.reserve
  yield* connection.execute("select pg_advisory_lock($1)", [pauseKey], undefined)
  const open = connection.execute("select pg_advisory_unlock_all()", [], undefined)
  yield* Effect.addFinalizer(() => Effect.orDie(open))
  return { open }
})

/** Done when so many sessions wait for a lock: an advisory one is the door, a transaction's is a row. */
export const someWait = (locktype: "advisory" | "transactionid", count = 1) =>
  Effect.flatMap(
    SqlClient.SqlClient,
    (sql) =>
      sql<{
        n: number
      }>`select count(*)::int as n from pg_locks where locktype = ${locktype} and not granted and (database is null or database = (select oid from pg_database where datname = current_database()))`
  ).pipe(Effect.repeat({ until: ([row]) => (row?.n ?? 0) >= count }))

/** A user whom no other test knows. */
export const newUser = Effect.flatMap(makeUuidV7, (handle) => addSqlUser(handle))

/** A group with an owner and a member, made with `load_batch` as it is. */
export const makeGroup = Effect.gen(function* () {
  yield* install(loads.right)
  const [ann, bob] = [yield* newUser, yield* newUser]
  const log = ConversationIdSchema.make(yield* makeUuidV7)
  const { store } = yield* anotherStore
  yield* store.append([
    yield* command(store, ann, log, {
      kind: "create",
      conversationKind: "group",
      title: "t",
      history: "all",
      members: [bob]
    })
  ])
  return { ann, bob, log }
})

export const command = (
  store: typeof EventStore.Service,
  by: UserId,
  log: ConversationId,
  body: CommandBody
): Effect.Effect<Command> =>
  Effect.map(makeUuidV7, (id) => ({ log, id: CommandId.make(id), by, device: null, epoch: store.epoch, body }))

export const kindsOf = (store: typeof EventStore.Service, log: ConversationId) =>
  Effect.map(store.after(log, 0, 1_000), ({ events }) => events.map(({ by, kind, seq }) => ({ seq, kind, by })))
