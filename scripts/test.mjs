// `npm test`: builds, fetches the programs tests need, runs the tests of the first tier, looks once more at what may
// have failed by the machine, and ends with one line of counts. `--tier=second` runs those of the second, `--tier=all`
// both. Other arguments go to vitest.
import { existsSync, readdirSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "./build.mjs"
import { contractCounts } from "./contracts.mjs"
import { missingPrograms } from "./programs.mjs"
import { runWithSecondLook } from "./second-look.mjs"

const root = join(dirname(fileURLToPath(import.meta.url)), "..")
const tierWanted = /^--tier=(first|second|all)$/
const args = process.argv.slice(2).filter((arg) => !tierWanted.test(arg))
/** `first`, `second` or `all`; the last one given, so that one can follow what a script of package.json says. */
const tier = process.argv.slice(2).reduce((last, arg) => tierWanted.exec(arg)?.[1] ?? last, "first")
const isFirst = tier === "first"
/** A bound for a run that hangs (ms): each tier passes on a machine that is several times slower. */
const boundMs = { first: 1_800_000, second: 3_600_000, all: 5_400_000 }[tier]
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

const main = async () => {
  try {
    await build()
  } catch (error) {
    if (!error.errors) console.error(String(error.message ?? error))
    console.error("the build failed: no test was run")
    return 1
  }
  const missing = missingPrograms(Object.keys(needs).filter((name) => needs[name]))
  const { counts, first, isRed, lines } = await runWithSecondLook({
    args: [...missing.flatMap((name) => leftOut[name].args), ...args],
    boundMs,
    environment: environment(),
    root
  })
  const { failed, passed, skipped } = counts
  const contracts = contractCounts(first)
  for (const line of contracts.lines) console.log(line)
  if (skipped > 0) console.log(`${skipped} skipped`)
  for (const name of missing) console.log(`NOT RUN: ${leftOut[name].name}`)
  if (contracts.differ) console.log("the backends did not run the same contract cases")
  if (passed + failed === 0) console.log("no test was run")
  for (const line of lines) console.log(line)
  console.log(`${passed} passed, ${failed} failed`)
  return isRed || contracts.differ || passed === 0 || (missing.length > 0 && isCi) ? 1 : 0
}

process.exitCode = await main()
