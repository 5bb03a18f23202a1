/** The database of either mode for one command: a cluster's, or the folder's, which no server may use meanwhile. */
import type * as SqlClient from "@effect/sql/SqlClient"
import type { Problem } from "@hibiki/node/Problem"
import { Console, Effect, Layer, Logger } from "effect"
import type { FolderStep } from "../../pglite/PgliteFolder.ts"
import { SqlPglite } from "../../pglite/SqlPglite.ts"
import { embeddedStores } from "../../roles/embeddedStores.ts"
import type { ClusterServices } from "../../roles/services.ts"
import { checkDatabase } from "../cluster/checkServices.ts"
import { clusterAtRest } from "../cluster/clusterAtRest.ts"
import { clusterServices } from "../cluster/clusterOptions.ts"
import { commandDatabase } from "../cluster/commandDatabase.ts"
import type { SettingsOf } from "../config/commandSettings.ts"
import { dataFolder, existingFolder } from "../config/dataFolder.ts"
import { modeOf } from "../config/modeOf.ts"
import { startProblem } from "../config/startProblem.ts"

export interface StoreUse {
  /** Whether to create a missing folder. */
  readonly makes: boolean
  /** Whether no process of the cluster may run meanwhile. */
  readonly alone: boolean
}

/** Updates a folder's tables; a cluster's must be up to date. */
export const withStore = <A>(
  settings: SettingsOf<"export">,
  { alone, makes }: StoreUse,
  use: (services: ClusterServices | undefined) => Effect.Effect<A, Problem, SqlClient.SqlClient>
): Effect.Effect<A, Problem> =>
  Effect.gen(function* () {
    if ((yield* modeOf(settings)) === "cluster") {
      const services = yield* clusterServices(settings)
      yield* checkDatabase(services)
      const check = alone ? clusterAtRest(services) : Effect.void
      return yield* Effect.provide(Effect.zipRight(check, use(services)), commandDatabase(services))
    }
    const folder = makes ? dataFolder(settings) : yield* existingFolder(settings)
    const stores = Layer.build(embeddedStores({ folder, onStep, database: patient }))
    return yield* Effect.provide(use(undefined), yield* Effect.mapError(stores, startProblem))
  }).pipe(Effect.scoped, Effect.provide(Logger.remove(Logger.defaultLogger)))

const patient: typeof SqlPglite.layer = (options) => SqlPglite.layer({ ...options, queryTimeoutMs: 600_000 })

/** The steps that take longer than others. */
const slowSteps: Partial<Readonly<Record<FolderStep, string>>> = {
  waiting: "The folder was not given back by whoever used it last: seeing for ten seconds whether it is still used ...",
  making: "Creating the database: this takes some seconds, once ..."
}

const onStep = (step: FolderStep): Effect.Effect<void> => {
  const text = slowSteps[step]
  return text === undefined ? Effect.void : Console.error(text)
}
