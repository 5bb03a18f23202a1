/** One process per folder: without it, two databases open on one folder ruin each other's data and tell nobody. */

import { randomUUID } from "node:crypto"
import { access, constants, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { repeatEvery } from "@hibiki/core/fibers/repeating"
import { Data, Effect, ExecutionStrategy, Exit, Random, Schedule, Scope } from "effect"
import { inTheWay, makeFolder } from "./makeFolder.ts"
import { shown } from "./Problem.ts"
import { ownIdentity, type ProcessIdentity, stateOf } from "./ProcessIdentity.ts"
import { closeFolder, FolderNotPrivate } from "./privateFolder.ts"

/** Another process works in the folder. */
export class FolderLocked extends Data.TaggedError("FolderLocked")<{ readonly folder: string; readonly pid: number }> {}
/**
 * The folder can't be made, or nothing can be written to it. `code` is the system's, such as EACCES; `file` is one that
 * stands where a folder should.
 */
export class FolderNotWritable extends Data.TaggedError("FolderNotWritable")<{
  readonly folder: string
  readonly code: string
  readonly file?: string | undefined
}> {}
/** For a sentence that goes on with what to do. */
export const notWritableText = ({ code, file, folder }: FolderNotWritable): string =>
  file === undefined ? `Nothing can be written to ${shown(folder)} (${code})` : `${shown(file)} is a file, not a folder`

export type FolderRefused = FolderLocked | FolderNotWritable | FolderNotPrivate

/** Why: by what was thrown when it was tried. */
export const notWritable = (folder: string, error: unknown): Effect.Effect<never, FolderNotWritable> =>
  Effect.flatMap(
    Effect.promise(() => inTheWay(folder)),
    (file) =>
      new FolderNotWritable({
        folder,
        code: error instanceof Error && "code" in error ? String(error.code) : "unknown",
        file
      })
  )

/**
 * Holds the folder until the scope closes, makes it if it is not there, and closes it to other users. A process that
 * dies at any moment leaves a lock that the next one finds stale. Two that start at the same moment may both be
 * refused, never both let in.
 *
 * Each process writes a file of its own and then looks at the others': whoever writes later sees the earlier one. Since
 * no name is used twice, a dead process's file can be removed by anybody at any time.
 *
 * `onWait` runs when it takes seconds: somebody used the folder of whom only time can tell whether he still does.
 */
export const lockFolder = (
  folder: string,
  onWait: Effect.Effect<void> = Effect.void
): Effect.Effect<void, FolderRefused, Scope.Scope> =>
  Effect.gen(function* () {
    // Of its own: who is refused holds nothing, whatever else its scope is for.
    const scope = yield* Scope.fork(yield* Effect.scope, ExecutionStrategy.sequential)
    yield* hold(folder, onWait).pipe(
      Scope.extend(scope),
      Effect.onError((cause) => Scope.close(scope, Exit.failCause(cause)))
    )
  })

const hold = (folder: string, onWait: Effect.Effect<void>) =>
  Effect.gen(function* () {
    const { foreign, modeBefore, path } = yield* Effect.acquireRelease(
      attempt(folder, () => claimFolder(folder)).pipe(
        Effect.retry({ while: ({ _tag }) => _tag === "FolderLocked", schedule: meeting })
      ),
      ({ path }) => Effect.promise(() => rm(path, { force: true }).catch(() => undefined))
    )
    if (modeBefore !== undefined) yield* wasOpen(folder, modeBefore)
    // Before others are watched, who may be watching this one.
    yield* Effect.promise(() => touch(path)).pipe(
      repeatEvery(beatMs, "A folder's lock could not be renewed; trying again"),
      Effect.forkScoped
    )
    if (foreign.length > 0) yield* Effect.zipRight(onWait, watch(folder, foreign))
  })

const beatMs = 5_000
/** Processes whose pids can't be looked up are taken for dead when they touched nothing for so long: two beats. */
const watchedMs = 2 * beatMs
const lookMs = 500
// Two that met at the start step back and try again at different moments.
const meeting = Schedule.recurs(2).pipe(Schedule.addDelayEffect(() => Random.nextIntBetween(20, 200)))
const lockName = /^lock\.[0-9a-f-]{36}$/

const attempt = <A>(folder: string, run: () => Promise<A>): Effect.Effect<A, FolderRefused> =>
  Effect.catchAll(
    Effect.tryPromise({ try: run, catch: (error) => error }),
    (error): Effect.Effect<never, FolderRefused> =>
      error instanceof FolderLocked || error instanceof FolderNotPrivate ? error : notWritable(folder, error)
  )

const wasOpen = (folder: string, mode: string) =>
  Effect.logWarning(
    `The folder ${folder} was open to other users of this machine (mode ${mode}). It is closed now, but nobody knows who read it before.`
  )

/** Another time with each beat, whatever the wall clock does meanwhile. */
const touch = (path: string): Promise<void> => {
  const time = (performance.timeOrigin + performance.now()) / 1_000
  return utimes(path, time, time).catch(() => undefined)
}

/** A lock whose process can't be looked up from here. */
interface Foreign {
  readonly path: string
  readonly pid: number
}

interface Claim {
  readonly path: string
  readonly foreign: ReadonlyArray<Foreign>
  /** The folder's mode before, if it was open to other users. */
  readonly modeBefore: string | undefined
}

const claimFolder = async (folder: string): Promise<Claim> => {
  await makeFolder(folder)
  await access(folder, constants.R_OK | constants.W_OK | constants.X_OK)
  // Nothing is written to a folder that others can use.
  const modeBefore = await closeFolder(folder)
  const name = `lock.${randomUUID()}`
  const path = join(folder, name)
  // Renamed when whole, so that nobody reads half of it.
  await writeFile(`${path}.new`, JSON.stringify(ownIdentity()), { flag: "wx", mode: 0o600 })
  await rename(`${path}.new`, path)
  const { foreign, holder } = await othersIn(folder, name)
  if (holder === undefined) return { path, foreign, modeBefore }
  await rm(path, { force: true })
  throw new FolderLocked({ folder, pid: holder })
}

/**
 * Whose other lock files are there: the pid of a living process, and those of whom nobody here can tell. Files of dead
 * ones are removed on the way.
 */
const othersIn = async (
  folder: string,
  own: string
): Promise<{ readonly holder: number | undefined; readonly foreign: ReadonlyArray<Foreign> }> => {
  let holder: number | undefined
  const foreign: Array<Foreign> = []
  for (const name of await readdir(folder)) {
    if (!lockName.test(name) || name === own) continue
    const path = join(folder, name)
    const identity = await readIdentity(path)
    // Gone meanwhile, or never one of ours.
    if (identity === undefined) continue
    const state = stateOf(identity)
    if (state === "alive") holder = identity.pid
    else if (state === "dead") await rm(path, { force: true })
    else foreign.push({ path, pid: identity.pid })
  }
  return { holder, foreign }
}

/**
 * Who lives touches his file, and who does not for two beats is dead. Not told by the time in it: the clock may have
 * been set since, on this machine or on that one.
 */
const watch = (folder: string, foreign: ReadonlyArray<Foreign>): Effect.Effect<void, FolderLocked> =>
  Effect.gen(function* () {
    const before = yield* touchesOf(foreign)
    for (let pastMs = 0; pastMs < watchedMs; pastMs += lookMs) {
      yield* Effect.sleep(lookMs)
      const now = yield* touchesOf(foreign)
      // What is gone was let go.
      const holder = foreign.find((_, i) => now[i] !== undefined && now[i] !== before[i])
      if (holder !== undefined) return yield* new FolderLocked({ folder, pid: holder.pid })
    }
    yield* Effect.promise(() =>
      Promise.all(foreign.map(({ path }) => rm(path, { force: true }).catch(() => undefined)))
    )
  })

const touchesOf = (foreign: ReadonlyArray<Foreign>): Effect.Effect<ReadonlyArray<number | undefined>> =>
  Effect.promise(() =>
    Promise.all(
      foreign.map(({ path }) =>
        stat(path).then(
          ({ mtimeMs }) => mtimeMs,
          () => undefined
        )
      )
    )
  )

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
