/** The metrics, rules and alerts as Prometheus' own tool judges them. */
import { execFileSync, spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import { afterAll, assert, it } from "@effect/vitest"
import { metricsText, seenMetrics } from "../../src/http/HttpMetrics.ts"
import { allMetrics } from "./allMetrics.ts"
import { deployFiles } from "./deployFiles.ts"

// Snapshots are written when a run ends, so the texts themselves are tried.
const folder = mkdtempSync(join(tmpdir(), "hibiki-rules-"))
for (const [name, content] of Object.entries(deployFiles)) writeFileSync(join(folder, basename(name)), content)
afterAll(() => rmSync(folder, { recursive: true }))
const promtool = (...args: ReadonlyArray<string>) =>
  execFileSync("promtool", args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] })

it("has nothing to say of the text of all metrics", async () => {
  await allMetrics()
  const { status, stderr, stdout } = spawnSync("promtool", ["check", "metrics"], {
    input: metricsText(seenMetrics()),
    encoding: "utf8"
  })
  assert.deepStrictEqual([status, stdout, stderr], [0, "", ""])
})

it("takes the rules, the alerts and the example of what to scrape", () => {
  assert.include(promtool("check", "rules", "rules.yml", "alerts.yml"), "SUCCESS")
  assert.include(promtool("check", "config", "prometheus.yml"), "SUCCESS")
})

it("sees each alert ring for its series, and stay silent while they stand still", () => {
  assert.include(promtool("test", "rules", "alerts.test.yml"), "SUCCESS")
})
