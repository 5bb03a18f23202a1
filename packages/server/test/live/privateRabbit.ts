/**
 * A RabbitMQ that only those use who started it: a folder, ports, an epmd and a cookie of its own, all removed at the
 * end.
 */
import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process"
import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, rmSync, writeFileSync, writeSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { promisify } from "node:util"
import { connect } from "amqplib"
import { afterDeath, endWithProcess } from "../e2e/endWithProcess.ts"
import { freePort } from "../e2e/harness.ts"
import { isExecutable } from "./isExecutable.ts"

const oldest = 4
const startTimeoutMs = 240_000
const fillEveryMs = 20
/** Made while the broker starts, which costs little; by rabbitmqctl each takes a second or two. */
const vhostsOf = (count: number) => Array.from({ length: count }, (_, index) => `vhost${index}`)
/** Debian's programs in PATH change to the service's own user and folders. */
const debian = "/usr/lib/rabbitmq/bin"

/** Enough to reach an instance from another process, as plain data. */
export interface RabbitAddress {
  readonly port: number
  /** Empty ones, to be taken. */
  readonly vhosts: number
  readonly ctl: string
  readonly env: Readonly<Record<string, string>>
}

export interface PrivateRabbit {
  readonly address: RabbitAddress
  readonly version: string
  /** Of the process above all of the broker's; changes with each start. */
  readonly pid: () => number
  /** To all of the broker's processes: SIGKILL ends it at once, SIGSTOP makes it silent, SIGCONT lets it go on. */
  readonly signal: (signal: "SIGKILL" | "SIGSTOP" | "SIGCONT") => void
  /** As a service manager stops it: connections are told. Done when it has ended. */
  readonly terminate: () => Promise<void>
  /** As a power cut would. Done when it has ended. */
  readonly kill: () => Promise<void>
  /** Everything that it had on disk is gone, after it ended. */
  readonly wipe: () => void
  /** Writes to its disk fail, until the answer is called. Only of one that was started with a disk of its own. */
  readonly fillDisk: () => () => void
  /** Starts it again with what it had on disk, after it ended. Done when it accepts. */
  readonly start: () => Promise<void>
  readonly stop: () => Promise<void>
}

export interface RabbitOptions {
  /** A disk of its own of this size, which only root can make. */
  readonly diskMb?: number | undefined
  /** Empty ones, to be taken. */
  readonly vhosts?: number | undefined
}

