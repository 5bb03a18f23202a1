// Proves that the checks can fail: puts a file that breaks each rule into a copy of the project and expects every one
// to be named.
// A rule that nobody has seen red may be one that never runs.
import { execFileSync, spawnSync } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { broken, good, redWithoutSources, spoiled } from "./prove-cases.mjs"

const root = join(dirname(fileURLToPath(import.meta.url)), "..")
const copy = mkdtempSync(join(tmpdir(), "hibiki-prove-"))

const copyProject = () => {
  for (const entry of readdirSync(root, { withFileTypes: true }))
    if (entry.isFile() || entry.name === "scripts")
      cpSync(join(root, entry.name), join(copy, entry.name), { recursive: true })
  for (const name of readdirSync(join(root, "packages")))
    for (const entry of readdirSync(join(root, "packages", name), { withFileTypes: true }))
      if (/\.(json|d\.ts)$/.test(entry.name))
        cpSync(join(root, "packages", name, entry.name), join(copy, "packages", name, entry.name))
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

/** Runs the checks, all or one step, and gives for each step whether it was red and what it said. */
const check = (...step) => {
  const { stdout } = spawnSync(process.execPath, ["scripts/check.mjs", ...step], {
    cwd: copy,
    encoding: "utf8",
    maxBuffer: 1 << 28
  })
  const results = new Map()
  let current
  for (const line of stdout.split("\n")) {
    const [, verdict, name] = /^(ok|FAILED) +(.+) \([\d.]+ s\)$/.exec(line) ?? []
    if (name === undefined) current?.lines.push(line)
    else {
      current = { red: verdict === "FAILED", lines: [] }
      results.set(name, current)
    }
  }
  return results
}

const problems = []
const expectRed = (step, before, after, { file, says }) => {
  const isSaid = ({ lines }) => lines.some((line) => (file === undefined || line.includes(file)) && says.test(line))
  if (!after.red || !isSaid(after)) problems.push(`${step}: ${file ?? "the change"} did not bring ${says}`)
  if (isSaid(before)) problems.push(`${step}: ${says} was there before ${file ?? "the change"}`)
}

try {
  copyProject()
  write(good)
  const before = check()
  for (const [step, { lines, red }] of before)
    if (red && !redWithoutSources.includes(step)) problems.push(`${step}: red on good files`, ...lines)

  const files = broken.map(({ content, file }) => [file, content])
  if (new Set(files.map(([file]) => file)).size < files.length) throw new Error("two cases have the same file")
  write(Object.fromEntries(files))
  const after = check()
  for (const each of broken) expectRed(each.step, before.get(each.step), after.get(each.step), each)
  for (const [file] of files) rmSync(join(copy, file), { force: true })
  write(good)

  for (const each of spoiled) {
    const path = join(copy, each.file)
    const original = readFileSync(path, "utf8")
    writeFileSync(path, each.spoil(original))
    expectRed(each.step, before.get(each.step), check(each.step).get(each.step), { says: each.says })
    writeFileSync(path, original)
  }
  for (const problem of problems) console.log(problem)
  console.log(`${broken.length + spoiled.length} rules tried, ${problems.length} problems`)
} finally {
  execFileSync("rm", ["-rf", copy])
}
process.exitCode = problems.length > 0 ? 1 : 0
