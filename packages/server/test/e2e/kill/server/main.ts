/** `main.ts POINT`: the server as it is shipped, on a database that ends the process at this point. */
import { Console, Effect } from "effect"
import { withSettings } from "../../../../src/cli/commands/withSettings.ts"
import { Environment } from "../../../../src/cli/config/Environment.ts"
import { plainConsole } from "../../../../src/cli/plainConsole.ts"
import { runMain } from "../../../../src/cli/runMain.ts"
import { startServer } from "../../../../src/cli/start/startServer.ts"
import type { Point } from "../points.ts"
import { databaseThatEnds } from "./databaseThatEnds.ts"

runMain(
  withSettings((settings) => startServer(settings, databaseThatEnds(process.argv[2] as Point))).pipe(
    Console.withConsole(plainConsole),
    Effect.provide(Environment.layer)
  )
)
