/** `hibiki restored`: for use after a database was restored from a backup. */
import { Command } from "@effect/cli"
import { Effect } from "effect"
import type { SettingsOf } from "../config/commandSettings.ts"
import { withSettings } from "./withSettings.ts"

export const restored = Command.make("restored", {}, () =>
  withSettings((settings: SettingsOf<"restored">) =>
    Effect.flatMap(
      Effect.promise(() => import("../data/restored.ts")),
      ({ restored }) => restored(settings)
    )
  )
).pipe(
  Command.withDescription(
    "Run once after the database or folder was restored from a copy, before the first start: devices then read everything anew."
  )
)
