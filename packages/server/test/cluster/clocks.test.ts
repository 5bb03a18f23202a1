import { Client } from "pg"
import { assert, describe, inject, it } from "vitest"
import { bin } from "../e2e/harness.ts"
import { call, register, signIn } from "../e2e/kill/api.ts"
import { Cluster, type Role } from "./Cluster.ts"
import { emptyDatabase } from "./emptyDatabase.ts"
import { makeGroup } from "./TestDevice.ts"

const hours = 3_600_000

/** The built program on a machine whose clock is wrong by so much, from its start on. */
const withClock = (role: Role, wrongMs: number) => {
  const code = `const now = Date.now
Date.now = () => now() + ${wrongMs}
globalThis.Date = new Proxy(Date, { construct: (of, given) => Reflect.construct(of, given.length === 0 ? [Date.now()] : given) })`
  return { program: ["--import", `data:text/javascript,${encodeURIComponent(code)}`, bin, role] }
}

describe("processes whose machines have wrong clocks", () => {
  it("sign nobody out, let nobody in whose token has ended, and show true times", async () => {
    const databaseUrl = await emptyDatabase(inject("postgresUrl"))
    const cluster = new Cluster({ databaseUrl, rabbit: inject("rabbit"), redisUrl: inject("redisUrl") })
    const client = new Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000, query_timeout: 10_000 })
    try {
      await cluster.setUp()
      await client.connect()
      const [right, ahead, behind] = await Promise.all([
        cluster.start("api"),
        cluster.start("api", withClock("api", 2 * hours)),
        cluster.start("api", withClock("api", -2 * hours)),
        cluster.start("worker", withClock("worker", 2 * hours))
      ])
      const apis = [right, ahead, behind]
      const devicesAt = (url: string, token: string) => call<ReadonlyArray<unknown>>(url, "device.list", {}, token)
      for (const [i, made] of apis.entries()) {
        const { accessToken } = await register(made.url, `person${i}`)
        for (const used of apis)
          assert.lengthOf(await devicesAt(used.url, accessToken), 1, `made at ${made.name}, used at ${used.name}`)
        for (const next of apis) {
          const further = await signIn(next.url, `person${i}`)
          await devicesAt(made.url, further.accessToken)
        }
      }
      const owner = await signIn(behind.url, "person0")
      await makeGroup(right.url, [owner])
      const { rows } = (await client.query(
        "select at, (extract(epoch from clock_timestamp()) * 1000)::bigint as now from events"
      )) as {
        readonly rows: ReadonlyArray<{ readonly at: string; readonly now: string }>
      }
      assert.isAbove(rows.length, 10)
      for (const { at, now } of rows) assert.isAtMost(Math.abs(Number(now) - Number(at)), 10 * 60_000)
      const ends = (device: string, inMs: number) =>
        client.query(
          "update devices set access_expires_at = (extract(epoch from clock_timestamp()) * 1000)::bigint + $1 where id = $2",
          [inMs, device]
        )
      const other = await signIn(right.url, "person1")
      await ends(other.deviceId, 600_000)
      await devicesAt(ahead.url, other.accessToken)
      await ends(owner.deviceId, -60_000)
      const refused = await devicesAt(behind.url, owner.accessToken).then(
        () => "let in",
        (error: unknown) => String(error)
      )
      assert.match(refused, /Unauthenticated/)
    } finally {
      client.end(() => undefined)
      await cluster.stop()
    }
  })
})