export const startPrivateRabbit = async ({ diskMb, vhosts = 32 }: RabbitOptions = {}): Promise<PrivateRabbit> => {
  const bin = findBinaries()
  const folder = mkdtempSync(join(tmpdir(), "hibiki-rabbit-"))
  const disk = join(folder, "data")
  mkdirSync(disk)
  if (diskMb !== undefined) execFileSync("mount", ["-t", "tmpfs", "-o", `size=${diskMb}m`, "hibiki-rabbit", disk])
  const removeFolder = () => {
    if (diskMb !== undefined) execFileSync("umount", ["--lazy", disk])
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
  const [port, distribution, epmdPort] = [await freePort(), await freePort(), await freePort()]
  const env = environment(folder, vhostsOf(vhosts), port, distribution, epmdPort)
  // In the foreground: the one that the broker would start by itself stays behind when the broker ends.
  // In a group of its own: a Ctrl-C would end it before the broker, which then starts another that nobody ends.
  const epmd = spawn("epmd", ["-port", `${epmdPort}`, "-address", "127.0.0.1"], {
    env,
    stdio: "ignore",
    detached: true
  })
  epmd.on("error", () => undefined)
  const forgetEpmd = afterDeath(`kill -9 ${epmd.pid}`)
  let broker: Broker | undefined
  const start = async () => {
    broker = startBroker(bin, folder, env)
    await broker.ready(port)
  }
  const ended = endWithProcess(() => {
    broker?.signal("SIGKILL")
    epmd.kill("SIGKILL")
    removeFolder()
  })
  const stop = async () => {
    await broker?.end("SIGKILL")
    epmd.kill("SIGKILL")
    ended()
    removeFolder()
    forgetEpmd()
  }
  try {
    await start()
    const version = await versionAt(port)
    if (Number(version.split(".")[0]) < oldest)
      throw new Error(`the live tests need RabbitMQ ${oldest}.0 or newer, and this is ${version}`)
    const address = { port, vhosts, ctl: join(bin, "rabbitmqctl"), env }
    return {
      address,
      version: `RabbitMQ ${version}`,
      pid: () => broker?.pid ?? 0,
      signal: (name) => broker?.signal(name),
      terminate: async () => broker?.end("SIGTERM"),
      kill: async () => broker?.end("SIGKILL"),
      wipe: () => {
        for (const name of readdirSync(disk)) rmSync(join(disk, name), { recursive: true, force: true })
      },
      fillDisk: () => {
        if (diskMb === undefined) throw new Error("this RabbitMQ has no disk of its own")
        return fill(join(disk, "filler"))
      },
      start,
      stop
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Takes all that is free, small rests too, and goes on taking what becomes free. Gives back how to end it. */
const fill = (path: string): (() => void) => {
  const file = openSync(path, "w")
  const chunk = Buffer.alloc(1_048_576)
  const take = () => {
    for (let size = chunk.length; size >= 1; ) {
      try {
        if (writeSync(file, chunk, 0, size) === 0) size = 0
      } catch {
        size = Math.floor(size / 4)
      }
    }
  }
  take()
  const timer = setInterval(take, fillEveryMs)
  return () => {
    clearInterval(timer)
    closeSync(file)
    rmSync(path)
  }
}

/** Runs rabbitmqctl on it. */
export const rabbitctl = async ({ ctl, env }: RabbitAddress, ...args: ReadonlyArray<string>): Promise<string> =>
  (await promisify(execFile)(ctl, ["-q", ...args], { env, timeout: 240_000 })).stdout

/** The address of an empty vhost that nobody else was given. */
export const takeVhost = ({ env, port, vhosts }: RabbitAddress): string => {
  const vhost = vhostsOf(vhosts).find((name) => isFirst(join(env["HOME"] ?? "", name)))
  if (vhost === undefined) throw new Error(`more than ${vhosts} vhosts are wanted: raise their number`)
  return `amqp://guest:guest@127.0.0.1:${port}/${vhost}`
}

/** Across processes: a folder is made once. */
const isFirst = (mark: string): boolean => {
  try {
    mkdirSync(mark)
    return true
  } catch {
    return false
  }
}

const environment = (
  folder: string,
  vhosts: ReadonlyArray<string>,
  port: number,
  distribution: number,
  epmdPort: number
): Record<string, string> => {
  const config = join(folder, "rabbitmq.conf")
  const definitions = join(folder, "definitions.json")
  const settings = [
    `listeners.tcp.default = 127.0.0.1:${port}`,
    `load_definitions = ${definitions}`,
    "disk_free_limit.absolute = 1MB",
    // As in docker-compose.yml.
    "raft.wal_max_size_bytes = 4194304",
    "log.file.level = warning",
    ""
  ]
  writeFileSync(config, settings.join("\n"))
  writeFileSync(
    definitions,
    JSON.stringify({
      vhosts: ["/", ...vhosts].map((name) => ({ name })),
      users: [{ name: "guest", password: "guest", tags: ["administrator"] }],
      permissions: ["/", ...vhosts].map((vhost) => ({ user: "guest", vhost, configure: ".*", write: ".*", read: ".*" }))
    })
  )
  writeFileSync(join(folder, "enabled_plugins"), "[].\n")
  mkdirSync(join(folder, "log"))
  return {
    PATH: process.env["PATH"] ?? "",
    LC_ALL: "C.UTF-8",
    HOME: folder,
    ERL_EPMD_PORT: `${epmdPort}`,
    ERL_EPMD_ADDRESS: "127.0.0.1",
    RABBITMQ_NODENAME: "hibiki@localhost",
    RABBITMQ_NODE_PORT: `${port}`,
    RABBITMQ_DIST_PORT: `${distribution}`,
    RABBITMQ_MNESIA_BASE: join(folder, "data"),
    RABBITMQ_LOG_BASE: join(folder, "log"),
    RABBITMQ_PID_FILE: join(folder, "pid"),
    RABBITMQ_CONFIG_FILE: config,
    RABBITMQ_ADVANCED_CONFIG_FILE: join(folder, "none.config"),
    RABBITMQ_CONF_ENV_FILE: "/dev/null",
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, "enabled_plugins"),
    // Its schedulers would spin for work on cores that others need.
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: "+sbwt none +sbwtdcpu none +sbwtdio none"
  }
}

interface Broker {
  readonly pid: number
  readonly signal: (name: NodeJS.Signals) => void
  readonly end: (name: NodeJS.Signals) => Promise<void>
  readonly ready: (port: number) => Promise<void>
}

/** The script and what it starts are one process group. */
const startBroker = (bin: string, folder: string, env: Record<string, string>): Broker => {
  const child = spawn(join(bin, "rabbitmq-server"), [], {
    cwd: folder,
    env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"]
  })
  let log = ""
  const note = (chunk: unknown) => {
    log = (log + String(chunk)).slice(-4_000)
  }
  child.stdout.on("data", note)
  child.stderr.on("data", note)
  const forget = afterDeath(`kill -s KILL -- -${child.pid}; sleep 1; rm -rf '${folder}'`)
  const ended = new Promise<void>((resolve) =>
    child.once("close", () => resolve()).once("error", () => resolve())
  ).then(forget)
  const signal = (name: NodeJS.Signals) => signalGroup(child, name)
  const ready = async (port: number) => {
    for (const until = Date.now() + startTimeoutMs; !(await versionAt(port).catch(() => undefined)); await sleep(50)) {
      if (child.exitCode !== null || Date.now() > until) throw new Error(`RabbitMQ did not start:\n${log}`)
    }
  }
  const end = async (name: NodeJS.Signals) => {
    signal(name)
    await ended
  }
  return { pid: child.pid ?? 0, signal, end, ready }
}

const signalGroup = ({ pid }: ChildProcess, name: NodeJS.Signals): void => {
  if (pid === undefined) return
  try {
    process.kill(-pid, name)
  } catch {
    // It has ended.
  }
}

/** Of the broker that accepts there, when one does. */
const versionAt = async (port: number): Promise<string> => {
  const model = await connect(`amqp://guest:guest@127.0.0.1:${port}/%2F`, { timeout: 60_000 })
  model.on("error", () => undefined)
  const { version } = model.connection.serverProperties
  await model.close()
  return version
}

const findBinaries = (): string => {
  const folders = [debian, ...(process.env["PATH"] ?? "").split(delimiter)]
  const found = folders.find((folder) =>
    ["rabbitmq-server", "rabbitmqctl"].every((name) => isExecutable(join(folder, name)))
  )
  if (found === undefined)
    throw new Error(`the live tests need the programs of RabbitMQ ${oldest}.0 or newer, in PATH or in ${debian}`)
  return found
}
