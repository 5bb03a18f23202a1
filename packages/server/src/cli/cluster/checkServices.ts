/**
 * Checks whether the services of a cluster are reachable, suitable and set up. A process does this before it takes any
 * work, so that it never starts half.
 */

import { misconfigured, type Problem, unanswered } from "@hibiki/node/Problem"
import { Effect } from "effect"
import { checkSetUp, checkTopology } from "../../rabbit/RabbitTopology.ts"
import { takesMessages } from "../../rabbit/takesMessages.ts"
import { checkRedis } from "../../redis/checkRedis.ts"
import type { ClusterServices } from "../../roles/services.ts"
import { checkPostgres } from "../../sql/checkPostgres.ts"
import { knownVersion, type SchemaFacts, stateOf } from "../../sql/Migration.ts"
import { ownSchema } from "../../sql/ownSchema.ts"
import { type Finding, fine, warning } from "../Finding.ts"

/** In the order in which a person would fix them. */
export const checkServices = (services: ClusterServices): Effect.Effect<void, Problem> =>
  Effect.all([checkDatabase(services), asProblem(checkSetUp(brokerOf(services))), checkCache(services)], {
    discard: true
  })

/**
 * A line for each service. `hibiki setup --check` checks whether the cluster is whole. `hibiki doctor` checks whether a
 * server would start: with a queue that is missing or down it does.
 */
export const serviceFindings = (
  services: ClusterServices,
  asked: "whole" | "starts"
): ReadonlyArray<readonly [name: string, Effect.Effect<Finding, Problem>]> => [
  ["Postgres", Effect.map(checkDatabase(services), fine)],
  [
    "RabbitMQ",
    asked === "whole"
      ? brokerFinding(services)
      : Effect.catchAll(brokerFinding(services), (problem) => ifItStarts(services, problem))
  ],
  ["Redis", Effect.map(checkCache(services), fine)]
]

/** Requires that the database is set up. */
export const checkDatabase = (services: ClusterServices): Effect.Effect<string, Problem> =>
  Effect.flatMap(database(services), ({ schema, version }) =>
    Effect.as(setUp(schema), `${version}, tables of version ${schema?.version}`)
  )

const brokerOf = ({ amqpUrl, partitions }: ClusterServices) => ({ url: amqpUrl, partitions })

const brokerFinding = (services: ClusterServices): Effect.Effect<Finding, Problem> =>
  Effect.flatMap(asProblem(checkTopology(brokerOf(services))), () =>
    Effect.match(takesMessages(services.amqpUrl), {
      onFailure: ({ sentence }) => warning(sentence),
      onSuccess: (untaken) => (untaken === undefined ? fine(`${services.partitions} partitions`) : warning(untaken))
    })
  )

const ifItStarts = (services: ClusterServices, { sentence }: Problem): Effect.Effect<Finding, Problem> =>
  Effect.as(asProblem(checkSetUp(brokerOf(services))), warning(sentence))

const checkCache = ({ redisUrl }: ClusterServices): Effect.Effect<string, Problem> =>
  Effect.map(asProblem(checkRedis(redisUrl)), ({ version }) => version)

/** Accepts a database that is not set up. */
export const database = (services: ClusterServices) => asProblem(checkPostgres(services.databaseUrl))

interface ServiceProblem {
  readonly sentence: string
  readonly reason?: string
}

export const asProblem = <A>(check: Effect.Effect<A, ServiceProblem>): Effect.Effect<A, Problem> =>
  Effect.mapError(check, ({ reason, sentence }) =>
    unreached.has(reason ?? "") ? unanswered(sentence) : misconfigured(sentence)
  )

/** The errors of a service that is starting, or of a name that does not resolve yet. */
const unreached = new Set(["unreachable", "refused"])

const setUp = (facts: SchemaFacts | undefined): Effect.Effect<void, Problem> => {
  switch (stateOf(facts, ownSchema)) {
    case "current":
      return Effect.void
    case "absent":
      return misconfigured("The tables are not there: run `hibiki setup`.")
    case "older":
      return misconfigured(
        `The tables are of version ${facts?.version}, and ${knownVersion(ownSchema)} is needed: run \`hibiki setup\`.`
      )
    case "newer":
      return tooNew(facts?.version)
    case "other":
      return otherTables
  }
}

export const tooNew = (found: number | undefined): Effect.Effect<never, Problem> =>
  misconfigured(
    `The tables are of a newer Hibiki (version ${found}, here ${knownVersion(ownSchema)}): update this program.`
  )

export const otherTables: Effect.Effect<never, Problem> = misconfigured(
  "The tables are of another build of Hibiki: export them with the program that made them, or give HIBIKI_DATABASE_URL an empty database."
)
