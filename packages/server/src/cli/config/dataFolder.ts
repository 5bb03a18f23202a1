/** The data folder of the embedded server, from the settings. */
import { existsSync } from "node:fs"
import { join, resolve } from "node:path"
import { misconfigured, type Problem, shown } from "@hibiki/node/Problem"
import { Effect } from "effect"
import type { SettingsValues } from "./Settings.ts"

export interface FolderSettings {
  readonly server: Pick<SettingsValues["server"], "data">
}

export const dataFolder = (settings: FolderSettings): string => resolve(settings.server.data)

/** For a command that makes no sense before a first start. */
export const existingFolder = (settings: FolderSettings): Effect.Effect<string, Problem> => {
  const folder = dataFolder(settings)
  return existsSync(join(folder, "pg"))
    ? Effect.succeed(folder)
    : misconfigured(
        `${shown(folder)} is no data folder of Hibiki: start a server first, or set HIBIKI_DATA to its folder.`
      )
}
