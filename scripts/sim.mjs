// `npm run sim -- ...`: bundles the simulation's command and runs it. As one file, without names kept for stack traces,
// with room for young objects and without stack traces it takes half the time of the sources run one by one. The room
// is there from the start, and one thread collects in it: grown from little, and collected by several, it took a tenth
// more.
import { spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { build } from "esbuild"
import { root } from "./build-files.mjs"

const folder = mkdtempSync(join(tmpdir(), "hibiki-sim-"))
process.once("exit", () => rmSync(folder, { recursive: true, force: true }))
const outfile = join(folder, "sim.mjs")
await build({
  entryPoints: [join(root, "packages/server/test/sim/main.ts")],
  outfile,
  bundle: true,
  platform: "node",
  target: "node20",
  format: "esm",
  conditions: ["source"],
  // Some packages below are CommonJS.
  banner: {
    js: 'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);'
  },
  logLevel: "warning"
})
const flags = [
  "--stack-trace-limit=0",
  "--min-semi-space-size=128",
  "--max-semi-space-size=128",
  "--single-threaded-gc"
]
const child = spawn(process.execPath, [...flags, outfile, ...process.argv.slice(2)], { stdio: "inherit" })
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal))
child.once("exit", (code, signal) => process.exit(code ?? (signal === null ? 1 : 130)))
