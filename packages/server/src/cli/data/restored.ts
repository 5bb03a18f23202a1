/** `hibiki restored`: tells a store that it came out of a copy, so that devices and caches give up what they know of a later past. */
import * as SqlClient from "@effect/sql/SqlClient"
import { Console, Effect } from "effect"
import { beginEpoch } from "../../infra/beginEpoch.ts"
import { databaseFailed } from "../cluster/commandDatabase.ts"
import type { SettingsValues } from "../config/Settings.ts"
import type { Problem } from "../Problem.ts"
import { withStore } from "./withStore.ts"

export const restored = (settings: SettingsValues): Effect.Effect<void, Problem> =>
  Effect.zipRight(
    withStore(settings, { makes: false, alone: true }, () => begin),
    Console.log("A new epoch has begun. Devices read everything anew when they come back, and send again what they still hold.")
  )

const begin = Effect.flatMap(SqlClient.SqlClient, (sql) => Effect.mapError(beginEpoch(sql), databaseFailed))
