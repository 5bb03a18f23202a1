/**
 * What the page's bundle has in place of modules of libraries that it never needs: still imported by these names, and
 * whole.
 */
import { readdirSync, readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider } from "effect"
import config from "../../vite.config.ts"

const effect = join(dirname(createRequire(import.meta.url).resolve("effect/package.json")), "dist/esm")
const router = join(dirname(createRequire(import.meta.url).resolve("@solidjs/router")), "routers")
const folders = [...["internal", "internal/metric", "."].map((name) => join(effect, name)), router]
const modules = folders.flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".js"))
    .map((name) => readFileSync(join(folder, name), "utf8"))
)

/** The names by which modules of Effect use what they import as `path`. */
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
  it("exists for what the page neither reads, counts nor asks for", () => {
    for (const name of ["noMicro", "noConfig", "noMetrics", "noRequests", "noForms", "noScrollRestoration"])
      standIn(name)
  })

  it("is imported under the name that it replaces, and has all that is used of it", async () => {
    for (const { find, replacement } of standIns) {
      const used = usedOf(find)
      assert.isNotEmpty([...used], `${find} is imported by nobody`)
      assert.containsAllKeys(await import(replacement), [...used], replacement)
    }
  })

  it("of configuration has the library's own key, so that another one can take its place", async () => {
    const { configProviderTag, fromEnv } = await import("../../src/runtime/noConfig.ts")
    assert.strictEqual(configProviderTag.key, ConfigProvider.ConfigProvider.key)
    assert.throws(() => fromEnv().load(), "the page reads no configuration")
  })

  it("of metrics takes what it is told, and keeps nothing", async () => {
    const hook = (await import("../../src/runtime/noMetrics.ts")).make().get()
    hook.update()
    hook.modify()
    assert.isUndefined(hook.get())
  })
})
