/** One sign-in of this machine: a folder with its credentials, cursors and outbox, used by one process at a time. */
import { rm } from "node:fs/promises"
import { homedir } from "node:os"
import { join } from "node:path"
import { DeviceId, UserId } from "@hibiki/core/domain/Ids"
import { readWhole, writeWhole } from "@hibiki/node/atomicFile"
import { type FolderNotWritable, type FolderRefused, lockFolder, notWritableText } from "@hibiki/node/FolderLock"
import { failed, misconfigured, type Problem, shown } from "@hibiki/node/Problem"
import { type FolderNotPrivate, notPrivateText } from "@hibiki/node/privateFolder"
import { Console, Effect, Schema, type Scope } from "effect"

export const Credentials = Schema.Struct({
  server: Schema.String,
  userId: UserId,
  deviceId: DeviceId,
  handle: Schema.String,
  refreshToken: Schema.String
})
export type Credentials = typeof Credentials.Type

export interface Profile {
  readonly name: string
  readonly folder: string
  /** Undefined: not signed in. */
  readonly load: Effect.Effect<Credentials | undefined, Problem>
  readonly save: (credentials: Credentials) => Effect.Effect<void, Problem>
  /** Called after signing out. Unsent messages stay, in case the same person signs in here again. */
  readonly forget: Effect.Effect<void, Problem>
}

/** Profiles that are tried one after the other if none is named: `main`, `2`, `3`, ... */
const automaticMax = 20

/** The folder of the profiles. `variables` are the process's. */
export const stateFolder = (chosen: string | undefined, xdgStateHome: string | undefined): string =>
  chosen ?? join(xdgStateHome?.startsWith("/") ? xdgStateHome : join(homedir(), ".local", "state"), "hibiki")

/**
 * Opens a profile by name, or without one the first that no other terminal uses. So each of several terminals is a
 * device of its own.
 */
export const openProfile = (state: string, name: string | undefined): Effect.Effect<Profile, Problem, Scope.Scope> =>
  name === undefined
    ? firstFree(state, 1)
    : Effect.mapError(lockProfile(state, name), (error) =>
        error._tag === "FolderLocked" ? inUse(name, error.pid) : problemOf(error)
      )

const firstFree = (state: string, number: number): Effect.Effect<Profile, Problem, Scope.Scope> =>
  lockProfile(state, number === 1 ? "main" : String(number)).pipe(
    Effect.catchTag("FolderLocked", (error) =>
      number < automaticMax ? firstFree(state, number + 1) : inUse(String(number), error.pid)
    ),
    Effect.catchTags({ FolderNotWritable: problemOf, FolderNotPrivate: problemOf })
  )

const lockProfile = (state: string, name: string): Effect.Effect<Profile, FolderRefused | Problem, Scope.Scope> =>
  Effect.gen(function* () {
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name))
      return yield* failed(`A profile's name is made of letters, digits, "." "_" and "-": ${shown(name)}`)
    const folder = join(state, "profiles", name)
    yield* lockFolder(
      folder,
      Console.error(
        `Profile "${name}" was not given back: seeing for ten seconds whether another terminal still uses it ...`
      )
    )
    const path = join(folder, "credentials.json")
    return {
      name,
      folder,
      load: Effect.flatMap(
        attempt(path, () => readWhole(path)),
        (text) =>
          text === undefined
            ? Effect.succeed(undefined)
            : Effect.mapError(decode(text), () =>
                failed(`${shown(path)} can't be understood: remove it and sign in again.`)
              )
      ),
      save: (credentials) => attempt(path, () => writeWhole(path, JSON.stringify(credentials))),
      forget: attempt(path, () => rm(path, { force: true }))
    }
  })

const decode = Schema.decodeUnknown(Schema.parseJson(Credentials))

const attempt = <A>(path: string, run: () => Promise<A>): Effect.Effect<A, Problem> =>
  Effect.tryPromise({
    try: run,
    catch: (error) => failed(`${shown(path)}: ${error instanceof Error ? error.message : String(error)}`)
  })

const inUse = (name: string, pid: number): Problem =>
  misconfigured(`Profile "${name}" is used by another terminal (process ${pid}): choose another by --profile NAME.`)

const problemOf = (error: FolderNotWritable | FolderNotPrivate | Problem): Problem =>
  error._tag === "Problem"
    ? error
    : misconfigured(
        `${error._tag === "FolderNotPrivate" ? notPrivateText(error) : notWritableText(error)}: set HIBIKI_STATE to a folder of yours.`
      )
