/** What is counted is told: docs/reference/operations.md has a line of each metric, and of no other. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"

const root = fileURLToPath(new URL("../../../../", import.meta.url))

/** Of what runs in a server's process: a client tells nobody what it counts. */
const sources = ["core/src", "server/src"].flatMap((folder) =>
  readdirSync(join(root, "packages", folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !(folder === "core/src" && /^(client|testing)[/\\]/.test(path)))
    .map((path) => readFileSync(join(root, "packages", folder, path), "utf8"))
)
const operations = readFileSync(join(root, "docs/reference/operations.md"), "utf8")

const declared = sources
  .flatMap((text) =>
    [...text.matchAll(/\b(counter|gauge|histogram)\(\s*"(hibiki_\w+)"/g)].map(([, kind, name]) => `${name} ${kind}`)
  )
  .sort()
const told = [...operations.matchAll(/^\| `(hibiki_\w+)(?:\{[\w,]+\})?` \| (\w+) \| [^|]+ \| [^|]+ \|$/gm)].map(
  ([, name, kind]) => `${name} ${kind}`
)

describe("the table of metrics", () => {
  it("has each that the program has, by its kind, once and in order, and no other", () => {
    assert.isAbove(declared.length, 40)
    assert.deepStrictEqual(told, declared)
  })

  it("has each that the page speaks of elsewhere", () => {
    const names = new Set(told.map((line) => line.split(" ")[0]))
    const spokenOf = [...operations.matchAll(/`(hibiki_[a-z_]+_(?:total|seconds|up))[{`]/g)].map(([, name]) => name)
    assert.deepStrictEqual(
      spokenOf.filter((name) => !names.has(name)),
      []
    )
  })

  it("tells counters by their names", () => {
    for (const line of declared) assert.strictEqual(/_total counter$/.test(line), line.endsWith(" counter"), line)
  })
})
