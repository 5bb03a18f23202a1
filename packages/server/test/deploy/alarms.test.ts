/**
 * The manual's table of what to watch, beside what is counted: an alarm on a name that nothing has would never ring.
 */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, it } from "vitest"
import { root } from "../e2e/harness.ts"

const sources = (): string =>
  ["packages/core/src", "packages/server/src"]
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((name) => join(root, folder, name))
    )
    .filter((path) => path.endsWith(".ts"))
    .map((path) => readFileSync(path, "utf8"))
    .join("\n")

it("the manual's alarms are on metrics that there are", () => {
  const [section = ""] =
    /^## Monitoring$.*?^## /ms.exec(readFileSync(join(root, "docs/reference/operations.md"), "utf8")) ?? []
  const named = [...new Set([...section.matchAll(/`(hibiki_[a-z_]+)/g)].map(([, name = ""]) => name))]
  assert.isAbove(named.length, 10)
  const all = sources()
  assert.deepStrictEqual(
    named.filter((name) => !all.includes(`"${name}"`)),
    []
  )
})
