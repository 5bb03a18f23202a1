import { Client } from "pg"
import { assert, describe, inject, it } from "vitest"
import { waitFor } from "../e2e/harness.ts"
import { Cluster } from "./Cluster.ts"
import { emptyDatabase } from "./emptyDatabase.ts"

describe("the workers of a cluster", () => {
  it("forget what is to be forgotten, also when several begin at once", async () => {
    const databaseUrl = await emptyDatabase(inject("postgresUrl"))
    const cluster = new Cluster({ databaseUrl, rabbit: inject("rabbit"), redisUrl: inject("redisUrl") })
    const client = new Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000, query_timeout: 10_000 })
    try {
      await cluster.setUp()
      await client.connect()
      const days = (count: number) => Date.now() - count * 86_400_000
      await client.query(`with log as (insert into conversations (id, kind) values (gen_random_uuid(), 'group') returning id)
        insert into decisions (conversation_id, id, by_user, code, at)
        select log.id, gen_random_uuid(), gen_random_uuid(), 'withdrawn', case when n <= 1200 then ${days(31)} else ${days(29)} end
        from log, generate_series(1, 1203) n`)
      await Promise.all([cluster.start("worker"), cluster.start("worker")])
      const left = async () => {
        const { rows } = (await client.query("select count(*)::int as left from decisions")) as {
          readonly rows: ReadonlyArray<{ left: number }>
        }
        return rows[0]?.left
      }
      await waitFor("the old ones to be gone", async () => (await left()) === 3)
      assert.strictEqual(await left(), 3)
    } finally {
      client.end(() => undefined)
      await cluster.stop()
    }
  })
})
