/** Databases for tests: PGlite in temporary folders. */

import { Effect, Layer } from "effect"
import { temporaryFolder } from "../../../node/test/temporaryFolder.ts"
import { SqlPglite } from "../../src/pglite/SqlPglite.ts"
import { emptyPglite, putEmptyPglite, putMigratedPglite } from "./pgliteTemplate.ts"

/** A folder with an empty database, as its first start makes it. */
export const databaseFolder = Effect.tap(temporaryFolder, (folder) => Effect.promise(() => putEmptyPglite(folder)))

/** For suites that make many of them: what these are copied from is there before the first test. */
export const databaseFolders = Layer.effectDiscard(Effect.promise(emptyPglite))

/** A folder with a database of all tables. */
const migratedFolder = Effect.tap(temporaryFolder, (folder) => Effect.promise(() => putMigratedPglite(folder)))

/** A database of its own for one test file, migrated. */
export const freshPglite = Layer.unwrapScoped(Effect.map(migratedFolder, (folder) => SqlPglite.layer({ folder })))
