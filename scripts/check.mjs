// `npm run check`: every static gate, two at a time (a small machine has two cores), with the full output of those that
// fail.
import { spawn } from "node:child_process"
import { mkdirSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const root = join(dirname(fileURLToPath(import.meta.url)), "..")
const cache = join(root, "node_modules/.cache/hibiki")
mkdirSync(cache, { recursive: true })

const tool = (path, ...args) => [process.execPath, join(root, "node_modules", path), ...args]
const script = (name) => [process.execPath, join(root, "scripts", name)]
const types = (name, project) =>
  tool(
    "typescript/bin/tsc",
    "-p",
    project,
    "--pretty",
    "false",
    "--incremental",
    "--tsBuildInfoFile",
    join(cache, `${name}.tsbuildinfo`)
  )

// Slowest first, so that the last one to end is a short one.
const steps = {
  "types: core without node": types("core-src", "packages/core/tsconfig.src.json"),
  "types: core": types("core", "packages/core/tsconfig.json"),
  "types: testing without node": types("testing-src", "packages/testing/tsconfig.json"),
  "types: server": types("server", "packages/server/tsconfig.json"),
  "types: terminal": types("terminal", "packages/terminal/tsconfig.json"),
  "types: node": types("node", "packages/node/tsconfig.json"),
  "types: web": types("web", "packages/web/tsconfig.json"),
  "format and lint": tool("@biomejs/biome/bin/biome", "check", "--error-on-warnings", "--max-diagnostics=1000"),
  layers: script("check-layers.mjs"),
  rules: script("check-rules.mjs"),
  prose: script("check-prose.mjs"),
  "dead code": tool("knip/bin/knip.js", "--no-progress", "--no-config-hints")
}

const run = ([command, ...args]) =>
  new Promise((resolve) => {
    const started = Date.now()
    const child = spawn(command, args, {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, NO_COLOR: "1" }
    })
    let output = ""
    const add = (chunk) => (output += chunk)
    child.stdout.setEncoding("utf8").on("data", add)
    child.stderr.setEncoding("utf8").on("data", add)
    child.on("error", (error) => resolve({ ok: false, output: String(error), ms: Date.now() - started }))
    child.on("close", (code) => resolve({ ok: code === 0, output, ms: Date.now() - started }))
  })

const wanted = process.argv.slice(2)
const queue = Object.entries(steps).filter(
  ([name]) => wanted.length === 0 || wanted.some((part) => name.includes(part))
)
if (queue.length === 0) {
  console.error(`no such step; the steps are: ${Object.keys(steps).join(", ")}`)
  process.exit(1)
}

const failed = []
const worker = async () => {
  for (let step = queue.shift(); step !== undefined; step = queue.shift()) {
    const [name, command] = step
    const { ms, ok, output } = await run(command)
    console.log(`${ok ? "ok    " : "FAILED"} ${name} (${(ms / 1000).toFixed(1)} s)`)
    if (ok) continue
    failed.push(name)
    console.log(`${output.trimEnd()}\n`)
  }
}
await Promise.all([worker(), worker()])
console.log(failed.length === 0 ? "all checks passed" : `failed: ${failed.join(", ")}`)
process.exitCode = failed.length === 0 ? 0 : 1
