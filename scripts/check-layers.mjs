// Layer rules by dependency-cruiser. It reports success when its parser is missing or a folder moved, so what it saw is
// counted too.
import { existsSync, readdirSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { cruise } from "dependency-cruiser"
import extractTsConfig from "dependency-cruiser/config-utl/extract-ts-config"

const root = join(dirname(fileURLToPath(import.meta.url)), "..")
process.chdir(root)
const { forbidden, options } = createRequire(import.meta.url)("../.dependency-cruiser.cjs")

const folders = readdirSync("packages")
  .flatMap((name) => ["src", "test", "bench"].map((part) => `packages/${name}/${part}`))
  .filter((folder) => existsSync(folder))
const sources = folders
  .filter((folder) => folder.endsWith("/src"))
  .flatMap((folder) =>
    readdirSync(folder, { recursive: true })
      .filter((name) => /(?<!\.d)\.tsx?$/.test(name))
      .map((name) => join(folder, name))
  )

const { output } = await cruise(folders, { ...options, ruleSet: { forbidden, options }, validate: true }, undefined, {
  tsConfig: extractTsConfig(options.tsConfig.fileName)
})

const seen = new Map(output.modules.map((module) => [module.source, module]))
const unseen = sources.filter((file) => !seen.has(file))
const imports = sources.flatMap((file) => seen.get(file)?.dependencies ?? [])
const problems = output.summary.violations
  .filter(({ rule }) => rule.severity === "error")
  .map(
    ({ cycle, from, rule, to }) => `${rule.name}: ${from} -> ${cycle ? cycle.map(({ name }) => name).join(" -> ") : to}`
  )
if (sources.length === 0) problems.push("no sources found under packages/*/src")
if (unseen.length > 0)
  problems.push(`${unseen.length} of ${sources.length} sources were not cruised, such as ${unseen[0]}`)
// Nearly every file imports something, and many import effect: less means that imports were not parsed, or hidden by an
// exclusion.
if (imports.length < sources.length / 2)
  problems.push(`only ${imports.length} imports seen in ${sources.length} sources`)
if (!imports.some(({ resolved }) => resolved.startsWith("node_modules/")))
  problems.push("no import of a package from npm was seen")

/**
 * The page's entry and all that it loads before its first paint: neither types nor what is imported only when it is
 * needed.
 */
const reachedEffect = (entry) => {
  const ways = new Map([[entry, [entry]]])
  for (const [source, way] of ways) {
    if (/^node_modules\/@?effect\//.test(source)) return way
    for (const { dependencyTypes, dynamic, resolved } of seen.get(source)?.dependencies ?? [])
      if (!dynamic && !dependencyTypes.includes("type-only") && !ways.has(resolved))
        ways.set(resolved, [...way, resolved])
  }
  return undefined
}
const page = "packages/web/src/main.tsx"
const way = reachedEffect(page)
if (existsSync(page) && way !== undefined) problems.push(`effect-after-first-paint: ${way.join(" -> ")}`)

for (const problem of new Set(problems)) console.log(problem)
for (const { comment, name } of forbidden)
  if (problems.some((problem) => problem.startsWith(`${name}:`))) console.log(`  ${name}: ${comment}`)
console.log(`${sources.length} sources, ${imports.length} imports, ${problems.length} problems`)
process.exitCode = problems.length > 0 ? 1 : 0
