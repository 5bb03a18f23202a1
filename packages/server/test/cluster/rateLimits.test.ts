import { assert, describe, inject, it } from "vitest"
import { finish } from "../e2e/harness.ts"
import { Cluster } from "./Cluster.ts"
import { emptyDatabase } from "./emptyDatabase.ts"

const signIn = (url: string, password: string) =>
  fetch(`${url}/api/v1/auth.signIn`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ handle: "aya1", password, device: { name: "d", kind: "terminal" } })
  }).then(({ status }) => status)

describe("sign-ins at several api processes", () => {
  it("are limited by all of them together", async () => {
    const cluster = new Cluster({
      databaseUrl: await emptyDatabase(inject("postgresUrl")),
      rabbit: inject("rabbit"),
      redisUrl: inject("redisUrl")
    })
    try {
      await cluster.setUp()
      const seeded = await finish(
        ["seed", "--users", "1", "--prefix", "aya", "--password", "correct horse battery"],
        cluster.variables
      )
      assert.strictEqual(seeded.code, 0, seeded.stderr)
      const [one, two] = await Promise.all([cluster.start("api"), cluster.start("api")])
      const statuses: Array<number> = []
      for (const { url } of [one, two, one, two, one]) statuses.push(await signIn(url, "a wrong password"))
      assert.deepStrictEqual(statuses, [401, 401, 401, 401, 401])
      // Each has seen three at most, and lets through five by itself.
      for (const { url } of [one, two]) assert.strictEqual(await signIn(url, "correct horse battery"), 429)
    } finally {
      await cluster.stop()
    }
  })
})
