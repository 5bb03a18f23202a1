/** Runs a server: which roles, by the settings. */
import { Effect } from "effect"
import type { SettingsValues } from "../config/Settings.ts"
import { failed, misconfigured, type Problem } from "../Problem.ts"

export const startServer = (settings: SettingsValues): Effect.Effect<void, Problem> =>
  Effect.gen(function* () {
    yield* checkServices(settings.services)
    return yield* failed("the server is not there yet.")
  })

/** All service URLs, or none: with some only, data would be split between a cluster and this folder. */
export const checkServices = (services: SettingsValues["services"]): Effect.Effect<void, Problem> => {
  const urls = { HIBIKI_DATABASE_URL: services.databaseUrl, HIBIKI_AMQP_URL: services.amqpUrl, HIBIKI_REDIS_URL: services.redisUrl }
  const missing = Object.entries(urls).flatMap(([name, value]) => (value === undefined ? [name] : []))
  if (missing.length === Object.keys(urls).length) return Effect.void
  return missing.length === 0
    ? misconfigured(
        "The cluster comes in a later version: unset HIBIKI_DATABASE_URL, HIBIKI_AMQP_URL and HIBIKI_REDIS_URL to run in one process."
      )
    : misconfigured(
        `${missing.join(" and ")} ${missing.length === 1 ? "is" : "are"} not set: set all three service URLs (HIBIKI_DATABASE_URL, HIBIKI_AMQP_URL, HIBIKI_REDIS_URL), or none.`
      )
}
