/** One connection to a cluster's database for one command. */
import type { SqlError } from "@effect/sql/SqlError"
import { failed, type Problem } from "@hibiki/node/Problem"
import type { ClusterServices } from "../../roles/services.ts"
import { sqlPostgres } from "../../sql/SqlPostgres.ts"

/** A command may need long for a large table. */
const statementTimeoutMs = 600_000

export const commandDatabase = ({ databaseUrl }: ClusterServices) =>
  sqlPostgres({ url: databaseUrl, connections: 1, application: "hibiki command", statementTimeoutMs })

export const databaseFailed = ({ cause, message }: SqlError): Problem =>
  failed(`The database refused it: ${cause instanceof Error ? cause.message : message}`)
