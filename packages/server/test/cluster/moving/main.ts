/** `npm run move -- --events 100000`: a move from a folder to a cluster, on private services, with time and memory of each step. */
import { parseArgs } from "node:util"
import { addressesOf, startServices } from "../Cluster.ts"
import { moveToCluster } from "./moveToCluster.ts"

const { values } = parseArgs({ options: { events: { type: "string", default: "100000" } } })
const services = await startServices()
try {
  const since = performance.now()
  const log = (line: string) =>
    console.log(`${((performance.now() - since) / 1_000).toFixed(1).padStart(6)} s  ${line.replaceAll("\n", "\n          ")}`)
  log(`${services.postgres.version}, ${services.rabbit.version}, ${services.redis.version}`)
  await moveToCluster({ events: Number(values.events), addresses: addressesOf(services), log })
  log("Everybody went on, with the same screens.")
} finally {
  await services.stop()
}
