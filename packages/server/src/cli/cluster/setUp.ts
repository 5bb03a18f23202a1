/**
 * `hibiki setup`: brings tables and queues to the state that this version needs. Safe at any time and by several at
 * once; it never drops anything.
 */

import { ExitCode, failed, oneLine, Problem } from "@hibiki/node/Problem"
import { Console, Effect } from "effect"
import { setUpTopology } from "../../rabbit/RabbitTopology.ts"
import { checkRedis } from "../../redis/checkRedis.ts"
import type { ClusterServices } from "../../roles/services.ts"
import { knownVersion, stateOf } from "../../sql/Migration.ts"
import { migrate } from "../../sql/Migrations.ts"
import { ownSchema } from "../../sql/ownSchema.ts"
import { isHeld } from "../../sql/sqlState.ts"
import type { SettingsOf } from "../config/commandSettings.ts"
import { asProblem, database, otherTables, serviceFindings, tooNew } from "./checkServices.ts"
import { adminLink } from "./clusterAccounts.ts"
import { clusterServices } from "./clusterOptions.ts"
import { commandDatabase } from "./commandDatabase.ts"

export interface SetUpRequest {
  readonly checkOnly: boolean
  readonly remakeDown: boolean
}

export const setUp = (
  settings: SettingsOf<"setup">,
  { checkOnly, remakeDown }: SetUpRequest
): Effect.Effect<void, Problem> =>
  Effect.gen(function* () {
    const services = yield* clusterServices(settings)
    if (checkOnly) return yield* reportAll(services)
    yield* makeAll(services, remakeDown)
    for (const line of yield* adminLink(settings, services)) yield* Console.log(line)
  })

const say = (mark: string, name: string, text: string) => Console.log(`${mark} ${name.padEnd(8)} ${oneLine(text)}`)

/** Only checks. */
const reportAll = (services: ClusterServices): Effect.Effect<void, Problem> =>
  Effect.gen(function* () {
    let isReady = true
    for (const [name, check] of serviceFindings(services, "whole")) {
      const passed = yield* Effect.matchEffect(check, {
        onFailure: ({ sentence }) => Effect.as(say("✗", name, sentence), false),
        onSuccess: ({ mark, text }) => Effect.as(say(mark, name, text), true)
      })
      isReady &&= passed
    }
    if (!isReady)
      return yield* new Problem({
        sentence: "The cluster is not set up, or not whole: see the lines marked ✗.",
        exitCode: ExitCode.config
      })
  })

/** Checks everything before it creates anything, so that a foreseeable problem leaves nothing half done. */
const makeAll = (services: ClusterServices, remakeDown: boolean): Effect.Effect<void, Problem> =>
  Effect.gen(function* () {
    const { schema, version } = yield* database(services)
    const state = stateOf(schema, ownSchema)
    if (state === "newer") return yield* tooNew(schema?.version)
    if (state === "other") return yield* otherTables
    const redis = yield* asProblem(checkRedis(services.redisUrl))
    const queues = yield* asProblem(
      setUpTopology({ url: services.amqpUrl, partitions: services.partitions }, remakeDown)
    )
    const ran = yield* migrate(
      ownSchema,
      Console.log("Something holds the tables, such as a pg_dump: waiting until it ends.")
    ).pipe(
      // An index on a large table takes long. If this gave up half-way, the index would go on there, and hold its
      // locks.
      Effect.provide(commandDatabase(services)),
      Effect.catchTags({
        NewerSchema: ({ found }) => tooNew(found),
        OtherSchema: () => otherTables,
        SqlError: (error) =>
          failed(
            isHeld(error)
              ? "The tables could not be brought up to date, as something held them for an hour, such as a pg_dump: run `hibiki setup` again when it has ended."
              : `The tables could not be brought up to date: ${error.message}`
          )
      })
    )
    yield* say(
      "✓",
      "Postgres",
      `${version}, tables of version ${Math.max(schema?.version ?? 0, knownVersion(ownSchema))}${ran.length === 0 ? ", as before" : ""}`
    )
    yield* say("✓", "RabbitMQ", `${services.partitions} partitions${queues.made ? "" : ", as before"}`)
    if (queues.remade.length > 0) yield* say("✓", "RabbitMQ", `made anew: ${queues.remade.join(", ")}`)
    // No reason to fail: processes that wait for the set-up can start.
    if (queues.trouble !== undefined) yield* say("!", "RabbitMQ", queues.trouble)
    yield* say("✓", "Redis", redis.version)
    yield* Console.log("The cluster is set up.")
  })
