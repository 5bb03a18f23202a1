// Proves that the checks can fail: puts a file that breaks each rule into a copy of the project and expects every one to be named.
// A rule that nobody has seen red may be one that never runs.
import { execFileSync, spawnSync } from "node:child_process"
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { broken, good, spoiled } from "./prove-cases.mjs"

const root = join(dirname(fileURLToPath(import.meta.url)), "..")
// Beside node_modules' own disk when possible, so that its files can be linked instead of copied.
const copy = mkdtempSync(join(tmpdir(), "hibiki-prove-"))

const copyProject = () => {
  for (const entry of readdirSync(root, { withFileTypes: true }))
    if (entry.isFile() || entry.name === "scripts") cpSync(join(root, entry.name), join(copy, entry.name), { recursive: true })
  for (const name of readdirSync(join(root, "packages")))
    for (const entry of readdirSync(join(root, "packages", name), { withFileTypes: true }))
      if (/\.(json|d\.ts)$/.test(entry.name)) cpSync(join(root, "packages", name, entry.name), join(copy, "packages", name, entry.name))
  const link = (flags) => spawnSync("cp", [flags, join(root, "node_modules"), copy], { stdio: "ignore" }).status === 0
  if (!link("-al")) {
    rmSync(join(copy, "node_modules"), { recursive: true, force: true })
    if (!link("-a")) throw new Error("node_modules could not be copied")
  }
  // Linked files are shared: the caches of the checks must not be.
  rmSync(join(copy, "node_modules/.cache"), { recursive: true, force: true })
}

const write = (files) => {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(copy, path)), { recursive: true })
    const text = content.replaceAll("{root}", copy)
    writeFileSync(join(copy, path), text.endsWith("\n") ? text : `${text}\n`)
  }
}

const check = (step) => {
  const { status, stdout } = spawnSync(process.execPath, ["scripts/check.mjs", step], { cwd: copy, encoding: "utf8", maxBuffer: 1 << 28 })
  return { red: status !== 0, output: stdout }
}

const problems = []
const expectRed = (step, before, after, cases) => {
  if (!after.red) problems.push(`${step}: stayed green`)
  for (const { file, says } of cases) {
    const lines = (output) => output.split("\n").some((line) => (file === undefined || line.includes(file)) && says.test(line))
    if (!lines(after.output)) problems.push(`${step}: ${file ?? "it"} did not bring ${says}`)
    if (lines(before.output)) problems.push(`${step}: ${says} was there before ${file ?? "the change"}`)
  }
}

try {
  copyProject()
  write(good)
  let proven = 0
  for (const [step, { cases, mayBeRed }] of Object.entries(broken)) {
    const before = check(step)
    if (before.red && !mayBeRed) problems.push(`${step}: red on good files\n${before.output}`)
    for (const { content, file } of cases) write({ [file]: content })
    expectRed(step, before, check(step), cases)
    for (const { file } of cases) rmSync(join(copy, file), { force: true })
    write(good)
    proven += cases.length
  }
  for (const { file, says, spoil, step } of spoiled) {
    const path = join(copy, file)
    const original = existsSync(path) ? readFileSync(path, "utf8") : undefined
    const before = check(step)
    // Linked to the project's own file: replaced, never written through.
    rmSync(path, { force: true })
    writeFileSync(path, spoil(original))
    expectRed(step, before, check(step), [{ says }])
    rmSync(path)
    if (original !== undefined) writeFileSync(path, original)
    proven++
  }
  for (const problem of problems) console.log(problem)
  console.log(`${proven} rules tried, ${problems.length} problems`)
} finally {
  execFileSync("rm", ["-rf", copy])
}
process.exitCode = problems.length > 0 ? 1 : 0
