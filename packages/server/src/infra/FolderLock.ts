/** One process per folder: without it, two databases open on one folder ruin each other's data and tell nobody. */

import { randomUUID } from "node:crypto"
import { access, constants, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { every } from "@hibiki/core/kernel/every"
import { Data, Effect, Random, Schedule, type Scope } from "effect"
import { ownIdentity, type ProcessIdentity, stateOf } from "./ProcessIdentity.ts"

/** Another process works in the folder. */
export class FolderLocked extends Data.TaggedError("FolderLocked")<{ readonly folder: string; readonly pid: number }> {}
/** The folder can't be made, or nothing can be written to it. `code` is the system's, such as EACCES. */
export class FolderNotWritable extends Data.TaggedError("FolderNotWritable")<{ readonly folder: string; readonly code: string }> {}

/**
 * Holds the folder until the scope closes, and makes it if it is not there. A process that dies at any moment leaves a lock that
 * the next one finds stale. Two that start at the same moment may both be refused, never both let in.
 *
 * Each process writes a file of its own and then looks at the others': whoever writes later sees the earlier one. Since no name
 * is used twice, a dead process's file can be removed by anybody at any time.
 */
export const lockFolder = (folder: string): Effect.Effect<void, FolderLocked | FolderNotWritable, Scope.Scope> =>
  Effect.gen(function* () {
    const claim = attempt(folder, () => claimFolder(folder))
    const path = yield* Effect.acquireRelease(
      claim.pipe(Effect.retry({ while: ({ _tag }) => _tag === "FolderLocked", schedule: meeting })),
      (path) => Effect.promise(() => rm(path, { force: true }).catch(() => undefined))
    )
    yield* Effect.promise(() => utimes(path, new Date(), new Date()).catch(() => undefined)).pipe(every(beatMs), Effect.forkScoped)
  })

const beatMs = 5_000
/** For processes whose pids can't be looked up: silent for so long, they are taken for dead. */
const silentMs = 30_000
// Two that met at the start step back and try again at different moments.
const meeting = Schedule.recurs(2).pipe(Schedule.addDelayEffect(() => Random.nextIntBetween(20, 200)))
const lockName = /^lock\.[0-9a-f-]{36}$/

const attempt = <A>(folder: string, run: () => Promise<A>): Effect.Effect<A, FolderLocked | FolderNotWritable> =>
  Effect.tryPromise({
    try: run,
    catch: (error) =>
      error instanceof FolderLocked
        ? error
        : new FolderNotWritable({ folder, code: error instanceof Error && "code" in error ? String(error.code) : "unknown" })
  })

const claimFolder = async (folder: string): Promise<string> => {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await access(folder, constants.R_OK | constants.W_OK | constants.X_OK)
  const name = `lock.${randomUUID()}`
  const path = join(folder, name)
  // Renamed when whole, so that nobody reads half of it.
  await writeFile(`${path}.new`, JSON.stringify(ownIdentity()), { flag: "wx", mode: 0o600 })
  await rename(`${path}.new`, path)
  const holder = await otherHolder(folder, name)
  if (holder === undefined) return path
  await rm(path, { force: true })
  throw new FolderLocked({ folder, pid: holder.pid })
}

/** A living holder of another lock file. Files of dead ones are removed on the way. */
const otherHolder = async (folder: string, own: string): Promise<ProcessIdentity | undefined> => {
  let holder: ProcessIdentity | undefined
  for (const name of await readdir(folder)) {
    if (!lockName.test(name) || name === own) continue
    const path = join(folder, name)
    const identity = await readIdentity(path)
    // Gone meanwhile, or never one of ours.
    if (identity === undefined) continue
    if (await isLive(path, identity)) holder = identity
    else await rm(path, { force: true })
  }
  return holder
}

const readIdentity = async (path: string): Promise<ProcessIdentity | undefined> => {
  try {
    const value: unknown = JSON.parse(await readFile(path, "utf8"))
    if (typeof value !== "object" || value === null || !("pid" in value) || !("world" in value)) return undefined
    if (typeof value.pid !== "number" || typeof value.world !== "string") return undefined
    return {
      pid: value.pid,
      world: value.world,
      startedAt: "startedAt" in value && typeof value.startedAt === "string" ? value.startedAt : undefined
    }
  } catch {
    return undefined
  }
}

const isLive = async (path: string, identity: ProcessIdentity): Promise<boolean> => {
  const state = stateOf(identity)
  if (state !== "foreign") return state === "alive"
  const touchedAt = await stat(path).then(
    (found) => found.mtimeMs,
    () => 0
  )
  return Date.now() - touchedAt < silentMs
}
