/**
 * Entry of its own: PGlite in a worker thread, one statement after the other. As a child process it creates a new
 * folder and ends.
 */

import fs from "node:fs"
import { setFlagsFromString } from "node:v8"
import { isMainThread, parentPort, workerData } from "node:worker_threads"
import { PGlite } from "@electric-sql/pglite"
import type { Command } from "@hibiki/core/commands/Command"

/** One statement. Without parameters it may be several, of which the last one's rows are returned. */
export interface ThreadRequest {
  readonly id: number
  readonly sql: string
  readonly params: ReadonlyArray<unknown>
  readonly rowMode: "object" | "array"
}

/**
 * A batch of commands: loaded, decided and stored here, so that no other statement comes between and the caller's
 * thread is not involved.
 */
export interface ThreadAppend {
  readonly id: number
  readonly commands: ReadonlyArray<Command>
}

export type ThreadReply =
  /** The first message: the folder is open. */
  | { readonly _tag: "Open" }
  /** Instead of the first message: the folder could not be opened, and the thread ends. */
  | { readonly _tag: "Failed"; readonly message: string }
  | { readonly _tag: "Rows"; readonly id: number; readonly rows: ReadonlyArray<unknown> }
  /** `code` is the SQLSTATE, if the database gave one. */
  | { readonly _tag: "Error"; readonly id: number; readonly code: string | undefined; readonly message: string }
  | { readonly _tag: "Closed" }

/**
 * Postgres' own cache of pages, all of it resident from the start. With the default of 128 MB, the operating system
 * would cache the same pages once more.
 */
const sharedBuffers = "64MB"

// PGlite sets its files' modes to 644 and 666 itself, past the process's umask. In this thread other users get no
// rights.
const { chmodSync, fchmodSync } = fs
const ownersOnly = (mode: fs.Mode): number => (typeof mode === "string" ? Number.parseInt(mode, 8) : mode) & 0o700
Object.assign(fs, {
  chmodSync: (path: fs.PathLike, mode: fs.Mode) => chmodSync(path, ownersOnly(mode)),
  fchmodSync: (file: number, mode: fs.Mode) => fchmodSync(file, ownersOnly(mode))
})

// No `relaxedDurability`: a statement is answered only after it was handed to the file system, so that it outlives the
// process.
const open = (dataDir: string) =>
  PGlite.create({
    dataDir,
    relaxedDurability: false,
    startParams: [...PGlite.defaultStartParams, "-c", `shared_buffers=${sharedBuffers}`]
  })

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined

const run = async (db: PGlite, { id, params, rowMode, sql }: ThreadRequest): Promise<ThreadReply> => {
  try {
    const options = { rowMode }
    const result =
      params.length === 0 ? (await db.exec(sql, options)).at(-1) : await db.query(sql, [...params], options)
    return { _tag: "Rows", id, rows: result?.rows ?? [] }
  } catch (error) {
    return { _tag: "Error", id, code: codeOf(error), message: messageOf(error) }
  }
}

const append = async (db: PGlite, { commands, id }: ThreadAppend): Promise<ThreadReply> => {
  try {
    const { appendAlone } = await import("./appendAlone.ts")
    return {
      _tag: "Rows",
      id,
      rows: [await appendAlone(async (sql, params) => (await db.query(sql, [...params])).rows, commands)]
    }
  } catch (error) {
    return { _tag: "Error", id, code: codeOf(error), message: messageOf(error) }
  }
}

const serve = async (port: NonNullable<typeof parentPort>, dataDir: string): Promise<void> => {
  const reply = (message: ThreadReply) => port.postMessage(message)
  let db: PGlite
  try {
    db = await open(dataDir)
  } catch (error) {
    reply({ _tag: "Failed", message: messageOf(error) })
    port.close()
    return
  }
  // One after the other, in the order sent: a transaction's statements stay together, and a rollback comes after the
  // statements that it undoes.
  let last: Promise<unknown> = Promise.resolve()
  port.on("message", (message: ThreadRequest | ThreadAppend | "close") => {
    last = last.then(async () => {
      if (message !== "close") return reply(await ("commands" in message ? append(db, message) : run(db, message)))
      await db.close().catch(() => undefined)
      reply({ _tag: "Closed" })
      port.close()
    })
  })
  reply({ _tag: "Open" })
}

// A process that ran initdb retains its memory (739 MB at rest against 328 MB after a reopen), so this one ends.
const make = async (dataDir: string): Promise<void> => {
  // V8 compiles functions that ran often a second time, better. In a process of four seconds that takes a sixth of the
  // CPU time and saves less.
  setFlagsFromString("--wasm-tiering-budget=180000000")
  const db = await open(dataDir)
  await db.close()
}

if (!isMainThread && parentPort !== null) {
  await serve(parentPort, (workerData as { readonly dataDir: string }).dataDir)
} else if (process.argv[2] === "make" && process.argv[3] !== undefined) {
  await make(process.argv[3]).catch((error) => {
    process.stderr.write(`${messageOf(error)}\n`)
    process.exitCode = 1
  })
}
