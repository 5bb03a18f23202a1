/**
 * Push servers of a cluster, one of them killed while it sends: who is away is woken once for all that is unread, and
 * not for what was read.
 */
import type { ConversationId } from "@hibiki/core/domain/Ids"
import { assert, describe, inject, it } from "vitest"
import { finish, waitFor } from "../../e2e/harness.ts"
import type { Account } from "../../e2e/kill/load.ts"
import { Cluster } from "../Cluster.ts"
import { emptyDatabase } from "../emptyDatabase.ts"
import { pushLogs } from "./pushLines.ts"
import { Sleepers } from "./Sleepers.ts"

describe("push servers of a cluster", () => {
  it("wake each device that is away once for all that is unread, and not for what was read, though one is killed", async () => {
    const cluster = new Cluster(
      {
        databaseUrl: await emptyDatabase(inject("postgresUrl")),
        rabbit: inject("rabbit"),
        redisUrl: inject("redisUrl")
      },
      { ...pushLogs, HIBIKI_LIMIT_REGISTER_PER_HOUR: "1000" }
    )
    await cluster.setUp()
    const [api, gateway, , push] = await Promise.all(
      (["api", "gateway", "worker", "push"] as const).map((role) => cluster.start(role))
    )
    if (api === undefined || gateway === undefined || push === undefined) throw new Error("a process is missing")
    let sleepers: Sleepers | undefined
    try {
      sleepers = await Sleepers.begin({ calls: api.url, sockets: gateway.url }, "away", { people: 12, groups: 6 })
      const { people, groups } = sleepers
      await sleepers.post("one")
      await waitFor("the first push", () => (sleepers?.wakesOf(push).length ?? 0) > 0, 20_000)
      await cluster.end(push, "SIGKILL")
      await sleepers.post("two")
      const servers = [await cluster.start("push"), await cluster.start("push")]
      await sleepers.areWoken([push, ...servers])
      assert.deepStrictEqual(
        sleepers.misses([{ server: push, killed: true }, ...servers.map((server) => ({ server, killed: false }))]),
        []
      )

      const [bob, group] = [people[0] as Account, groups[0] as ConversationId]
      // Server by server: what one of them adds must not pass for what another had before.
      const linesNow = () => servers.map((server) => sleepers?.linesFor(bob, group, server) ?? [])
      const last = await sleepers.readAll(bob, group)
      await waitFor("what was read to be taken back", () =>
        linesNow()
          .flat()
          .some(({ isWake }) => !isWake)
      )
      const before = linesNow()
      await sleepers.post("three")
      const later = () => linesNow().flatMap((lines, n) => lines.slice(before[n]?.length))
      await waitFor("a push for what is new", () => later().length > 0, 60_000)
      assert.isTrue(later().every(({ isWake, seq }) => isWake && seq > last))

      const why = await finish(["push", "why", group, `${last}`, "away0"], cluster.variables)
      assert.strictEqual(why.code, 0, why.stderr)
      assert.match(why.stdout, new RegExp(`so message ${last} too`))
      assert.match(why.stdout, /was sent/)
      assert.match(why.stdout, /was taken back, since it was read/)
      assert.match(
        (await finish(["push", "why", group, "1", "nobody"], cluster.variables)).stderr,
        /no account of this handle/
      )
    } finally {
      await sleepers?.close()
      await cluster.stop()
    }
  })
})
