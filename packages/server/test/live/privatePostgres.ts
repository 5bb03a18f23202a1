/** A Postgres that only this run uses: initialised, started and removed by it. */
import { execFileSync, type SpawnOptions, spawn } from "node:child_process"
import { chmodSync, chownSync, mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { afterDeath, endWithProcess } from "../e2e/endWithProcess.ts"
import { freePort } from "../e2e/harness.ts"
import { isExecutable } from "./isExecutable.ts"

const oldest = 15

export interface PrivatePostgres {
  readonly url: string
  readonly version: string
  /** Of the postmaster; changes with each start. */
  readonly pid: () => number
  /** `fast`: sessions are cut and everything is written. `immediate`: as a crash, so that the next start recovers. */
  readonly halt: (how: "fast" | "immediate") => Promise<void>
  /** On the same port, with what is stored. Done when it accepts. */
  readonly start: () => Promise<void>
  /** For good. */
  readonly stop: () => Promise<void>
}

const signals = { fast: "SIGINT", immediate: "SIGQUIT" } as const
const settings = ["listen_addresses=127.0.0.1", "max_connections=200", "shared_buffers=128MB", "max_wal_size=2GB"]
const startTriesMax = 10_000
const startTryEveryMs = 20

/** A new instance in a folder of its own, on a free port of the loopback, trusting who connects. */
export const startPrivatePostgres = async (): Promise<PrivatePostgres> => {
  const bin = postgresPrograms()
  const folder = mkdtempSync(join(tmpdir(), "hibiki-postgres-"))
  // initdb and postgres refuse to run as root.
  const user = process.getuid?.() === 0 ? postgresUser() : undefined
  if (user !== undefined) chownSync(folder, user.uid, user.gid)
  chmodSync(folder, 0o700)
  const options = { ...user, cwd: folder, env: { PATH: process.env["PATH"] ?? "", LC_ALL: "C.UTF-8" } }
  const port = await freePort()
  let server: Postmaster | undefined
  const halt = async (how: keyof typeof signals) => server?.end(signals[how])
  const start = async () => {
    server = startPostmaster(bin, folder, port, options)
    await server.ready
  }
  const forgetFolder = afterDeath(`rm -rf '${folder}'`)
  const ended = endWithProcess(() => {
    if (server !== undefined) process.kill(server.pid, signals.immediate)
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  })
  const stop = async () => {
    await halt("fast")
    ended()
    rmSync(folder, { recursive: true, force: true })
    forgetFolder()
  }
  try {
    const args = [
      "-D",
      join(folder, "data"),
      "-U",
      "postgres",
      "-A",
      "trust",
      "-E",
      "UTF8",
      "--locale=C.UTF-8",
      "--no-instructions"
    ]
    execFileSync(join(bin, "initdb"), args, { ...options, stdio: "pipe" })
    await start()
  } catch (error) {
    await stop()
    throw error
  }
  const version = execFileSync(join(bin, "postgres"), ["--version"], { encoding: "utf8" }).trim()
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    version,
    pid: () => server?.pid ?? 0,
    halt,
    start,
    stop
  }
}

interface Postmaster {
  readonly pid: number
  readonly ready: Promise<void>
  readonly end: (signal: NodeJS.Signals) => Promise<void>
}

const startPostmaster = (bin: string, folder: string, port: number, options: SpawnOptions): Postmaster => {
  const args = [
    "-D",
    join(folder, "data"),
    "-p",
    `${port}`,
    "-k",
    folder,
    ...settings.flatMap((setting) => ["-c", setting])
  ]
  const server = spawn(join(bin, "postgres"), args, { ...options, stdio: ["ignore", "ignore", "pipe"] })
  let log = ""
  server.stderr?.on("data", (chunk: unknown) => {
    log = (log + String(chunk)).slice(-4_000)
  })
  // At once, and its children with it.
  const forget = afterDeath(`kill -QUIT ${server.pid}`)
  const ended = new Promise<void>((resolve) => server.once("exit", () => resolve())).then(forget)
  const end = async (signal: NodeJS.Signals) => {
    if (server.exitCode === null && server.signalCode === null) server.kill(signal)
    // Unreferenced: else the run would wait for the rest of it.
    await Promise.race([ended, sleep(10_000, undefined, { ref: false }).then(() => server.kill("SIGKILL"))])
  }
  const becomeReady = async () => {
    for (let tries = 0; !isReady(bin, port); tries++) {
      if (server.exitCode !== null || tries > startTriesMax) {
        await end("SIGINT")
        throw new Error(`Postgres did not start:\n${log}`)
      }
      await sleep(startTryEveryMs)
    }
  }
  return { pid: server.pid ?? 0, ready: becomeReady(), end }
}

const folders = (): ReadonlyArray<string> => {
  const versioned = "/usr/lib/postgresql"
  let versions: Array<string> = []
  try {
    versions = readdirSync(versioned)
  } catch {
    // Not a Debian.
  }
  return [
    ...versions.sort((a, b) => Number(b) - Number(a)).map((version) => join(versioned, version, "bin")),
    ...(process.env["PATH"] ?? "").split(":")
  ]
}

/** The folder of the programs, the newest one that will do. */
export const postgresPrograms = (): string => {
  const found = folders().filter((folder) =>
    ["initdb", "postgres", "pg_isready"].every((name) => isExecutable(join(folder, name)))
  )
  for (const folder of found) {
    const version = Number(
      /\) (\d+)/.exec(execFileSync(join(folder, "postgres"), ["--version"], { encoding: "utf8" }))?.[1]
    )
    if (version >= oldest) return folder
  }
  throw new Error(
    `the live tests need the programs of Postgres ${oldest} or newer (initdb, postgres, pg_isready), in PATH or in /usr/lib/postgresql`
  )
}

const postgresUser = (): { readonly uid: number; readonly gid: number } => {
  const id = (flag: string) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }).trim())
  return { uid: id("-u"), gid: id("-g") }
}

const isReady = (bin: string, port: number): boolean => {
  try {
    execFileSync(join(bin, "pg_isready"), ["-h", "127.0.0.1", "-p", `${port}`, "-q"])
    return true
  } catch {
    return false
  }
}
