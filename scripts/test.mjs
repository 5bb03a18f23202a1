// `npm test`: builds, fetches the programs tests need, runs the tests of the first tier and ends with one line of
// counts. `--tier=second` runs those of the second, `--tier=all` both. Other arguments go to vitest.
import { spawn } from "node:child_process"
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "./build.mjs"
import { contractCounts } from "./contracts.mjs"
import { missingPrograms } from "./programs.mjs"

const root = join(dirname(fileURLToPath(import.meta.url)), "..")
const tierWanted = /^--tier=(first|second|all)$/
const args = process.argv.slice(2).filter((arg) => !tierWanted.test(arg))
/** `first`, `second` or `all`; the last one given, so that one can follow what a script of package.json says. */
const tier = process.argv.slice(2).reduce((last, arg) => tierWanted.exec(arg)?.[1] ?? last, "first")
const isFirst = tier === "first"
const isCi = !["", "0", "false", undefined].includes(process.env.CI)

/** What `--project` asks for; everything when it is not given. */
const projects = args.flatMap((arg, index) => {
  if (arg.startsWith("--project=")) return [arg.slice("--project=".length)]
  return args[index - 1] === "--project" ? [arg] : []
})
const isWanted = (project) =>
  projects.length === 0 || projects.includes(project) || projects.some((name) => /[*!]/.test(name))

const testsUnder = (folder) => {
  const path = join(root, "packages", folder)
  return existsSync(path) ? readdirSync(path, { recursive: true }).filter((name) => name.endsWith(".test.ts")) : []
}
const isLiveWanted =
  ["live", "cluster", "timed", "browser"].some(isWanted) &&
  ["live", "cluster"].some((name) => testsUnder(`server/test/${name}`).length > 0)
const withoutNginx = [
  "--exclude",
  "packages/server/test/cluster/edge/**",
  "--exclude",
  "packages/web/test/browser/edge.test.ts"
]
const withoutServices = [
  "--exclude",
  "packages/server/test/live/**",
  "--exclude",
  "packages/server/test/cluster/**",
  ...withoutNginx
]
const needs = {
  postgres: isLiveWanted,
  rabbitmq: isLiveWanted,
  redis: isLiveWanted,
  // The first tier's tests of the edge's files, in the project `server`, do without where it is missing.
  nginx: !isFirst && ["cluster", "browser"].some(isWanted) && testsUnder("server/test/cluster/edge").length > 0,
  compose: !isFirst && isWanted("server") && testsUnder("server/test/deploy").length > 0,
  promtool: isWanted("server") && testsUnder("server/test/infra").includes("promtool.test.ts"),
  prometheus: !isFirst && isWanted("cluster") && testsUnder("server/test/cluster").includes("prometheus.test.ts"),
  tmux: !isFirst && isWanted("e2e") && testsUnder("server/test/e2e").includes("terminal.test.ts"),
  chromium: isWanted("browser") && testsUnder("web/test/browser").length > 0,
  firefox: !isFirst && isWanted("browser") && testsUnder("web/test/browser").includes("firefox.test.ts")
}
/** How vitest is told to leave out what can't run, and what that is. */
const leftOut = {
  postgres: {
    args: withoutServices,
    name: "the suites on live services (packages/server/test/live and cluster, and the edge's), which need Postgres"
  },
  rabbitmq: {
    args: withoutServices,
    name: "the suites on live services (packages/server/test/live and cluster, and the edge's), which need RabbitMQ"
  },
  redis: {
    args: withoutServices,
    name: "the suites on live services (packages/server/test/live and cluster, and the edge's), which need Redis"
  },
  nginx: {
    args: withoutNginx,
    name: "the tests of the edge (packages/server/test/cluster/edge and packages/web/test/browser/edge.test.ts), which need nginx"
  },
  compose: {
    args: ["--exclude", "packages/server/test/deploy/compose.test.ts"],
    name: "the test of docker-compose.yml (packages/server/test/deploy), which needs docker-compose"
  },
  promtool: {
    args: ["--exclude", "packages/server/test/infra/promtool.test.ts"],
    name: "the tests of rules and alerts (packages/server/test/infra/promtool.test.ts), which need promtool"
  },
  prometheus: {
    args: ["--exclude", "packages/server/test/cluster/prometheus.test.ts"],
    name: "the test with a real Prometheus (packages/server/test/cluster/prometheus.test.ts), which needs Prometheus"
  },
  tmux: {
    args: ["--exclude", "packages/server/test/e2e/terminal.test.ts"],
    name: "the terminal tests (packages/server/test/e2e/terminal.test.ts), which need tmux"
  },
  chromium: {
    args: ["--exclude", "packages/web/test/browser/**"],
    name: "the tests in a browser (packages/web/test/browser), which need Chromium"
  },
  firefox: {
    args: ["--exclude", "packages/web/test/browser/firefox.test.ts"],
    name: "the test in Firefox (packages/web/test/browser/firefox.test.ts), which needs Firefox ESR"
  }
}

