/** A database of its own for one test file: PGlite in a temporary folder, migrated. */
import { Effect, Layer } from "effect"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { SqlPglite } from "../../src/backends/SqlPglite.ts"
import { migrate } from "../../src/infra/Migrations.ts"

export const temporaryFolder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "hibiki-test-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

export const freshPglite = Layer.unwrapScoped(Effect.map(temporaryFolder, (folder) => SqlPglite.layer({ folder }))).pipe((database) =>
  Layer.provideMerge(Layer.effectDiscard(migrate()), database)
)
