/** Whether the services of a cluster are there, fit, and set up: asked before a process takes any work, so that it never starts half. */
import { Effect } from "effect"
import { checkPostgres } from "../../infra/checkPostgres.ts"
import { isKnown, type SchemaFacts } from "../../infra/Migration.ts"
import { migrations } from "../../infra/Migrations.ts"
import { checkRedis } from "../../infra/redis/checkRedis.ts"
import { checkTopology } from "../../messages/RabbitTopology.ts"
import type { ClusterServices } from "../../roles/services.ts"
import { misconfigured, type Problem } from "../Problem.ts"

/** In the order in which a person would put them right. Each gives a line for `hibiki setup --check` and `hibiki doctor`. */
export const serviceChecks = (services: ClusterServices): ReadonlyArray<readonly [name: string, Effect.Effect<string, Problem>]> => [
  ["Postgres", checkDatabase(services)],
  [
    "RabbitMQ",
    Effect.as(asProblem(checkTopology({ url: services.amqpUrl, partitions: services.partitions })), `${services.partitions} partitions`)
  ],
  ["Redis", Effect.map(asProblem(checkRedis(services.redisUrl)), ({ version }) => version)]
]

export const checkServices = (services: ClusterServices): Effect.Effect<void, Problem> =>
  Effect.forEach(serviceChecks(services), ([, check]) => check, { discard: true })

/** Of a database that must be set up. */
export const checkDatabase = (services: ClusterServices): Effect.Effect<string, Problem> =>
  Effect.flatMap(database(services), ({ schema, version }) => Effect.as(setUp(schema), `${version}, tables of version ${schema.version}`))

/** Of a database that may be set up or not. */
export const database = (services: ClusterServices) => asProblem(checkPostgres(services.databaseUrl))

export const asProblem = <A>(check: Effect.Effect<A, { readonly sentence: string }>): Effect.Effect<A, Problem> =>
  Effect.mapError(check, ({ sentence }) => misconfigured(sentence))

const setUp = (schema: SchemaFacts): Effect.Effect<void, Problem> => {
  const known = migrations.length
  if (!isKnown(schema, known)) return tooNew(schema.version)
  return schema.version >= known
    ? Effect.void
    : misconfigured(
        `The tables are ${schema.version === 0 ? "not there" : `of version ${schema.version}, and ${known} is needed`}: run \`hibiki setup\`.`
      )
}

export const tooNew = (found: number): Effect.Effect<never, Problem> =>
  misconfigured(`The tables are of a newer Hibiki (version ${found}, here ${migrations.length}): update this program.`)
