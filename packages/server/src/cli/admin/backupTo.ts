/** The backup of a folder at an administrator's request. */
import { Effect } from "effect"
import { backupFolder } from "../../pglite/backupFolder.ts"
import { placeForFile } from "./placeForFile.ts"

export const backupTo = (folder: string) => (path: string) =>
  Effect.zipRight(placeForFile(path, folder), backupFolder(folder, path))
