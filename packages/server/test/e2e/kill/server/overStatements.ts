/** A database with something put over its statements. */
import * as Reactivity from "@effect/experimental/Reactivity"
import * as SqlClient from "@effect/sql/SqlClient"
import type { Connection } from "@effect/sql/SqlConnection"
import type { SqlError } from "@effect/sql/SqlError"
import { makeCompiler } from "@effect/sql-pg/PgClient"
import { Context, Effect, Layer } from "effect"
import { AppendBackend } from "../../../../src/sql/AppendBackend.ts"
import { appendInTransaction } from "../../../../src/sql/appendInTransaction.ts"

/** Runs one statement, or does something else. `connection` is the database's own. */
export type OverStatement = <A>(
  connection: Connection,
  sql: string,
  params: ReadonlyArray<unknown>,
  run: Effect.Effect<A, SqlError>
) => Effect.Effect<A, SqlError>

/** Where the database has a way of its own to append, that goes by statements as well. */
export const overStatements = <Own, E>(
  database: Layer.Layer<Own | SqlClient.SqlClient, E>,
  over: OverStatement
): Layer.Layer<Own | SqlClient.SqlClient, E> =>
  Layer.effectContext(
    Effect.gen(function* () {
      const { reserve } = yield* SqlClient.SqlClient
      const acquirer = Effect.map(reserve, (connection) => watched(connection, over))
      const sql = yield* SqlClient.make({
        acquirer,
        transactionAcquirer: acquirer,
        compiler: makeCompiler(),
        spanAttributes: []
      })
      return Context.make(SqlClient.SqlClient, sql).pipe(
        Context.add(AppendBackend, { append: appendInTransaction(sql) })
      )
    })
  ).pipe(Layer.provide(Reactivity.layer), Layer.provideMerge(database))

const watched = (connection: Connection, over: OverStatement): Connection => ({
  ...connection,
  execute: (sql, params, transform) => over(connection, sql, params, connection.execute(sql, params, transform)),
  executeUnprepared: (sql, params, transform) =>
    over(connection, sql, params, connection.executeUnprepared(sql, params, transform)),
  executeRaw: (sql, params) => over(connection, sql, params, connection.executeRaw(sql, params)),
  executeValues: (sql, params) => over(connection, sql, params, connection.executeValues(sql, params))
})
