/**
 * A consistent copy of a data folder in one file, made while no statement runs: the database waits, and with it every
 * send.
 */
import { spawn } from "node:child_process"
import { mkdtemp, readdir, rename, rm, stat, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import * as SqlClient from "@effect/sql/SqlClient"
import { Data, Effect } from "effect"
import { restoredMark } from "./restoredMark.ts"

export class BackupFailed extends Data.TaggedError("BackupFailed")<{ readonly reason: string }> {}

/** Files of the running process, or of an interrupted start. */
const leftOut = ["lock.*", "admin.json", "pg.new*", "postmaster.pid"]

/** Writes `path`, readable by its owner only, and returns its size. Never overwrites an existing file. */
export const backupFolder = (folder: string, path: string): Effect.Effect<number, BackupFailed, SqlClient.SqlClient> =>
  Effect.scoped(
    Effect.gen(function* () {
      if (
        yield* Effect.promise(() =>
          stat(path).then(
            () => true,
            () => false
          )
        )
      )
        return yield* new BackupFailed({ reason: `${path} is there already` })
      const sql = yield* SqlClient.SqlClient
      const mark = yield* Effect.acquireRelease(
        attempt(async () => {
          const place = await mkdtemp(join(tmpdir(), "hibiki-backup-"))
          await writeFile(join(place, basename(restoredMark(folder))), "")
          return place
        }),
        (place) => Effect.promise(() => rm(place, { recursive: true, force: true }))
      )
      // Reserves the one connection until the scope closes; nothing is half written after a checkpoint.
      const connection = yield* sql.reserve
      yield* connection.executeRaw("checkpoint", [])
      const unfinished = `${path}.unfinished`
      yield* Effect.onError(pack(folder, mark, unfinished), () => Effect.promise(() => rm(unfinished, { force: true })))
      yield* attempt(() => rename(unfinished, path))
      return (yield* attempt(() => stat(path))).size
    }).pipe(Effect.catchTag("SqlError", (error) => new BackupFailed({ reason: error.message })))
  )

const attempt = <A>(run: () => Promise<A>): Effect.Effect<A, BackupFailed> =>
  Effect.tryPromise({
    try: run,
    catch: (error) => new BackupFailed({ reason: error instanceof Error ? error.message : String(error) })
  })

/** By the system's tar, which every system that runs Hibiki has. */
const pack = (folder: string, mark: string, path: string): Effect.Effect<void, BackupFailed> =>
  Effect.zipRight(
    attempt(() => writeFile(path, "", { flag: "wx", mode: 0o600 })),
    Effect.flatMap(
      attempt(() => readdir(folder, { withFileTypes: true, recursive: true })),
      (entries) =>
        runTar(
          folder,
          mark,
          path,
          entries.some((entry) => entry.isSymbolicLink())
        )
    )
  )

/**
 * `followsLinks`: the server works behind such a link, for example if `pg` lies on another disk, so the copy contains
 * the target.
 */
const runTar = (folder: string, mark: string, path: string, followsLinks: boolean): Effect.Effect<void, BackupFailed> =>
  Effect.async<void, BackupFailed>((resume) => {
    const exclude = leftOut.map((name) => `--exclude=${name}`)
    const child = spawn(
      "tar",
      [
        followsLinks ? "-hczf" : "-czf",
        path,
        ...exclude,
        "-C",
        folder,
        ".",
        "-C",
        mark,
        basename(restoredMark(folder))
      ],
      {
        stdio: ["ignore", "ignore", "pipe"]
      }
    )
    let told = ""
    child.stderr.on("data", (chunk: unknown) => {
      if (told.length < 500) told += String(chunk)
    })
    child.on("error", (error) => resume(new BackupFailed({ reason: `tar can't be run: ${error.message}` })))
    child.on("exit", (code) =>
      resume(code === 0 ? Effect.void : new BackupFailed({ reason: told.trim() || `tar ended with ${code}` }))
    )
    return Effect.sync(() => void child.kill("SIGKILL"))
  })
