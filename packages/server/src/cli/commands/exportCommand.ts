/** `hibiki export`: writes the whole content of a store into one file, for an import elsewhere. */
import { Args, Command, Options } from "@effect/cli"
import { Effect } from "effect"
import type { SettingsOf } from "../config/commandSettings.ts"
import { withSettings } from "./withSettings.ts"

const path = Args.text({ name: "file" }).pipe(
  Args.withDescription(
    "File to write, such as hibiki.export.gz, or - for the standard output. An existing one is left alone."
  )
)
const packed = Options.boolean("gzip").pipe(
  Options.withDescription("Pack it by gzip, as is done anyway when the file's name ends with .gz.")
)

const moving = Options.boolean("moving").pipe(
  Options.withDescription(
    "The export is to be served elsewhere: no server starts with the folder any more, unless `hibiki restored` begins it anew."
  )
)

export const exportCommand = Command.make("export", { path, packed, moving }, ({ moving, packed, path }) =>
  withSettings((settings: SettingsOf<"export">) =>
    Effect.flatMap(
      Effect.promise(() => import("../data/exportStore.ts")),
      ({ exportStore }) => exportStore(settings, { path, packed: packed || path.endsWith(".gz"), moving })
    )
  )
).pipe(
  Command.withDescription(
    "Write all data, as of one moment, to one file for `hibiki import`, to move from a folder to a cluster or back. Stop the folder's server first."
  )
)
