// Which test file is run when: those that take longest begin first, so that none is left over when everything else is done. A fresh checkout knows of no earlier run.
import { BaseSequencer } from "vitest/node"

/** By the ends of their paths, the longest first: around a minute each or more while others run beside, and one that waits for half a minute. */
const longest = [
  "server/test/e2e/conformance.test.ts",
  "server/test/cluster/cluster.test.ts",
  "server/test/e2e/kill.test.ts",
  "server/test/sim/firstSeeds.test.ts",
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

const placeOf = ({ moduleId }) => {
  const place = longest.findIndex((end) => moduleId.endsWith(end))
  return place === -1 ? longest.length : place
}

export class LongestFirst extends BaseSequencer {
  async sort(files) {
    const groupOf = ({ project }) => project.config.sequence.groupOrder
    return (await super.sort(files)).sort((a, b) => groupOf(a) - groupOf(b) || placeOf(a) - placeOf(b))
  }
}
