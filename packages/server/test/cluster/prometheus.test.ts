/**
 * A real Prometheus scrapes every role of a cluster at work, with the rules and alerts of deploy/prometheus, and answers
 * every query of the boards. HIBIKI_TEST_PROMETHEUS_SECONDS=600 lets it run for ten minutes.
 */
import { spawnSync } from "node:child_process"
import { setTimeout as rest } from "node:timers/promises"
import { afterAll, assert, beforeAll, inject, it } from "vitest"
import { register } from "../e2e/kill/api.ts"
import { boards } from "../infra/boards.ts"
import { deployFiles } from "../infra/deployFiles.ts"
import { Cluster } from "./Cluster.ts"
import { emptyDatabase } from "./emptyDatabase.ts"
import { startPrometheus } from "./privatePrometheus.ts"
import { isLive, makeGroup, openDevice, postAndWait } from "./TestDevice.ts"

const seconds = Number(process.env["HIBIKI_TEST_PROMETHEUS_SECONDS"] ?? 120)

let cluster: Cluster

beforeAll(async () => {
  cluster = new Cluster({
    databaseUrl: await emptyDatabase(inject("postgresUrl")),
    rabbit: inject("rabbit"),
    redisUrl: inject("redisUrl")
  })
  await cluster.setUp()
  await Promise.all((["worker", "gateway", "gateway", "api", "push"] as const).map((role) => cluster.start(role)))
})
afterAll(() => cluster?.stop())

/** The example's, with this cluster's addresses in place of its names, and more often. */
const configuration = (): string => {
  const [head = ""] = (deployFiles["prometheus/prometheus.yml"] ?? "").split("    dns_sd_configs:")
  const targets = cluster.members.map(
    ({ role, url }) => `      - targets: ["${new URL(url).host}"]\n        labels: { role: ${role} }\n`
  )
  return `${head.replaceAll("15s", "2s")}    static_configs:\n${targets.join("")}`
}

it(
  "promtool has nothing to say of any role's metrics, Prometheus scrapes them without a warning, and every query of the boards returns series",
  async () => {
    const [api] = cluster.of("api")
    const [first, second] = cluster.of("gateway")
    if (api === undefined || first === undefined || second === undefined) return assert.fail("not started")
    const prometheus = await startPrometheus({ ...deployFiles, "prometheus/prometheus.yml": configuration() })
    const [ann, ben] = [await register(api.url, "ann"), await register(api.url, "ben")]
    const group = await makeGroup(api.url, [ann, ben])
    const devices = [await openDevice(api.url, ann, [], first.url), await openDevice(api.url, ben, [], second.url)]
    try {
      await Promise.all(devices.map(isLive))
      const until = performance.now() + seconds * 1_000
      for (let post = 0; performance.now() < until; post++) {
        for (const device of devices) await postAndWait(device, group, `message ${post}`)
        // As people write: this is the load, not a wait for anything.
        await rest(500)
      }
      for (const { role, url } of cluster.members) {
        const input = await (await fetch(`${url}/metrics`)).text()
        const { status, stderr, stdout } = spawnSync("promtool", ["check", "metrics"], { input, encoding: "utf8" })
        assert.deepStrictEqual([status, stdout, stderr], [0, "", ""], role)
        assert.match(input, new RegExp(`^hibiki_build_info\\{.*role="${role}".*\\} 1$`, "m"))
      }
      assert.strictEqual(await prometheus.series("up == 1"), cluster.members.length)
      const queries = boards.flatMap(({ panels }) => panels.flatMap((panel) => Object.values(panel.queries)))
      const without = []
      for (const query of queries) if ((await prometheus.series(query)) === 0) without.push(query)
      assert.deepStrictEqual(without, [])
      assert.deepStrictEqual(
        prometheus
          .log()
          .split("\n")
          .filter((line) => /level=(warn|error)/.test(line)),
        []
      )
    } finally {
      for (const device of devices) await device.close()
      await prometheus.stop()
    }
  },
  seconds * 1_000 + 300_000
)
