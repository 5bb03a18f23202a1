/**
 * `main.ts POINT`: a worker as it is shipped, over a database that ends the process at this point, once it is told to
 * by SIGUSR2.
 */
import { Console, Effect } from "effect"
import { startRole } from "../../../../src/cli/cluster/startRole.ts"
import { withSettings } from "../../../../src/cli/commands/withSettings.ts"
import { Environment } from "../../../../src/cli/config/Environment.ts"
import { plainConsole } from "../../../../src/cli/plainConsole.ts"
import { runMain } from "../../../../src/cli/runMain.ts"
import { sqlPostgres } from "../../../../src/sql/SqlPostgres.ts"
import type { Point } from "../../../e2e/kill/points.ts"
import { overStatements } from "../../../e2e/kill/server/overStatements.ts"
import { statementsThatEnd } from "../../../e2e/kill/server/statementsThatEnd.ts"

/** Several workers share the load, and take what comes at once: mostly one post. */
const postsAtLeast = 1

const over = statementsThatEnd(process.argv[2] as Point, postsAtLeast)

runMain(
  withSettings((settings) =>
    startRole("worker", settings, (options) => overStatements(sqlPostgres(options), over))
  ).pipe(Console.withConsole(plainConsole), Effect.provide(Environment.layer))
)
