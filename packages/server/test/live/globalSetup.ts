/** Starts the private services of a run of live tests, once and together, and stops them at the end. Suites keep to databases, vhosts and key prefixes of their own. */
import type { TestProject } from "vitest/node"
import { startPrivatePostgres } from "./privatePostgres.ts"
import { type RabbitAddress, startPrivateRabbit } from "./privateRabbit.ts"
import { startPrivateRedis } from "./redis/privateRedis.ts"

declare module "vitest" {
  export interface ProvidedContext {
    /** Of a superuser, in a database that suites leave alone. */
    postgresUrl: string
    /** Shared by suites: whoever ends or blocks a broker starts one for himself. */
    rabbit: RabbitAddress
    /** Shared by suites: whoever flushes or ends a Redis starts one for himself. */
    redisUrl: string
  }
}

export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const started = await Promise.allSettled([startPrivateRedis(), startPrivatePostgres(), startPrivateRabbit()])
  const stop = async () => {
    await Promise.all(started.map((service) => (service.status === "fulfilled" ? service.value.stop() : undefined)))
  }
  const [redis, postgres, rabbit] = started
  if (redis.status === "rejected" || postgres.status === "rejected" || rabbit.status === "rejected") {
    await stop()
    throw started.find((service) => service.status === "rejected")?.reason
  }
  console.error(`live tests on ${postgres.value.version}, ${rabbit.value.version}, ${redis.value.version}`)
  project.provide("postgresUrl", postgres.value.url)
  project.provide("rabbit", rabbit.value.address)
  project.provide("redisUrl", redis.value.url)
  return stop
}
