/**
 * Hibiki as a cluster, a process for each role, on a RabbitMQ, a Redis and a Postgres of its own, whose time counts.
 */
import { Redacted } from "effect"
import { addressesOf, Cluster, type Role, serviceProcesses, startServices } from "../../../test/cluster/Cluster.ts"
import { bin } from "../../../test/e2e/harness.ts"
import { call } from "../../../test/e2e/kill/api.ts"
import { wideLimits } from "../../kit/BenchServer.ts"
import { residentBytesOfTree } from "../measure/processes.ts"
import { deployedFlags } from "./deployedFlags.ts"
import { populateCluster } from "./populate.ts"
import { runIn } from "./runIn.ts"
import type { Subject } from "./Subject.ts"

/**
 * One worker takes them all: with more of them what a gateway sends is divided over more queues, and each message of
 * the broker holds less.
 */
const partitions = 1
const started = (role: Role) => ({ program: [...deployedFlags(), bin, role] })

export const hibikiCluster: Subject = {
  name: "hibiki-cluster",
  start: async (scene) => {
    const services = await startServices()
    const addresses = addressesOf(services)
    const cluster = new Cluster(addresses, { ...wideLimits, HIBIKI_PARTITIONS: `${partitions}` })
    const end = async () => {
      await cluster.stop()
      await services.stop()
    }
    try {
      await cluster.setUp()
      const { HIBIKI_AMQP_URL: amqpUrl = "", HIBIKI_SECRET_KEY: secretKey = "" } = cluster.variables
      const secret = Redacted.make<string>
      await populateCluster(
        {
          databaseUrl: secret(addresses.databaseUrl),
          amqpUrl: secret(amqpUrl),
          redisUrl: secret(addresses.redisUrl),
          secretKey: secret(secretKey),
          partitions
        },
        scene
      )
      await runIn(addresses.databaseUrl)
      const api = await cluster.start("api", started("api"))
      for (const role of ["worker", "push"] as const) await cluster.start(role, started(role))
      const gateway = await cluster.start("gateway", started("gateway"))
      const roles = Object.fromEntries(cluster.members.map(({ process, role }) => [role, process.pid ?? 0]))
      return {
        port: Number(new URL(gateway.url).port),
        wire: "frames",
        processes: { ...roles, ...serviceProcesses(services) },
        ticketFor: async (accessToken) =>
          (await call<{ ticket: string }>(api.url, "ticket.issue", {}, accessToken)).ticket,
        residentBytes: () => Promise.resolve(residentBytesOfTree(Object.values(roles))),
        inside: undefined,
        complaints: () => cluster.members.map(({ stderr }) => stderr()).join(""),
        end
      }
    } catch (error) {
      await end()
      throw error
    }
  }
}
