/** What the built page weighs, compressed as it travels, and whether that stays within its budgets. */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"

interface Chunk {
  readonly file: string
  readonly isEntry?: boolean
  readonly imports?: ReadonlyArray<string>
  readonly css?: ReadonlyArray<string>
}
type Manifest = Readonly<Record<string, Chunk>>

export interface Weight {
  readonly what: string
  readonly kilobytes: number
  readonly budget: number
  readonly files: ReadonlyArray<string>
}

const entry = "index.html"
const runtime = "src/runtime/startChat.ts"
/** One dictionary is loaded before the first paint: the larger one counts. */
const dictionaries = ["src/i18n/ja.ts", "src/i18n/en.ts"]

export const defaultDist = fileURLToPath(new URL("../dist", import.meta.url))

/** Reads the build's manifest; the page must have been built. */
export const weigh = (dist = defaultDist): ReadonlyArray<Weight> => {
  const manifest: Manifest = JSON.parse(readFileSync(join(dist, ".vite/manifest.json"), "utf8"))
  const gzipped = (file: string): number => gzipSync(readFileSync(join(dist, file)), { level: 9 }).length
  const sum = (files: ReadonlyArray<string>): number => files.reduce((total, file) => total + gzipped(file), 0)
  const [dictionary] = dictionaries
    .map((name) => reach(manifest, [name]))
    .sort((a, b) => sum([...b].map((name) => fileOf(manifest, name))) - sum([...a].map((name) => fileOf(manifest, name))))
  const first = new Set([...reach(manifest, [entry]), ...(dictionary ?? [])])
  const all = new Set([...first, ...reach(manifest, [runtime])])
  const css = [...all].flatMap((name) => manifest[name]?.css ?? [])
  const weight = (what: string, budget: number, files: ReadonlyArray<string>): Weight => ({
    what,
    budget,
    files,
    kilobytes: sum(files) / 1_000
  })
  const early = existsSync(join(dist, "theme.js")) ? ["theme.js"] : []
  return [
    weight("script before the first paint", 80, [...early, ...[...first].map((name) => fileOf(manifest, name))]),
    weight("script with the live part", 150, [...early, ...[...all].map((name) => fileOf(manifest, name))]),
    weight("style sheets", 15, [...new Set(css)])
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

/** A table to print, and whether every budget holds. */
export const byteReport = (dist = defaultDist): { readonly text: string; readonly withinBudget: boolean } => {
  const weights = weigh(dist)
  const lines = weights.map(({ budget, kilobytes, what }) => {
    const verdict = kilobytes <= budget ? "" : "  OVER BUDGET"
    return `${what.padEnd(32)} ${kilobytes.toFixed(1).padStart(7)} KB of ${budget} KB gzip${verdict}`
  })
  return { text: lines.join("\n"), withinBudget: weights.every(({ budget, kilobytes }) => kilobytes <= budget) }
}
