/**
 * What the page's bundle has in place of modules of libraries that it never needs: still imported by these names, and
 * whole.
 */
import { readdirSync, readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import config from "../../vite.config.ts"

const router = join(dirname(createRequire(import.meta.url).resolve("@solidjs/router")), "routers")
const modules = readdirSync(router)
  .filter((name) => name.endsWith(".js"))
  .map((name) => readFileSync(join(router, name), "utf8"))

/** The names by which modules of the router use what they import as `path`. */
const usedOf = (path: RegExp): ReadonlySet<string> => {
  const used = new Set<string>()
  for (const text of modules)
    for (const [, all, names, from] of text.matchAll(/^import (?:\* as (\w+)|\{ ([^}]+) \}) from "([^"]+)";$/gm)) {
      if (from === undefined || !path.test(from)) continue
      for (const name of names?.split(", ") ?? []) used.add(name)
      if (all !== undefined)
        for (const [, name] of text.matchAll(new RegExp(`\\b${all}\\.(?!js")(\\w+)`, "g")))
          if (name !== undefined) used.add(name)
    }
  return used
}

const aliases = config.resolve?.alias
const standIns = (Array.isArray(aliases) ? aliases : assert.fail("no aliases")).flatMap(({ find, replacement }) =>
  find instanceof RegExp ? [{ find, replacement }] : []
)
const standIn = (name: string): { readonly replacement: string } =>
  standIns.find(({ replacement }) => replacement.endsWith(`/${name}.ts`)) ??
  assert.fail(`nothing is replaced by ${name}`)

describe("a stand-in", () => {
  it("exists for what the page does not use", () => {
    for (const name of ["noForms", "noScrollRestoration"]) standIn(name)
  })

  it("is imported under the name that it replaces, and has all that is used of it", async () => {
    for (const { find, replacement } of standIns) {
      const used = usedOf(find)
      assert.isNotEmpty([...used], `${find} is imported by nobody`)
      assert.containsAllKeys(await import(replacement), [...used], replacement)
    }
  })
})
