/** The built server as a process that can be killed. */
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"

const bin = fileURLToPath(new URL("../../../bin/hibiki.js", import.meta.url))

export interface ServerOptions {
  readonly folder: string
  readonly port: number
  readonly env?: Readonly<Record<string, string>>
}

export interface ServerProcess {
  readonly pid: number
  readonly origin: string
  /** Milliseconds from the start of the process to its line that it is ready. */
  readonly readyAfterMs: number
  /** Resolves when it is gone. */
  readonly kill: (signal: "SIGKILL" | "SIGTERM") => Promise<number | null>
}

const readyWithinMs = 60_000

/** Starts it and waits until it says that it is ready; what it printed is in the error when it does not. */
export const startServer = async ({ env, folder, port }: ServerOptions): Promise<ServerProcess> => {
  const startedAt = performance.now()
  const child = spawn(process.execPath, [bin, "start"], {
    env: { ...process.env, HIBIKI_DATA: folder, HIBIKI_PORT: String(port), ...env },
    stdio: ["ignore", "pipe", "pipe"]
  })
  const printed: Array<string> = []
  child.stderr.on("data", (chunk: Buffer) => printed.push(String(chunk)))
  const ready = new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      printed.push(line)
      if (line.startsWith("Ready")) resolve()
    })
    child.once("exit", (code) => reject(new Error(`The server ended with ${code}:\n${printed.join("\n")}`)))
    setTimeout(() => reject(new Error(`The server was not ready in time:\n${printed.join("\n")}`)), readyWithinMs).unref()
  })
  await ready
  return {
    pid: child.pid ?? 0,
    origin: `http://127.0.0.1:${port}`,
    readyAfterMs: performance.now() - startedAt,
    kill: (signal) => end(child, signal)
  }
}

const end = async (child: ChildProcess, signal: "SIGKILL" | "SIGTERM"): Promise<number | null> => {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  const gone = once(child, "exit")
  child.kill(signal)
  await gone
  return child.exitCode
}