/** A developer's own settings would change what the tests see. */
const environment = () => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^HIBIKI_(?!TEST_(?!TIER))/.test(name))),
  ...(tier === "all" ? {} : { HIBIKI_TEST_TIER: tier })
})

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

const vitest = (extra, outputFile) =>
  new Promise((resolve) => {
    const own = ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${outputFile}`]
    const child = spawn(process.execPath, [join(root, "node_modules/vitest/vitest.mjs"), ...own, ...extra, ...args], {
      cwd: root,
      stdio: "inherit",
      env: environment()
    })
    // Ctrl-C reaches vitest by the terminal: wait until it has stopped what it started.
    process.on("SIGINT", () => undefined)
    for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal))
    const watch = endAfterThis(child.pid)
    child.on("error", () => resolve(1))
    child.on("close", (code) => {
      watch.kill()
      resolve(code ?? 1)
    })
  })

const count = (outputFile) => {
  if (!existsSync(outputFile)) return { passed: 0, failed: 0, skipped: 0 }
  const report = JSON.parse(readFileSync(outputFile, "utf8"))
  // A file that fails before its first test has no test to count.
  const brokenFiles = report.testResults.filter(
    (file) => file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed")
  )
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles.length,
    skipped: report.numPendingTests + report.numTodoTests
  }
}

const main = async () => {
  try {
    await build()
  } catch (error) {
    if (!error.errors) console.error(String(error.message ?? error))
    console.error("the build failed: no test was run")
    return 1
  }
  const missing = missingPrograms(Object.keys(needs).filter((name) => needs[name]))
  const folder = mkdtempSync(join(tmpdir(), "hibiki-test-"))
  const outputFile = join(folder, "report.json")
  const code = await vitest(
    missing.flatMap((name) => leftOut[name].args),
    outputFile
  )
  const { failed, passed, skipped } = count(outputFile)
  const contracts = existsSync(outputFile)
    ? contractCounts(JSON.parse(readFileSync(outputFile, "utf8")), root)
    : { lines: [], differ: false }
  rmSync(folder, { recursive: true, force: true })
  for (const line of contracts.lines) console.log(line)
  if (contracts.differ) console.log("the backends did not run the same contract cases")
  if (skipped > 0) console.log(`${skipped} skipped`)
  for (const name of missing) console.log(`NOT RUN: ${leftOut[name].name}`)
  if (code !== 0 && failed === 0) console.log("vitest failed outside of any test: see above")
  if (passed + failed === 0) console.log("no test was run")
  console.log(`${passed} passed, ${failed} failed`)
  const isRed = code !== 0 || failed > 0 || contracts.differ || passed === 0 || (missing.length > 0 && isCi)
  return isRed ? 1 : 0
}

process.exitCode = await main()
