/** `hibiki import`: fills an empty store with an export. */
import { Args, Command, Options } from "@effect/cli"
import { Effect } from "effect"
import type { SettingsOf } from "../config/commandSettings.ts"
import { withSettings } from "./withSettings.ts"

const path = Args.text({ name: "file" }).pipe(
  Args.withDescription("The export, packed or not, or - for the standard input.")
)
const checkOnly = Options.boolean("check").pipe(
  Options.withDescription("Import nothing: compare the store with the export, line by line.")
)

export const importCommand = Command.make("import", { path, checkOnly }, ({ checkOnly, path }) =>
  withSettings((settings: SettingsOf<"import">) =>
    checkOnly
      ? Effect.flatMap(
          Effect.promise(() => import("../data/compareStore.ts")),
          ({ compareStore }) => compareStore(settings, path)
        )
      : Effect.flatMap(
          Effect.promise(() => import("../data/importStore.ts")),
          ({ importStore }) => importStore(settings, path)
        )
  )
).pipe(
  Command.withDescription(
    "Fill an empty cluster that is set up, or an empty or new folder, with an export: all of it or nothing. No process may run meanwhile."
  )
)
