// Nine kinds of tests, from those that need nothing to those that drive a browser against the built server, or simulate
// all of it.
import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { defaultServerConditions } from "vite"
import solid from "vite-plugin-solid"
import { defineConfig } from "vitest/config"
import { filesOf } from "./scripts/tiers.mjs"
import { LongestFirst } from "./scripts/vitest-order.mjs"

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const build = here("scripts/vitest-build.mjs")
const buildAll = here("scripts/vitest-build-all.mjs")
const shared = here("scripts/vitest-shared.mjs")
const liveSetup = here("packages/server/test/live/globalSetup.ts")

// What is asked of them is a time, or a share of the CPU: they run last, one at a time, with nothing beside them.
const timed = [
  "packages/server/test/cluster/nemesis/nemesis.test.ts",
  "packages/server/test/e2e/speed/speed.test.ts",
  "packages/server/test/e2e/stalledReader.test.ts",
  "packages/server/test/e2e/crowdedSignIns.test.ts"
]

// Tests read the workspace packages' sources, never a dist that may be stale.
const conditions = ["source", ...defaultServerConditions]
const sources = { resolve: { conditions }, ssr: { resolve: { conditions } } }
// The page's: Solid's own server build, which node would choose, renders once and never again.
const pageConditions = ["source", "solid", "browser", "development", "module", "import", "default"]
const page = { resolve: { conditions: pageConditions }, ssr: { resolve: { conditions: pageConditions } } }

// Most of a file's time is the loading of modules, so the files of a worker share them. A file that replaces one
// (`vi.mock`) begins and ends with fresh ones.
const together = { isolate: false, setupFiles: [shared] }

export default defineConfig({
  ...sources,
  test: {
    // A bound for what hangs, not a measure: a test passes on a machine that is eight times slower.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // Whole servers, services and browsers are waited for now and then: three files at a time on two cores.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: "core",
          ...together,
          ...filesOf("core", ["packages/{core,testing}/test/**/*.test.ts", "examples/**/*.test.ts"]),
          // Nothing here starts or signals a process: threads do as well, and begin sooner.
          pool: "threads"
        }
      },
      {
        extends: true,
        test: {
          name: "server",
          ...together,
          ...filesOf(
            "server",
            ["packages/{server,node,terminal}/test/**/*.test.ts"],
            ["live", "cluster", "e2e", "sim"].map((folder) => `packages/server/test/${folder}/**`)
          ),
          globalSetup: [build]
        }
      },
      {
        extends: true,
        ...page,
        plugins: [solid({ hot: false })],
        test: {
          name: "web",
          ...together,
          setupFiles: [shared, here("packages/web/test/pageSetup.ts")],
          ...filesOf("web", ["packages/web/test/**/*.test.{ts,tsx}"], ["packages/web/test/browser/**"]),
          // Pure rules need no page. A file that renders says so: `// @vitest-environment jsdom`.
          environment: "node",
          server: { deps: { inline: [/solid/, /virtua/] } }
        }
      },
      {
        extends: true,
        test: {
          name: "live",
          ...together,
          ...filesOf("live", ["packages/server/test/live/**/*.test.ts"]),
          globalSetup: [build, liveSetup].filter((file) => existsSync(file))
        }
      },
      {
        extends: true,
        test: {
          name: "cluster",
          ...together,
          ...filesOf("cluster", ["packages/server/test/cluster/**/*.test.ts"], timed),
          globalSetup: [build, liveSetup]
        }
      },
      {
        extends: true,
        test: {
          name: "e2e",
          ...together,
          ...filesOf("e2e", ["packages/server/test/e2e/**/*.test.ts"], timed),
          globalSetup: [buildAll]
        }
      },
      {
        extends: true,
        test: {
          name: "browser",
          ...together,
          ...filesOf("browser", ["packages/web/test/browser/**/*.test.ts"]),
          globalSetup: [buildAll]
        }
      },
      {
        extends: true,
        test: {
          name: "sim",
          ...filesOf("sim", ["packages/server/test/sim/**/*.test.ts"])
        }
      },
      {
        extends: true,
        test: {
          name: "timed",
          ...together,
          ...filesOf("timed", timed),
          globalSetup: [build],
          maxWorkers: 1,
          sequence: { groupOrder: 1 }
        }
      }
    ].filter(({ test }) => test.include.length > 0),
    pool: "forks",
    passWithNoTests: false,
    restoreMocks: true,
    // What passes stays quiet: a log is read when its test fails.
    silent: "passed-only"
  }
})
