/**
 * `hibiki restored`: marks a store as restored from a copy, so that devices and caches discard what they have of later
 * events.
 */
import { rmSync } from "node:fs"
import * as SqlClient from "@effect/sql/SqlClient"
import type { Problem } from "@hibiki/node/Problem"
import { Console, Effect } from "effect"
import { movedMark } from "../../pglite/restoredMark.ts"
import { beginEpoch } from "../../sql/beginEpoch.ts"
import { databaseFailed } from "../cluster/commandDatabase.ts"
import type { SettingsOf } from "../config/commandSettings.ts"
import { dataFolder } from "../config/dataFolder.ts"
import { withStore } from "./withStore.ts"

export const restored = (settings: SettingsOf<"restored">): Effect.Effect<void, Problem> =>
  Effect.zipRight(
    withStore(settings, { makes: false, alone: true }, (services) =>
      // Under its new epoch it may be used again, even if another store goes on with the old one.
      services === undefined
        ? Effect.zipRight(
            begin,
            Effect.sync(() => rmSync(movedMark(dataFolder(settings)), { force: true }))
          )
        : begin
    ),
    Console.log(
      "A new epoch has begun. Devices read everything anew when they come back, and send again what they still hold."
    )
  )

const begin = Effect.flatMap(SqlClient.SqlClient, (sql) => Effect.mapError(beginEpoch(sql), databaseFailed))
