// Runs vitest, and each of at most three failed files once more, alone, after all others: what passes then failed by
// the machine, and the run is green. verdict.mjs has the rules. By itself: `node scripts/second-look.mjs --root FOLDER
// --bound SECONDS`, with vitest's arguments after them.
import { execFileSync, spawn } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterFirst, failedFiles, figureLines, readJournal, redLines, secondLookLines } from "./verdict.mjs"
import { journalVariable } from "./vitest-journal.mjs"

const repository = join(dirname(fileURLToPath(import.meta.url)), "..")
const vitestProgram = join(repository, "node_modules/vitest/vitest.mjs")
const journalReporter = join(repository, "scripts/vitest-journal.mjs")
/** How long vitest may take to stop what it started (ms). */
const endingMs = 20_000
/** How long what it started may take to end after it (ms). */
const orphansMs = 2_000

const childrenOf = (parent) =>
  execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" })
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([pid, ppid]) => (ppid === parent ? [pid] : []))

/** Kills those of the processes that are still there. */
const killLeft = (pids) => {
  for (const pid of pids)
    try {
      process.kill(pid, "SIGKILL")
    } catch {
      // It ended by itself.
    }
}

/**
 * Ends vitest when this process is killed, or npm above it: the watch reads until its pipe is closed. Vitest's own
 * processes end with it, and what they started with them (packages/server/test/e2e/endWithProcess.ts).
 */
const endAfterThis = (pid) => {
  const watch = spawn("sh", ["-c", `cat; kill ${pid}`], { detached: true, stdio: ["pipe", "ignore", "ignore"] })
  const parent = process.ppid
  const isByNpm = process.env.npm_lifecycle_event !== undefined
  const look = () => isByNpm && process.ppid !== parent && process.kill(pid, "SIGTERM")
  const looking = setInterval(look, 1_000)
  watch.once("exit", () => clearInterval(looking))
  return watch
}

/** Resolves to the run by its journal; `isFinished` is false for one that was ended by its bound, or by itself. */
const runVitest = async (args, { boundMs, environment, journal, root }) => {
  rmSync(journal, { force: true })
  const child = spawn(
    process.execPath,
    [vitestProgram, "run", "--reporter=default", `--reporter=${journalReporter}`, ...args],
    { cwd: root, stdio: "inherit", env: { ...environment, [journalVariable]: journal } }
  )
  // Ctrl-C reaches vitest by the terminal: wait until it has stopped what it started.
  const ignore = () => undefined
  const pass = (signal) => child.kill(signal)
  process.on("SIGINT", ignore)
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, pass)
  const watch = endAfterThis(child.pid)
  // A test that never gives its thread back outlives vitest.
  let workers = []
  const code = await new Promise((resolve) => {
    let killing
    const bound = setTimeout(() => {
      console.log(`the run took longer than ${boundMs / 1_000} s, and is ended`)
      workers = childrenOf(child.pid)
      child.kill("SIGTERM")
      killing = setTimeout(() => child.kill("SIGKILL"), endingMs)
    }, boundMs)
    const end = (result) => {
      clearTimeout(bound)
      clearTimeout(killing)
      resolve(result)
    }
    child.on("error", () => end(1))
    child.on("close", (exit) => end(exit ?? 1))
  })
  if (workers.length > 0) {
    await new Promise((resolve) => setTimeout(resolve, orphansMs))
    killLeft(workers)
  }
  watch.kill()
  process.off("SIGINT", ignore)
  for (const signal of ["SIGTERM", "SIGHUP"]) process.off(signal, pass)
  return { code, ...readJournal(existsSync(journal) ? readFileSync(journal, "utf8") : "", root) }
}

/** A file that fails before its first test has no test to count, and counts as one. */
const counts = (run) => {
  const of = (...states) => run.ended.flatMap(({ tests }) => tests).filter(({ state }) => states.includes(state)).length
  const failed = failedFiles(run).reduce((sum, { failures }) => sum + Math.max(1, failures.length), 0)
  return { passed: of("passed"), failed, skipped: of("skipped", "pending") }
}

/**
 * Runs the tests of `root` by vitest's `args`, and looks again where the rules say so. Resolves to the first run, its
 * counts, whether it is red, and the lines to end with.
 */
export const runWithSecondLook = async ({ args, boundMs, environment, root }) => {
  const folder = mkdtempSync(join(tmpdir(), "hibiki-test-"))
  const options = { boundMs, environment, root, journal: join(folder, "journal.jsonl") }
  try {
    const first = await runVitest(args, options)
    const { look, red } = afterFirst(first, (file) => readFileSync(join(root, file), "utf8"))
    const [passedAlone, failedAgain] = [[], []]
    for (const { failures, file, project } of look) {
      console.log(`once more, alone: ${file}`)
      const only = [file, ...(project === "" ? [] : ["--project", project])]
      const again = await runVitest(only, options)
      const isGreen = again.code === 0 && again.ended.some((ended) => ended.file === file)
      ;(isGreen ? passedAlone : failedAgain).push({ file, project, failures })
    }
    const why =
      red ??
      (failedAgain.length > 0 ? `${failedAgain.length} failed again, alone` : undefined) ??
      (first.code !== 0 && look.length === 0 ? "vitest failed outside of any test: see above" : undefined)
    const failed = look.length > 0 ? failedAgain : failedFiles(first)
    return {
      first,
      counts: counts(first),
      isRed: why !== undefined,
      lines: [
        ...figureLines(first),
        ...secondLookLines(passedAlone),
        ...(why === undefined ? [] : redLines({ failed, outside: first.outside, unended: first.unended, why }))
      ]
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [, root, , seconds, ...args] = process.argv.slice(2)
  const { isRed, lines } = await runWithSecondLook({
    args,
    boundMs: Number(seconds) * 1_000,
    environment: process.env,
    root
  })
  for (const line of lines) console.log(line)
  process.exitCode = isRed ? 1 : 0
}
