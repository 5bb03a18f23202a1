/** What the built page weighs, compressed as it travels, and whether that stays within its budgets. */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"
import type { Measured } from "../../core/bench/report.ts"

interface Chunk {
  readonly file: string
  readonly isEntry?: boolean
  readonly imports?: ReadonlyArray<string>
  readonly css?: ReadonlyArray<string>
}
type Manifest = Readonly<Record<string, Chunk>>

const entry = "index.html"
const runtime = "src/runtime/startChat.ts"
/** The official RPC client, which only streams need. */
const streams = "src/runtime/watchStreams.ts"
/** One dictionary is loaded before the first paint: the larger one counts. */
const dictionaries = ["src/i18n/ja.ts", "src/i18n/en.ts"]

/** Reads the build's manifest; the page must have been built. Over a budget the bench fails. */
export const bytes = (dist = fileURLToPath(new URL("../dist", import.meta.url))): ReadonlyArray<Measured> => {
  const manifest: Manifest = JSON.parse(readFileSync(join(dist, ".vite/manifest.json"), "utf8"))
  const gzipped = (file: string): number => gzipSync(readFileSync(join(dist, file)), { level: 9 }).length
  const sum = (files: ReadonlyArray<string>): number => files.reduce((total, file) => total + gzipped(file), 0)
  const [dictionary] = dictionaries
    .map((name) => reach(manifest, [name]))
    .sort(
      (a, b) => sum([...b].map((name) => fileOf(manifest, name))) - sum([...a].map((name) => fileOf(manifest, name)))
    )
  const first = new Set([...reach(manifest, [entry]), ...(dictionary ?? [])])
  const all = new Set([...first, ...reach(manifest, [runtime])])
  const css = [...all].flatMap((name) => manifest[name]?.css ?? [])
  const scripts = (names: ReadonlySet<string>) => [...early, ...[...names].map((name) => fileOf(manifest, name))]
  const early = existsSync(join(dist, "theme.js")) ? ["theme.js"] : []
  const measured = (
    what: string,
    budget: number,
    files: ReadonlyArray<string>
  ): Measured & { readonly hard: number } => {
    const how = `gzip, ${files.length} files`
    return { what, value: sum(files) / 1_000, unit: "KB", budget, hard: budget, how }
  }
  // Over its budget, and docs/decisions/0009 says why: shown, and kept from growing.
  const withStreams = measured(
    "script with a presence board's stream",
    165,
    scripts(new Set([...all, ...reach(manifest, [streams])]))
  )
  return [
    measured("script before the first paint", 80, scripts(first)),
    measured("script with the live part", 165, scripts(all)),
    { ...withStreams, hard: 200 },
    measured("style sheets of these", 15, [...new Set(css)])
  ]
}

/** The chunks, and all that they import at once. */
const reach = (manifest: Manifest, names: ReadonlyArray<string>): ReadonlySet<string> => {
  const reached = new Set<string>()
  const rest = [...names]
  for (let name = rest.pop(); name !== undefined; name = rest.pop()) {
    if (reached.has(name)) continue
    reached.add(name)
    rest.push(...(manifest[name]?.imports ?? []))
  }
  return reached
}

const fileOf = (manifest: Manifest, name: string): string => {
  const chunk = manifest[name]
  if (chunk === undefined) throw new Error(`the build has no ${name}`)
  return chunk.file
}
