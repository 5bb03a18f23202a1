/**
 * Starts the private services of a run of live tests, once for all projects and together, and stops them with the last
 * one. Suites keep to databases, vhosts and key prefixes of their own.
 */
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

/** As many vhosts as both projects that use them take, with some to spare. */
const vhosts = 128

const startServices = async () => {
  const started = await Promise.allSettled([
    startPrivateRedis(),
    startPrivatePostgres(),
    startPrivateRabbit({ vhosts })
  ])
  const stop = async () => {
    await Promise.all(started.map((service) => (service.status === "fulfilled" ? service.value.stop() : undefined)))
  }
  const [redis, postgres, rabbit] = started
  if (redis.status === "rejected" || postgres.status === "rejected" || rabbit.status === "rejected") {
    await stop()
    throw started.find((service) => service.status === "rejected")?.reason
  }
  console.error(`live tests on ${postgres.value.version}, ${rabbit.value.version}, ${redis.value.version}`)
  return { postgresUrl: postgres.value.url, rabbit: rabbit.value.address, redisUrl: redis.value.url, stop }
}

interface Shared {
  readonly services: ReturnType<typeof startServices>
  users: number
}

// Each project of a run evaluates this file anew, in the same process: what they share has its place outside of it.
const place = Symbol.for("hibiki/test/live/services")

export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const shared: Shared = Reflect.get(globalThis, place) ?? { services: startServices(), users: 0 }
  Reflect.set(globalThis, place, shared)
  shared.users++
  const { postgresUrl, rabbit, redisUrl, stop } = await shared.services
  project.provide("postgresUrl", postgresUrl)
  project.provide("rabbit", rabbit)
  project.provide("redisUrl", redisUrl)
  return async () => {
    if (--shared.users > 0) return
    Reflect.deleteProperty(globalThis, place)
    await stop()
  }
}
