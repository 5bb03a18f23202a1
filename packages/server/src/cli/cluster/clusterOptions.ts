/** The options of a cluster's roles, from the settings. */

import { misconfigured, type Problem } from "@hibiki/node/Problem"
import { Effect, Redacted } from "effect"
import { secretKeyMin } from "../../accounts/SecretsNode.ts"
import type { ClusterOptions } from "../../roles/cluster.ts"
import type { ClusterServices } from "../../roles/services.ts"
import type { SettingsOf } from "../config/commandSettings.ts"
import { modeOf } from "../config/modeOf.ts"
import { roleOptions } from "../config/roleOptions.ts"
import type { SettingsValues } from "../config/Settings.ts"
import { defaultPassword } from "./defaultPasswords.ts"

/** For a command that makes no sense without services. */
export const clusterServices = (settings: Pick<SettingsValues, "services">): Effect.Effect<ClusterServices, Problem> =>
  Effect.gen(function* () {
    if ((yield* modeOf(settings)) === "embedded") {
      return yield* misconfigured(
        "This is for a cluster: set HIBIKI_DATABASE_URL, HIBIKI_AMQP_URL and HIBIKI_REDIS_URL. In one process, `hibiki start` is all."
      )
    }
    const { amqpUrl, databaseUrl, partitions, redisUrl, secretKey } = settings.services
    if (secretKey === undefined) {
      return yield* misconfigured(
        "HIBIKI_SECRET_KEY is not set: give all processes of the cluster the same one, of 32 characters or more."
      )
    }
    if (Redacted.value(secretKey).length < secretKeyMin)
      return yield* misconfigured(`HIBIKI_SECRET_KEY must have ${secretKeyMin} characters or more.`)
    if (databaseUrl === undefined || amqpUrl === undefined || redisUrl === undefined)
      return yield* misconfigured("A service URL is not set.")
    const weak = defaultPassword({ amqpUrl, redisUrl })
    if (weak !== undefined) return yield* misconfigured(weak)
    return { amqpUrl, databaseUrl, partitions, redisUrl, secretKey }
  })

export const clusterOptions = (
  settings: SettingsOf<"api">,
  services: ClusterServices
): Omit<ClusterOptions, "webPush"> => {
  return { services, ...roleOptions(settings) }
}
