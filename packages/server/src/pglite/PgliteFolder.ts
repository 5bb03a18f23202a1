/** The database folder of the embedded mode: locked, checked, and created by a process of its own if it is new. */

import { randomUUID } from "node:crypto"
import { existsSync } from "node:fs"
import { readdir, readFile, rename, rm } from "node:fs/promises"
import { join } from "node:path"
import { type FolderRefused, lockFolder } from "@hibiki/node/FolderLock"
import { Data, Effect, type Scope } from "effect"
import { startPgliteMaker } from "./pgliteEntry.ts"

/**
 * A newer Hibiki wrote the folder: its database (`found` and `known` are major versions of Postgres) or its schema is
 * newer.
 */
export class FolderNewer extends Data.TaggedError("FolderNewer")<{
  readonly folder: string
  readonly what: "postgres" | "schema"
  readonly found: number
  readonly known: number
}> {}
/** Another baseline than this program's made the folder's tables. */
export class FolderOther extends Data.TaggedError("FolderOther")<{ readonly folder: string }> {}
/** The folder can't be opened or created, for a reason that is none of the others. */
export class FolderUnusable extends Data.TaggedError("FolderUnusable")<{
  readonly folder: string
  readonly reason: string
}> {}

export type FolderProblem = FolderRefused | FolderNewer | FolderOther | FolderUnusable

/**
 * The current step of a start. `making` takes some seconds and happens once. `waiting` happens if another process used
 * the folder and this one can't check whether it still does.
 */
export type FolderStep = "waiting" | "making" | "opening" | "migrating"

/** The major version of Postgres in the pinned PGlite. */
export const pglitePostgres = 18

/**
 * Returns the data folder of PGlite inside `folder`, which is locked until the scope closes. Creates what is missing.
 */
export const preparePgliteFolder = (
  folder: string,
  onStep: (step: FolderStep) => Effect.Effect<void>
): Effect.Effect<string, FolderProblem, Scope.Scope> =>
  Effect.gen(function* () {
    yield* lockFolder(folder, onStep("waiting"))
    yield* clearUnfinished(folder)
    const dataDir = join(folder, "pg")
    if (!existsSync(dataDir)) {
      yield* onStep("making")
      yield* makeDataDir(folder, dataDir)
    }
    const found = yield* Effect.promise(() =>
      readFile(join(dataDir, "PG_VERSION"), "utf8").then(
        (text) => Number(text.trim()),
        () => Number.NaN
      )
    )
    if (!Number.isInteger(found))
      return yield* new FolderUnusable({ folder, reason: "its folder pg holds no database" })
    if (found > pglitePostgres)
      return yield* new FolderNewer({ folder, what: "postgres", found, known: pglitePostgres })
    if (found < pglitePostgres)
      return yield* new FolderUnusable({
        folder,
        reason: `its database is of Postgres ${found}, and ${pglitePostgres} can't read it`
      })
    return dataDir
  })

/** Well above the 5 to 9 s that it takes on two slow cores. */
const makeTimeoutMs = 120_000

/** The first part of the name of an unfinished database. */
const unfinishedName = "pg.new"

// Created beside its place and then moved in one step: an interrupted start leaves nothing that looks like a database.
// Each start uses a folder of its own, since the maker process of a killed start may write on for seconds.
const makeDataDir = (folder: string, dataDir: string): Effect.Effect<void, FolderUnusable> => {
  const fresh = join(folder, `${unfinishedName}.${randomUUID()}`)
  return runMaker(fresh).pipe(
    Effect.zipRight(Effect.tryPromise({ try: () => rename(fresh, dataDir), catch: (error) => String(error) })),
    Effect.timeoutFail({
      duration: makeTimeoutMs,
      onTimeout: () => `it was not made within ${makeTimeoutMs / 1000} s`
    }),
    Effect.onError(() => remove(fresh)),
    Effect.mapError((reason) => new FolderUnusable({ folder, reason }))
  )
}

/**
 * Deletes what interrupted starts left. A maker process that still writes there fails, or leaves the rest to a later
 * start.
 */
const clearUnfinished = (folder: string): Effect.Effect<void> =>
  Effect.promise(() => readdir(folder).catch(() => [])).pipe(
    Effect.flatMap((names) =>
      Effect.forEach(
        names.filter((name) => name.startsWith(unfinishedName)),
        (name) => remove(join(folder, name))
      )
    )
  )

const remove = (path: string): Effect.Effect<void> =>
  Effect.promise(() => rm(path, { recursive: true, force: true }).catch(() => undefined))

const runMaker = (dataDir: string): Effect.Effect<void, string> =>
  Effect.async<void, string>((resume) => {
    const child = startPgliteMaker(dataDir)
    let told = ""
    // The first lines contain the reason; the rest may be a whole minified file.
    child.stderr?.on("data", (chunk: unknown) => {
      if (told.length < 2_000) told += String(chunk)
    })
    child.on("error", (error) => resume(Effect.fail(error.message)))
    child.on("exit", (code, signal) =>
      resume(
        code === 0
          ? Effect.void
          : Effect.fail(told.trim().slice(0, 500) || `the process that makes it ended with ${code ?? signal}`)
      )
    )
    return Effect.sync(() => void child.kill("SIGKILL"))
  })
