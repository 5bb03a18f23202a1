/** deploy/prometheus and deploy/grafana are made from their tables, on metrics that there are. */
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, expect, it } from "@effect/vitest"
import { type HealthRule, healthRules } from "@hibiki/core/protocol/healthRules"
import { alerts, selectorOf } from "./alerts.ts"
import { allMetrics } from "./allMetrics.ts"
import { boards } from "./boards.ts"
import { deployFiles } from "./deployFiles.ts"
import { ruled, rules } from "./prometheusFiles.ts"

const deploy = fileURLToPath(new URL("../../../../deploy", import.meta.url))

describe("the files for Prometheus and Grafana", () => {
  for (const [name, content] of Object.entries(deployFiles))
    it(`have ${name} as its table says: \`npm run docs\` writes it`, async () => {
      await expect(content).toMatchFileSnapshot(join(deploy, name))
    })

  it("name only metrics that there are", async () => {
    const metrics = new Set((await allMetrics()).map(({ name }) => name))
    const exprs = [
      ...ruled(alerts).map(({ rule }) => rule.expr),
      ...rules.map(([, expr]) => expr),
      ...boards.flatMap(({ panels }) => panels.flatMap(({ queries }) => Object.values(queries)))
    ]
    const named = exprs.flatMap((expr) => expr.match(/(?<![\w:])(?:hibiki|process|nodejs)_\w+/g) ?? [])
    assert.isAbove(named.length, 60)
    const unknown = named.filter((name) => !metrics.has(name) && !metrics.has(name.replace(/_(bucket|sum|count)$/, "")))
    assert.deepStrictEqual(unknown, [])
  })

  it("ring for whatever the console's line of health looks at in metrics", () => {
    const exprs = ruled(alerts).map(({ rule }) => rule.expr)
    const rules: ReadonlyArray<HealthRule> = Object.values(healthRules)
    for (const { limit, series = [] } of rules)
      for (const one of series)
        assert.isTrue(
          exprs.some((expr) => expr.includes(selectorOf(one)) && (limit === undefined || expr.endsWith(` ${limit}`))),
          selectorOf(one)
        )
  })
})
