/** docs/reference/operations.md has the table of all metrics, made from their declarations. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, expect, it } from "@effect/vitest"
import type { DeclaredMetric } from "@hibiki/core/metrics/declareMetric"
import { markdownTable, withSection } from "../../../core/bench/report.ts"
import { alerts } from "./alerts.ts"
import { allMetrics } from "./allMetrics.ts"

const root = fileURLToPath(new URL("../../../../", import.meta.url))
const file = join(root, "docs/reference/operations.md")
const operations = readFileSync(file, "utf8")
const metrics = await allMetrics()

const row = ({ description, kind, labels = {}, name, unit }: DeclaredMetric): ReadonlyArray<string> => {
  const names = Object.keys(labels)
  return [`\`${name}${names.length === 0 ? "" : `{${names.join(",")}}`}\``, kind, unit, description]
}

describe("the table of metrics", () => {
  it("has each that a process has, and the alerts: `npm run docs` writes it", async () => {
    const table = markdownTable([["name", "kind", "unit", "description"], ...metrics.map(row)])
    const signs = markdownTable([
      ["sign", "what it means", "what to do"],
      ...alerts.map(({ means, sign, action }) => [sign, means, action])
    ])
    const written = withSection(withSection(operations, "alerts", signs), "all metrics", table)
    await expect(written).toMatchFileSnapshot(file)
  })

  it("has each that the page speaks of elsewhere", () => {
    const names = new Set(metrics.map(({ name }) => name))
    const spokenOf = [...operations.matchAll(/`(hibiki_[a-z_]+_(?:total|seconds|up))[{`]/g)].map(([, name]) => name)
    assert.deepStrictEqual(
      spokenOf.filter((name) => name === undefined || !names.has(name)),
      []
    )
  })

  it("tells counters by their names", () => {
    for (const { kind, name } of metrics) assert.strictEqual(name.endsWith("_total"), kind === "counter", name)
  })
})

it("no metric is made without a declaration, except of a client", () => {
  const undeclared = ["core/src", "server/src"].flatMap((folder) =>
    readdirSync(join(root, "packages", folder), { recursive: true, encoding: "utf8" }).filter(
      (path) =>
        path.endsWith(".ts") &&
        !/^(client|metrics)[/\\]/.test(path) &&
        /\bMetric\.(counter|gauge|histogram|summary|frequency|timer)/.test(
          readFileSync(join(root, "packages", folder, path), "utf8")
        )
    )
  )
  assert.deepStrictEqual(undeclared, [])
})
