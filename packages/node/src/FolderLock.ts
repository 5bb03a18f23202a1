/** One process per folder: without it, two databases open on one folder corrupt each other's data unnoticed. */

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
 * The folder can't be created, or nothing can be written to it. `code` is the system's, such as EACCES; `file` is a
 * file in the place of a folder.
 */
export class FolderNotWritable extends Data.TaggedError("FolderNotWritable")<{
  readonly folder: string
  readonly code: string
  readonly file?: string | undefined
}> {}
/** The beginning of a sentence that goes on with what to do. */
export const notWritableText = ({ code, file, folder }: FolderNotWritable): string =>
  file === undefined ? `Nothing can be written to ${shown(folder)} (${code})` : `${shown(file)} is a file, not a folder`

export type FolderRefused = FolderLocked | FolderNotWritable | FolderNotPrivate

/** Explains the error of a failed try. */
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
 * Locks the folder until the scope closes. Creates it if it is missing, and closes it to other users. A process that
 * dies at any moment leaves a lock that the next one detects as stale. If two start at the same moment, both may be
 * refused, but never are both let in.
 *
 * Each process writes a file of its own and then checks the others': the later writer sees the earlier one. Since no
 * name is used twice, any process can remove a dead process's file at any time.
 *
 * `onWait` runs if this takes seconds: only time can tell whether an earlier user of the folder still lives.
 */
export const lockFolder = (
  folder: string,
  onWait: Effect.Effect<void> = Effect.void
): Effect.Effect<void, FolderRefused, Scope.Scope> =>
  Effect.gen(function* () {
    // A scope of its own: a process that is refused locks nothing, however long its other scope lives.
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
    // Before it watches others, since they may be watching this one.
    yield* Effect.promise(() => touch(path)).pipe(
      repeatEvery(beatMs, "A folder's lock could not be renewed; trying again"),
      Effect.forkScoped
    )
    if (foreign.length > 0) yield* Effect.zipRight(onWait, watch(folder, foreign))
  })

const beatMs = 5_000
/** A process whose pid can't be looked up counts as dead if it touched nothing for this long: two beats. */
const watchedMs = 2 * beatMs
const lookMs = 500
// Two processes that meet at the start step back and try again at different moments.
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

/** Sets another time with each beat, even if the wall clock is changed meanwhile. */
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
  // Never writes to a folder that others can use.
  const modeBefore = await closeFolder(folder)
  const name = `lock.${randomUUID()}`
  const path = join(folder, name)
  // Renamed once complete, so that nobody reads half of it.
  await writeFile(`${path}.new`, JSON.stringify(ownIdentity()), { flag: "wx", mode: 0o600 })
  await rename(`${path}.new`, path)
  const { foreign, holder } = await othersIn(folder, name)
  if (holder === undefined) return { path, foreign, modeBefore }
  await rm(path, { force: true })
  throw new FolderLocked({ folder, pid: holder })
}

/**
 * Reads the other lock files. Returns the pid of a living process, and the files of processes that nobody here can
 * check. Removes the files of dead ones.
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
    // Removed meanwhile, or never one of ours.
    if (identity === undefined) continue
    const state = stateOf(identity)
    if (state === "alive") holder = identity.pid
    else if (state === "dead") await rm(path, { force: true })
    else foreign.push({ path, pid: identity.pid })
  }
  return { holder, foreign }
}

/**
 * A living process touches its file, and one that does not for two beats is dead. Compares no times with a clock, which
 * may have been set since, on this machine or on that one.
 */
const watch = (folder: string, foreign: ReadonlyArray<Foreign>): Effect.Effect<void, FolderLocked> =>
  Effect.gen(function* () {
    const before = yield* touchesOf(foreign)
    for (let pastMs = 0; pastMs < watchedMs; pastMs += lookMs) {
      yield* Effect.sleep(lookMs)
      const now = yield* touchesOf(foreign)
      // A file that is gone was released.
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
