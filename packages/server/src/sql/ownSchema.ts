/** The schema of this program: the files in `packages/server/schema`. */
import { readdirSync, readFileSync } from "node:fs"
import { makeBaseline, type TableSchema } from "./Migration.ts"

/**
 * Set by the build, so that a built program has the schema that it was built with. Files that lie beside it later don't
 * matter.
 */
declare const builtSchemaFiles: ReadonlyArray<readonly [name: string, text: string]> | undefined

const readFiles = (): ReadonlyArray<readonly [name: string, text: string]> => {
  const folder = new URL("../../schema/", import.meta.url)
  return readdirSync(folder)
    .filter((name) => name.endsWith(".sql"))
    .sort()
    .map((name) => [name, readFileSync(new URL(name, folder), "utf8")])
}

/** By their names, in the order in which they run. */
export const schemaFiles: ReadonlyMap<string, string> = new Map(
  typeof builtSchemaFiles === "undefined" ? readFiles() : builtSchemaFiles
)

/** Until 1.0.0 the files are edited in place. From then on they stay as they are, and each change is a migration. */
export const ownSchema: TableSchema = { baseline: makeBaseline([...schemaFiles.values()]), migrations: [] }
