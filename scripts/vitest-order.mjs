// Which test file is run when. A worker keeps its modules and goes on with the next file in line if that is of the same
// project and environment, and is replaced where it is not, so these stand together; and what takes longest begins
// first, so that none is left over when everything else is done.
import { closeSync, openSync, readSync } from "node:fs"
import { BaseSequencer } from "vitest/node"

/** Those with the longest files first, and last those whose files fill what is left. */
const projects = ["sim", "e2e", "cluster", "browser", "live", "server", "core", "web"]

/**
 * By the ends of their paths, the longest first: around a minute each or more while others run beside, and one that
 * waits for half a minute. A fresh checkout knows of no earlier run.
 */
const longest = [
  "server/test/e2e/conformance.test.ts",
  "server/test/cluster/cluster.test.ts",
  "server/test/cluster/prometheus.test.ts",
  "server/test/e2e/kill.test.ts",
  "server/test/sim/moreSeeds.test.ts",
  "server/test/e2e/terminal.test.ts",
  "web/test/browser/outage.test.ts",
  "web/test/browser/axe.test.ts",
  "web/test/browser/unread.test.ts",
  "web/test/browser/presence.test.ts",
  "server/test/e2e/presence.test.ts",
  "server/test/e2e/start.test.ts",
  "web/test/browser/history.test.ts",
  "server/test/live/RabbitFarAway.test.ts"
]

const placeIn = (list, isIt) => {
  const place = list.findIndex(isIt)
  return place === -1 ? list.length : place
}

const ownEnvironment = Buffer.from("// @vitest-environment ")
/** Whether a file asks for an environment of its own, which it does in its first line. */
const hasOwnEnvironment = (path) => {
  const file = openSync(path)
  try {
    const head = Buffer.alloc(ownEnvironment.length)
    readSync(file, head)
    return head.equals(ownEnvironment)
  } finally {
    closeSync(file)
  }
}

/** What a file is sorted by, the first difference first. */
const keyOf = ({ moduleId, project }) => [
  project.config.sequence.groupOrder,
  placeIn(projects, (name) => name === project.name),
  hasOwnEnvironment(moduleId) ? 0 : 1,
  placeIn(longest, (end) => moduleId.endsWith(end))
]

export class LongestFirst extends BaseSequencer {
  async sort(files) {
    const sorted = await super.sort(files)
    const keys = new Map(sorted.map((file) => [file, keyOf(file)]))
    const difference = (a, b) =>
      keys
        .get(a)
        .map((key, i) => key - keys.get(b)[i])
        .find((by) => by !== 0) ?? 0
    return sorted.sort(difference)
  }
}
