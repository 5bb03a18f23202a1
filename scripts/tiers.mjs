// The two tiers of tests. The first, `npm test`, takes at most five minutes on two quiet cores. The second holds the tests
// that take long or measure real time. `npm run test:all` runs both. No test of the first depends on the machine's speed.

/** Of projects that start servers and browsers, a file is in the second tier unless it is named here. */
const walks = {
  cluster: ["packages/server/test/cluster/walk.test.ts"],
  e2e: ["packages/server/test/e2e/page.test.ts", "packages/server/test/e2e/freePort.test.ts"],
  browser: ["packages/web/test/browser/conversation.test.ts"],
  timed: []
}

/** Of the others, a file is in the first tier unless it is named here. */
const later = {
  core: ["packages/core/test/**/*Speed.test.ts"],
  server: [
    "packages/server/test/pglite/SqlPglite.test.ts",
    "packages/server/test/deploy/compose.test.ts",
    "packages/server/test/examples/echoBot.test.ts",
    "packages/server/test/sql/Migrations.test.ts",
    "packages/server/test/sql/HousekeepingPglite.test.ts",
    "packages/server/test/api/PresenceStreams.test.ts",
    "packages/server/test/sql/{endedForgotten,ManyEditsPglite,MembersMaxPglite,MoreBatchesPglite}.test.ts",
    "packages/server/test/cli/runMain.test.ts",
    "packages/server/test/speed/**"
  ],
  live: [
    "packages/server/test/live/{AmqpLink,AppendConcurrent,BrokenPartitions,HangingNodes,PartitionedEvents,RabbitFarAway,RabbitFaults}.test.ts",
    "packages/server/test/live/redis/{PresenceLeases,RedisClients}.test.ts"
  ],
  web: ["packages/web/test/**/*Speed.test.ts"],
  sim: ["packages/server/test/sim/{moreSeeds,sabotages}.test.ts"]
}

const tiers = ["first", "second"]

/** `first`, `second`, or undefined for both, which is what a bare `vitest` runs. */
export const tier = process.env.HIBIKI_TEST_TIER
if (tier !== undefined && !tiers.includes(tier)) throw new Error(`HIBIKI_TEST_TIER is one of ${tiers.join(", ")}`)

/** What a project includes and excludes in the tier that runs. Nothing is included when it has none of that tier. */
export const filesOf = (project, include, exclude = []) => {
  const [first, second] = [walks[project], later[project] ?? []]
  if (tier === "first") return { include: first ?? include, exclude: [...exclude, ...second] }
  if (tier === "second")
    return { include: first === undefined ? second : include, exclude: [...exclude, ...(first ?? [])] }
  return { include, exclude }
}
