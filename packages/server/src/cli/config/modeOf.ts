/** Whether the settings are those of a cluster. */

import { misconfigured, type Problem } from "@hibiki/node/Problem"
import { Effect } from "effect"
import type { SettingsValues } from "./Settings.ts"

const variables = {
  databaseUrl: "HIBIKI_DATABASE_URL",
  amqpUrl: "HIBIKI_AMQP_URL",
  redisUrl: "HIBIKI_REDIS_URL"
} as const

export type Mode = "embedded" | "cluster"

/** Checks which of the service URLs are set: with only some, data would be split between a cluster and a folder. */
export const modeOf = ({ services }: Pick<SettingsValues, "services">): Effect.Effect<Mode, Problem> => {
  const names = Object.entries(variables) as ReadonlyArray<[keyof typeof variables, string]>
  const missing = names.flatMap(([key, name]) => (services[key] === undefined ? [name] : []))
  if (missing.length === names.length) return Effect.succeed("embedded")
  if (missing.length === 0) return Effect.succeed("cluster")
  return misconfigured(
    `${missing.join(" and ")} ${missing.length === 1 ? "is" : "are"} not set: set all three service URLs (HIBIKI_DATABASE_URL, HIBIKI_AMQP_URL, HIBIKI_REDIS_URL), or none.`
  )
}
