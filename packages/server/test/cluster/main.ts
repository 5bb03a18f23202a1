/**
 * `npm run cluster`: a cluster to look at: private RabbitMQ, Redis and Postgres from this machine's programs, then 2
 * api, 3 gateways, 2 workers and a push server, and nginx in front of them where it is installed. Ctrl-C stops
 * everything that it started.
 */
import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { freePort } from "../e2e/harness.ts"
import { addressesOf, Cluster, type Role, startServices } from "./Cluster.ts"
import { type Nginx, nginxProgram, startNginx } from "./edge/Nginx.ts"
import { untilTold } from "./untilTold.ts"

const parts: ReadonlyArray<readonly [Role, number]> = [
  ["worker", 2],
  ["gateway", 3],
  ["api", 2],
  ["push", 1]
]

const describe = (error: unknown): string =>
  error instanceof AggregateError
    ? error.errors.map(describe).join("\n")
    : error instanceof Error
      ? error.message
      : String(error)

const run = async (): Promise<void> => {
  const { told } = untilTold()
  console.log("Starting RabbitMQ, Redis and Postgres ...")
  const services = await startServices()
  try {
    const logs = mkdtempSync(join(tmpdir(), "hibiki-cluster-"))
    const port = await freePort()
    const address = `http://127.0.0.1:${port}`
    const hasNginx = nginxProgram() !== undefined
    // Without nginx, pages of the first api process may open sockets at any gateway.
    const cluster = new Cluster(
      addressesOf(services),
      hasNginx
        ? {
            HIBIKI_PUBLIC_URL: address,
            HIBIKI_ORIGINS: `http://localhost:${port}`,
            HIBIKI_TRUSTED_PROXIES: "127.0.0.1"
          }
        : { HIBIKI_ORIGINS: `${address},http://localhost:${port}` },
      logs
    )
    console.log(await cluster.setUp())
    let nginx: Nginx | undefined
    try {
      for (const [role, count] of parts)
        await Promise.all(
          Array.from({ length: count }, (_, i) =>
            cluster.start(role, role === "api" && i === 0 && !hasNginx ? { port } : {})
          )
        )
      const urls = (role: Role) => cluster.of(role).map(({ url }) => url)
      if (hasNginx) nginx = await startNginx({ api: urls("api"), gateways: urls("gateway") }, { port })
      console.log(`  ${services.postgres.version.replace(/ \(Debian.*/, "").padEnd(28)} ${services.postgres.url}`)
      console.log(`  ${services.rabbit.version.padEnd(28)} ${cluster.variables["HIBIKI_AMQP_URL"]}`)
      console.log(`  ${services.redis.version.padEnd(28)} ${cluster.variables["HIBIKI_REDIS_URL"]}`)
      for (const { name, process: child, role, url } of cluster.members)
        console.log(
          `  ${name.padEnd(10)} ${url}  pid ${child.pid}${role === "worker" || role === "push" ? "  (health only)" : ""}`
        )
      console.log(`  Logs       ${logs}`)
      console.log(
        nginx === undefined
          ? "  There is no nginx here, so no one address leads to calls and sockets: install it to open the page."
          : `\n  Address    ${nginx.url}  nginx, in front of all of them; log: ${nginx.logFile}`
      )
      console.log("\nCtrl-C stops all of it.")
      await told
    } finally {
      console.log("Stopping ...")
      await nginx?.stop()
      await cluster.stop()
    }
  } finally {
    await services.stop()
  }
}

await run().catch((error: unknown) => {
  console.error(describe(error))
  process.exitCode = 1
})
