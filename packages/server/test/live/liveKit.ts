/** A database of its own for one live suite, and connections to it. */

import { randomBytes } from "node:crypto"
import * as SqlClient from "@effect/sql/SqlClient"
import { Context, Effect, Layer, Redacted } from "effect"
import { inject } from "vitest"
import type { TableSchema } from "../../src/sql/Migration.ts"
import { migrate } from "../../src/sql/Migrations.ts"
import { ownSchema } from "../../src/sql/ownSchema.ts"
import { sqlPostgres } from "../../src/sql/SqlPostgres.ts"

export class LiveDatabase extends Context.Tag("test/LiveDatabase")<
  LiveDatabase,
  { readonly url: Redacted.Redacted }
>() {}

const clientAt = (url: string, connections = 4) =>
  sqlPostgres({ url: Redacted.make(url), connections, application: "hibiki-test" })

/** Made when the suite begins, with the tables of a schema, and dropped when it ends. */
export const databaseOf = (schema: TableSchema) =>
  Layer.scoped(
    LiveDatabase,
    Effect.gen(function* () {
      const server = inject("postgresUrl")
      const name = `suite_${randomBytes(6).toString("hex")}`
      const admin = (statement: string) =>
        Effect.provide(
          Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe(statement)),
          clientAt(server, 1)
        )
      yield* Effect.acquireRelease(admin(`create database ${name}`), () =>
        Effect.orDie(admin(`drop database ${name} with (force)`))
      )
      const url = new URL(server)
      url.pathname = `/${name}`
      yield* Effect.provide(migrate(schema), clientAt(url.href, 1))
      return { url: Redacted.make(url.href) }
    })
  )

export const freshDatabase = databaseOf(ownSchema)

/** A pool of its own to the suite's database, at each use. */
export const liveClient = (connections = 4) =>
  Layer.unwrapEffect(Effect.map(LiveDatabase, ({ url }) => clientAt(Redacted.value(url), connections)))
