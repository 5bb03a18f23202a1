/** No table is forgotten: each is in an export, or known to hold nothing that lasts. */

import * as SqlClient from "@effect/sql/SqlClient"
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { storeTables } from "../../../src/cli/data/ExportFormat.ts"
import { freshPglite } from "../../pglite/pgliteKit.ts"

/**
 * The epoch has a line of its own, the version stands in the header, tickets and links for a new password are good for minutes, pushes are owed
 * again by what is posted next, the process that counts people is another one, and what happened to accounts happened to them there.
 */
const others = [
  "store_meta",
  "schema_version",
  "tickets",
  "push_due",
  "push_looks",
  "push_records",
  "account_activities",
  "password_resets",
  "presence_collector"
]

layer(freshPglite)("the tables of an export", (it) => {
  it.effect("are all that keep anything, each in the order of its primary key", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const found = yield* sql<{ readonly name: string; readonly key: ReadonlyArray<string> }>`
        select c.relname as name, (
          select array_agg(a.attname::text order by k.n) from pg_index i
            cross join lateral unnest(i.indkey) with ordinality k(attnum, n)
            join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
            where i.indrelid = c.oid and i.indisprimary
        ) as key
        from pg_class c where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace order by 1`
      const exported = storeTables
        .map(({ key, name }) => ({ name, key: [...key] }))
        .sort((a, b) => (a.name < b.name ? -1 : 1))
      assert.deepStrictEqual(
        found.filter(({ name }) => !others.includes(name)),
        exported
      )
    })
  )
})
