/**
 * Checks that no process of a cluster runs, for commands that replace data which running processes would go on to
 * trust.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import { misconfigured, type Problem } from "@hibiki/node/Problem"
import { Effect } from "effect"
import { consumedPartitions } from "../../rabbit/RabbitTopology.ts"
import type { ClusterServices } from "../../roles/services.ts"
import { asProblem } from "./checkServices.ts"
import { databaseFailed } from "./commandDatabase.ts"

/**
 * Looks at connections to the database and at consumers, so that it also sees a process that has lost one of the two.
 */
export const clusterAtRest = (services: ClusterServices): Effect.Effect<void, Problem, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const roles = yield* sql<{ readonly role: string }>`
      select distinct split_part(a.application_name, ' ', 2) as role from pg_stat_activity a
      where a.datname = current_database() and a.application_name ~ '^hibiki (api|gateway|worker|push|all) ' order by 1`.pipe(
      Effect.mapError(databaseFailed)
    )
    if (roles.length > 0)
      return yield* misconfigured(
        `Processes of this cluster run (${roles.map(({ role }) => role).join(", ")}): stop all of them first.`
      )
    if ((yield* asProblem(consumedPartitions({ url: services.amqpUrl, partitions: services.partitions }))) > 0)
      return yield* misconfigured("Workers of this cluster run, on this database or another: stop all of them first.")
  })
