/**
 * An nginx that only this run, or this test, uses: with the very configuration of the top level, and the files that it
 * includes written for it.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { appendFileSync, chmodSync, cpSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { builtPage } from "../../../src/http/StaticFiles.ts"
import { afterDeath, endWithProcess } from "../../e2e/endWithProcess.ts"
import { freePort, root, waitFor } from "../../e2e/harness.ts"
import { isExecutable } from "../../live/isExecutable.ts"

/** Addresses of processes, such as http://127.0.0.1:8080. */
export interface Upstreams {
  readonly api: ReadonlyArray<string>
  readonly gateways: ReadonlyArray<string>
}

export interface NginxOptions {
  readonly port?: number
  /** The folder of the page, which is copied: the built one when left out. */
  readonly page?: string
  /** As behind a proxy that ends TLS. */
  readonly tlsBefore?: boolean
  /** As behind a proxy that says who asks, by X-Forwarded-For. */
  readonly addressBefore?: boolean
  /**
   * As under systemd: its output is a socket, which can't be opened by a name, and the access log goes by the unit's
   * `logs.conf` to this port of UDP.
   */
  readonly journalPort?: number
}

export interface Nginx {
  readonly url: string
  readonly port: number
  /** Of the one above its workers. */
  readonly pid: number
  /** What it said of requests and of itself. */
  readonly log: () => string
  readonly logFile: string
  /** As `nginx -s reload`. Done when new workers answer; old ones keep their sockets. */
  readonly reload: (upstreams: Upstreams) => Promise<void>
  readonly stop: () => Promise<void>
}

/** Debian keeps it out of the PATH of people. */
const folders = () => [
  ...(process.env["PATH"] ?? "").split(delimiter),
  "/usr/sbin",
  "/usr/local/sbin",
  "/opt/homebrew/bin"
]

export const nginxProgram = (): string | undefined =>
  folders()
    .map((folder) => join(folder, "nginx"))
    .find(isExecutable)

/**
 * deploy/nginx/upstreams.conf with addresses in the place of names, which nginx before 1.27.3 does not ask for again.
 */
const upstreamsConf = ({ api, gateways }: Upstreams): string =>
  readFileSync(join(root, "deploy/nginx/upstreams.conf"), "utf8")
    .replace(/^resolver .*$/m, "")
    .replace(/^ *server (api|gateway):8080 resolve (.*)$/gm, (_, role: "api" | "gateway", how: string) =>
      (role === "api" ? api : gateways).map((url) => `  server ${new URL(url).host} ${how}`).join("\n")
    )

/** `round`: which of its lives answers. */
const listenConf = (port: number, { addressBefore = false, tlsBefore = false }: NginxOptions, round: number): string =>
  `listen 127.0.0.1:${port} backlog=4096;\nroot page;\n${tlsBefore ? "set $tls_before on;\n" : ""}` +
  `${addressBefore ? "set_real_ip_from 127.0.0.0/8;\nreal_ip_header X-Forwarded-For;\n" : ""}location = /round { return 200 "${round}"; }\n`

/** As the unit of systemd and the container start it. */
export const nginxArguments = (prefix: string, configuration: string): ReadonlyArray<string> => [
  ...["-p", prefix],
  ...["-c", configuration],
  ...["-e", "stderr"]
]

const logsConf = ({ journalPort }: NginxOptions): string =>
  journalPort === undefined
    ? readFileSync(join(root, "deploy/nginx/logs.conf"), "utf8")
    : readFileSync(join(root, "deploy/systemd/logs.conf"), "utf8").replace(
        "unix:/run/systemd/journal/dev-log",
        `127.0.0.1:${journalPort}`
      )

export const startNginx = async (upstreams: Upstreams, options: NginxOptions = {}): Promise<Nginx> => {
  const { page = builtPage, port: wanted } = options
  const program = nginxProgram()
  if (program === undefined) throw new Error("the tests of the edge need the program nginx")
  const folder = mkdtempSync(join(tmpdir(), "hibiki-nginx-"))
  // Workers are of another user when root starts them.
  chmodSync(folder, 0o755)
  cpSync(page, join(folder, "page"), { recursive: true, preserveTimestamps: true })
  chmodSync(join(folder, "page"), 0o755)
  cpSync(join(root, "nginx.conf"), join(folder, "nginx.conf"))
  const port = wanted ?? (await freePort())
  const url = `http://127.0.0.1:${port}`
  let round = 0
  const configure = (to: Upstreams) => {
    writeFileSync(join(folder, "upstreams.conf"), upstreamsConf(to))
    writeFileSync(join(folder, "listen.conf"), listenConf(port, options, ++round))
  }
  configure(upstreams)
  writeFileSync(join(folder, "logs.conf"), logsConf(options))
  const log = join(folder, "log")
  const out = openSync(log, "a")
  // What node calls a pipe is a pair of sockets.
  const output = options.journalPort === undefined ? out : "pipe"
  const server = spawn(program, nginxArguments(folder, "nginx.conf"), { stdio: ["ignore", output, output] })
  for (const stream of [server.stdout, server.stderr]) stream?.on("data", (said: Buffer) => appendFileSync(log, said))
  const removeFolder = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  const forgets = [
    endWithProcess(() => {
      end(server)
      removeFolder()
    }),
    afterDeath(`kill ${server.pid}; rm -rf '${folder}'`)
  ]
  const ended = new Promise<void>((resolve) => server.once("exit", () => resolve()))
  const answers = async () => {
    await waitFor("nginx to answer", async () => {
      if (server.exitCode !== null) throw new Error(`nginx did not start:\n${readFileSync(log, "utf8")}`)
      return (await answered(`${url}/round`)) === `${round}`
    })
  }
  const nginx: Nginx = {
    url,
    port,
    pid: server.pid ?? 0,
    log: () => readFileSync(log, "utf8"),
    logFile: log,
    reload: (to) => {
      configure(to)
      server.kill("SIGHUP")
      return answers()
    },
    stop: async () => {
      end(server)
      await ended
      removeFolder()
      for (const forget of forgets) forget()
    }
  }
  try {
    await answers()
    return nginx
  } catch (error) {
    await nginx.stop()
    throw error
  }
}

/** At once: its end by the gentle signal would wait for sockets. */
const end = (server: ChildProcess): void => {
  if (server.exitCode === null && server.signalCode === null) server.kill("SIGTERM")
}

const answered = (url: string): Promise<string | undefined> =>
  fetch(url, { headers: { connection: "close" } }).then(
    (response) => response.text(),
    () => undefined
  )
