/** A Postgres that only this run uses: initialised, started and removed by it. */
import { execFileSync, spawn } from "node:child_process"
import { accessSync, chmodSync, chownSync, constants, mkdtempSync, readdirSync, rmSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"

const oldest = 15

export interface PrivatePostgres {
  readonly url: string
  readonly version: string
  /** Of the postmaster. */
  readonly pid: number
  readonly stop: () => Promise<void>
}

/** A new instance in a folder of its own, on a free port of the loopback, trusting who connects. */
export const startPrivatePostgres = async (): Promise<PrivatePostgres> => {
  const bin = findBinaries()
  const folder = mkdtempSync(join(tmpdir(), "hibiki-postgres-"))
  // initdb and postgres refuse to run as root.
  const user = process.getuid?.() === 0 ? postgresUser() : undefined
  const identity = user === undefined ? {} : user
  if (user !== undefined) chownSync(folder, user.uid, user.gid)
  chmodSync(folder, 0o700)
  const data = join(folder, "data")
  const options = { ...identity, cwd: folder, env: { PATH: process.env["PATH"] ?? "", LC_ALL: "C.UTF-8" } }
  try {
    execFileSync(
      join(bin, "initdb"),
      ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-instructions"],
      {
        ...options,
        stdio: "pipe"
      }
    )
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
  const port = await freePort()
  const server = spawn(
    join(bin, "postgres"),
    [
      "-D",
      data,
      "-p",
      `${port}`,
      "-k",
      folder,
      "-c",
      "listen_addresses=127.0.0.1",
      "-c",
      "max_connections=200",
      "-c",
      "shared_buffers=128MB",
      "-c",
      "max_wal_size=2GB"
    ],
    { ...options, stdio: ["ignore", "ignore", "pipe"] }
  )
  let log = ""
  server.stderr.on("data", (chunk: unknown) => {
    log = (log + String(chunk)).slice(-4_000)
  })
  const ended = new Promise<void>((resolve) => server.once("exit", () => resolve()))
  const stop = async () => {
    // SIGINT: fast shutdown, sessions are cut.
    if (server.exitCode === null) server.kill("SIGINT")
    await Promise.race([ended, sleep(10_000).then(() => server.kill("SIGKILL"))])
    rmSync(folder, { recursive: true, force: true })
  }
  for (let tries = 0; !isReady(bin, port); tries++) {
    if (server.exitCode !== null || tries > 100) {
      await stop()
      throw new Error(`Postgres did not start:\n${log}`)
    }
    await sleep(100)
  }
  const version = execFileSync(join(bin, "postgres"), ["--version"], { encoding: "utf8" }).trim()
  return { url: `postgres://postgres@127.0.0.1:${port}/postgres`, version, pid: server.pid ?? 0, stop }
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

const findBinaries = (): string => {
  const found = folders().filter((folder) => ["initdb", "postgres", "pg_isready"].every((name) => isExecutable(join(folder, name))))
  for (const folder of found) {
    const version = Number(/\) (\d+)/.exec(execFileSync(join(folder, "postgres"), ["--version"], { encoding: "utf8" }))?.[1])
    if (version >= oldest) return folder
  }
  throw new Error(
    `the live tests need the programs of Postgres ${oldest} or newer (initdb, postgres, pg_isready), in PATH or in /usr/lib/postgresql`
  )
}

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

const postgresUser = (): { readonly uid: number; readonly gid: number } => {
  const id = (flag: string) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }).trim())
  return { uid: id("-u"), gid: id("-g") }
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once("error", reject)
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address()
      probe.close(() => (typeof address === "object" && address !== null ? resolve(address.port) : reject(new Error("no port"))))
    })
  })

const isReady = (bin: string, port: number): boolean => {
  try {
    execFileSync(join(bin, "pg_isready"), ["-h", "127.0.0.1", "-p", `${port}`, "-q"])
    return true
  } catch {
    return false
  }
}
