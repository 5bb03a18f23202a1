/**
 * `npm run move -- --events 100000`: a move from a folder to a cluster, on private services, with time and memory of
 * each step.
 */
import { commandLine, countOf } from "../../../bench/kit/commandLine.ts"
import { addressesOf, startServices } from "../Cluster.ts"
import { moveToCluster } from "./moveToCluster.ts"

const usage = "Usage: npm run move -- [--events N]"
const events = countOf(
  usage,
  "events",
  commandLine(usage, { events: { type: "string", default: "100000" } }).values.events
)
const services = await startServices()
try {
  const since = performance.now()
  const log = (line: string) =>
    console.log(
      `${((performance.now() - since) / 1_000).toFixed(1).padStart(6)} s  ${line.replaceAll("\n", "\n          ")}`
    )
  log(`${services.postgres.version}, ${services.rabbit.version}, ${services.redis.version}`)
  await moveToCluster({ events, addresses: addressesOf(services), log })
  log("Everybody went on, with the same screens.")
} finally {
  await services.stop()
}
