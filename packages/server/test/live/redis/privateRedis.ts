/** A Redis that only this run, or this test, uses: started and removed by it. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { connect } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { afterDeath, endWithProcess } from "../../e2e/endWithProcess.ts"
import { freePort } from "../../e2e/harness.ts"

export interface PrivateRedis {
  readonly url: string
  readonly port: number
  readonly version: string
  /** Of the server; changes with each start. */
  readonly pid: () => number
  /** As a power cut would: the process is killed, and nothing was saved. */
  readonly kill: () => Promise<void>
  /** On the same port, empty. Done when it answers. */
  readonly start: () => Promise<void>
  /** For good. */
  readonly stop: () => Promise<void>
}

const startTriesMax = 20_000
const startTryEveryMs = 10

/**
 * A new instance in a folder of its own, on a free port of the loopback, which saves nothing. `settings`: as on the
 * command line.
 */
export const startPrivateRedis = async (settings: ReadonlyArray<string> = []): Promise<PrivateRedis> => {
  const version = redisVersion()
  const folder = mkdtempSync(join(tmpdir(), "hibiki-redis-"))
  const port = await freePort()
  let server: ChildProcess | undefined
  let ended: Promise<void> = Promise.resolve()

  const kill = async () => {
    if (server?.exitCode === null && server.signalCode === null) server.kill("SIGKILL")
    await ended
  }
  const start = async () => {
    const args = [
      "--port",
      `${port}`,
      "--bind",
      "127.0.0.1",
      "--dir",
      folder,
      "--save",
      "",
      "--appendonly",
      "no",
      ...settings
    ]
    const child = spawn("redis-server", args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] })
    server = child
    let log = ""
    const note = (chunk: unknown) => {
      log = (log + String(chunk)).slice(-4_000)
    }
    child.stdout.on("data", note)
    child.stderr.on("data", note)
    const forget = afterDeath(`kill -9 ${child.pid}; rm -rf '${folder}'`)
    ended = new Promise<void>((resolve) => child.once("exit", () => resolve())).then(forget)
    for (let tries = 0; !(await answers(port)); tries++) {
      if (child.exitCode !== null || tries > startTriesMax) {
        await kill()
        throw new Error(`Redis did not start:\n${log}`)
      }
      await sleep(startTryEveryMs)
    }
  }
  const isEnded = endWithProcess(() => {
    server?.kill("SIGKILL")
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  })
  const stop = async () => {
    await kill()
    isEnded()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await start()
  } catch (error) {
    await stop()
    throw error
  }
  return { url: `redis://127.0.0.1:${port}`, port, version, pid: () => server?.pid ?? 0, kill, start, stop }
}

const redisVersion = (): string => {
  try {
    const [, version] = /v=(\S+)/.exec(execFileSync("redis-server", ["--version"], { encoding: "utf8" })) ?? []
    return `Redis ${version}`
  } catch {
    throw new Error("the live tests need the program of Redis 6.2 or newer (redis-server) in PATH")
  }
}

/** Whether it speaks: a protected one says that it wants a password. */
const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.write("PING\r\n"))
    const settle = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.once("error", () => settle(false))
    socket.once("close", () => settle(false))
    socket.once("data", (data: Buffer) => settle(/^(\+PONG|-NOAUTH)/.test(data.toString())))
  })
