/** What the end-to-end tests need: a server of the built program, terminals in tmux, and waiting for what they show. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process"
import { randomUUID } from "node:crypto"
import { mkdtempSync, rmSync } from "node:fs"
import { createServer, type Server } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterDeath, endChildWithProcess, endWithProcess } from "./endWithProcess.ts"

export const bin = fileURLToPath(new URL("../../bin/hibiki.js", import.meta.url))
export const root = fileURLToPath(new URL("../../../../", import.meta.url))

/** Two slow cores with other work on them. */
const patienceMs = 240_000

export const waitFor = async <A>(
  what: string,
  look: () => A | undefined | false | Promise<A | undefined | false>,
  timeoutMs = patienceMs
): Promise<A> => {
  const until = performance.now() + timeoutMs
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (performance.now() > until) throw new Error(`waited in vain for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/**
 * Below those from which systems take the ports of outgoing connections, and above the last one that browsers refuse to
 * open.
 */
const [firstPort, ports] = [11_000, 10_500]
/** Each process begins elsewhere. */
let portAt = process.pid * 101

/**
 * One that nobody listens at, and that no other process is given as long as this one lives: its server may listen only
 * seconds later.
 */
export const freePort = async (): Promise<number> => {
  for (let tries = 0; tries < ports; tries++) {
    const port = firstPort + (portAt++ % ports)
    if (await claims(port)) return port
  }
  throw new Error("no free port")
}

/** Each port has another above all that are given: whoever listens there has the claim, until its process ends. */
const claims = async (port: number): Promise<boolean> => {
  const claim = await listener(port + ports)
  if (claim === undefined) return false
  const found = await listener(port)
  if (found === undefined) {
    claim.close()
    return false
  }
  claim.unref()
  return new Promise((resolve) => found.close(() => resolve(true)))
}

const listener = (port: number): Promise<Server | undefined> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once("error", () => resolve(undefined))
    server.listen(port, "127.0.0.1", () => resolve(server))
  })

/** A folder for one test file. */
export const temporaryFolder = (): { readonly path: string; readonly remove: () => void } => {
  const path = mkdtempSync(join(tmpdir(), "hibiki-e2e-"))
  const remove = () => rmSync(path, { recursive: true, force: true })
  const isGone = endWithProcess(remove)
  return {
    path,
    remove: () => {
      remove()
      isGone()
    }
  }
}

/** The environment without settings of whoever runs the tests. */
const cleanEnvironment = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined || /^(?:HIBIKI|OTEL)_/.test(name) || name === "NODE_OPTIONS" ? [] : [[name, value]]
    )
  )

export interface Started {
  readonly process: ChildProcess
  readonly stdout: () => string
  readonly stderr: () => string
  readonly exited: Promise<number | null>
}

/** `uid`: as another user, which only root can ask for. */
export const run = (
  args: ReadonlyArray<string>,
  variables: Readonly<Record<string, string>>,
  uid?: number
): Started => {
  const child = spawn(process.execPath, [...args], {
    ...(uid === undefined ? {} : { uid }),
    cwd: root,
    env: { ...cleanEnvironment(), ...variables },
    stdio: ["pipe", "pipe", "pipe"]
  })
  endChildWithProcess(child)
  let [stdout, stderr] = ["", ""]
  // A letter of several bytes may come in two chunks.
  child.stdout.setEncoding("utf8")
  child.stderr.setEncoding("utf8")
  child.stdout.on("data", (chunk: unknown) => {
    stdout += String(chunk)
  })
  child.stderr.on("data", (chunk: unknown) => {
    stderr += String(chunk)
  })
  return {
    process: child,
    stdout: () => stdout,
    stderr: () => stderr,
    exited: new Promise((resolve) => child.on("close", (code) => resolve(code)))
  }
}

export const hibiki = (
  args: ReadonlyArray<string>,
  variables: Readonly<Record<string, string>>,
  uid?: number
): Started => run([bin, ...args], variables, uid)

/** Runs a command to its end. */
export const finish = async (
  args: ReadonlyArray<string>,
  variables: Readonly<Record<string, string>>,
  input = "",
  uid?: number
) => {
  const started = hibiki(args, variables, uid)
  started.process.stdin?.end(input)
  const code = await started.exited
  return { code, stdout: started.stdout(), stderr: started.stderr() }
}

export interface RunningServer extends Started {
  readonly link: string | undefined
  readonly readyMs: number
}

/**
 * V8 compiles what has run often a second time, better: much of the embedded database in the first seconds, by which a
 * server that lives for a few gains nothing. A hundred times as late, its start takes 2.5 s of CPU time where it takes
 * 3.8.
 */
const shortLived = ["--wasm-tiering-budget=180000000"]

/** `nodeArgs`: what node itself is told. `program`: another than the built one, with its arguments. */
export const startServer = async (
  variables: Readonly<Record<string, string>>,
  nodeArgs: ReadonlyArray<string> = shortLived,
  program: ReadonlyArray<string> = [bin, "start"]
): Promise<RunningServer> => {
  const since = performance.now()
  const started = run([...nodeArgs, ...program], variables)
  let code: number | null | undefined
  void started.exited.then((exit) => {
    code = exit
  })
  await waitFor(
    "the server to be ready",
    () => {
      if (code !== undefined) throw new Error(`the server ended with ${code}: ${started.stderr()}`)
      return /Ctrl-C stops|"message":"Ready after/.test(started.stdout())
    },
    300_000
  )
  return {
    ...started,
    link: /https?:[^\s"]+#invite=[\w-]+/.exec(started.stdout())?.[0],
    readyMs: performance.now() - since
  }
}

export const endServer = async (server: Started, signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> => {
  server.process.kill(signal)
  return server.exited
}

/** Terminals of one test file, on a tmux server of their own. */
export class Terminals {
  readonly #socket = `hibiki-${randomUUID().slice(0, 8)}`
  readonly #variables: Readonly<Record<string, string>>
  /** A server of tmux is a child of nobody. */
  readonly #forgets: ReadonlyArray<() => void>

  constructor(variables: Readonly<Record<string, string>>) {
    this.#variables = variables
    this.#forgets = [endWithProcess(() => this.#kill()), afterDeath(`tmux -L ${this.#socket} kill-server`)]
  }

  #tmux(...args: ReadonlyArray<string>): string {
    return execFileSync("tmux", ["-L", this.#socket, "-f", "/dev/null", ...args], {
      encoding: "utf8",
      env: { ...cleanEnvironment(), LC_ALL: "C.UTF-8" },
      stdio: ["ignore", "pipe", "pipe"]
    })
  }

  /** A terminal that runs `hibiki <args>`, and stays open after its end to be looked at. */
  open(name: string, args: ReadonlyArray<string>, size = { columns: 110, rows: 30 }): Terminal {
    const settings = Object.entries(this.#variables).map(([key, value]) => `${key}=${value}`)
    this.#tmux(
      "new-session",
      "-d",
      "-s",
      name,
      "-x",
      String(size.columns),
      "-y",
      String(size.rows),
      "-c",
      root,
      "env",
      "LC_ALL=C.UTF-8",
      ...settings,
      "sh",
      "-c",
      `"${process.execPath}" "${bin}" ${args.join(" ")}; echo "[ended $?]"; exec cat`
    )
    return {
      text: () => this.#tmux("capture-pane", "-p", "-t", name),
      keys: (...keys) => void this.#tmux("send-keys", "-t", name, ...keys),
      type: (line) => {
        this.#tmux("send-keys", "-t", name, "-l", line)
        this.#tmux("send-keys", "-t", name, "Enter")
      },
      resize: (columns, rows) => void this.#tmux("resize-window", "-t", name, "-x", String(columns), "-y", String(rows))
    }
  }

  close(): void {
    this.#kill()
    for (const forget of this.#forgets) forget()
  }

  #kill(): void {
    try {
      this.#tmux("kill-server")
    } catch {
      // There was none.
    }
  }
}

export interface Terminal {
  readonly text: () => string
  /** Keys by tmux's names, such as Enter or PageUp. */
  readonly keys: (...keys: ReadonlyArray<string>) => void
  readonly type: (line: string) => void
  readonly resize: (columns: number, rows: number) => void
}

/** Waits until the terminal shows it; the failure shows what stood there instead. */
export const sees = async (terminal: Terminal, wanted: string | RegExp, timeoutMs?: number): Promise<string> => {
  let last = ""
  try {
    return await waitFor(
      String(wanted),
      () => {
        last = terminal.text()
        return (typeof wanted === "string" ? last.includes(wanted) : wanted.test(last)) && last
      },
      timeoutMs
    )
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)} on the screen:\n${last}`)
  }
}
