/** Databases for tests: PGlite in temporary folders. */

import { cpSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect, Layer, type Scope } from "effect"
import { SqlPglite } from "../../src/backends/SqlPglite.ts"
import { migrate } from "../../src/infra/Migrations.ts"

export const temporaryFolder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "hibiki-test-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

/** A database of its own for one test file, migrated. */
export const freshPglite = Layer.unwrapScoped(Effect.map(temporaryFolder, (folder) => SqlPglite.layer({ folder }))).pipe((database) =>
  Layer.provideMerge(Layer.effectDiscard(migrate()), database)
)

/** A folder with an empty database, and copies of it, which are quicker to have than new ones. */
export const folderTemplate: Effect.Effect<{ readonly copy: Effect.Effect<string, never, Scope.Scope> }, unknown, Scope.Scope> = Effect.gen(
  function* () {
    const template = yield* temporaryFolder
    yield* Effect.scoped(Layer.build(SqlPglite.layer({ folder: template })))
    return { copy: Effect.tap(temporaryFolder, (folder) => Effect.sync(() => cpSync(template, folder, { recursive: true }))) }
  }
)
