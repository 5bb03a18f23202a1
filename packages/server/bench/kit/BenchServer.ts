/** The built server in a process of its own with an empty folder, and a look into it. */
import { join } from "node:path"
import { ServerInside } from "../../test/conformance/mutants/ServerInside.ts"
import { endServer, freePort, startServer, temporaryFolder } from "../../test/e2e/harness.ts"
import { putEmptyPglite } from "../../test/pglite/pgliteTemplate.ts"

/** Wide enough for the load of a machine, where a person's limits would be in the way. */
export const wideLimits = {
  HIBIKI_REGISTRATION: "open",
  HIBIKI_LIMIT_SEND_PER_SECOND: "100000",
  HIBIKI_LIMIT_SEND_BURST: "100000",
  HIBIKI_LIMIT_SEND_PER_SECOND_CONVERSATION: "100000",
  HIBIKI_LIMIT_SEND_BURST_CONVERSATION: "100000",
  HIBIKI_LIMIT_FRAMES_PER_SECOND: "100000",
  HIBIKI_LIMIT_FRAMES_BURST: "100000",
  HIBIKI_LIMIT_TICKET_PER_MINUTE: "100000",
  HIBIKI_LIMIT_SIGN_IN_PER_HOUR: "100000",
  HIBIKI_LIMIT_REGISTER_PER_HOUR: "100000",
  HIBIKI_LIMIT_SOCKETS_PER_ADDRESS: "100000",
  HIBIKI_LIMIT_CONNECTIONS: "100000",
  HIBIKI_LOG_LEVEL: "error"
}

export interface BenchServer {
  readonly origin: string
  readonly pid: number
  /** From its beginning to its being ready. */
  readonly readyMs: number
  readonly inside: ServerInside
  /** What it has to say for itself; at this level of its log nothing. */
  readonly complaints: () => string
  /** Ends it; its folder goes too. */
  readonly end: () => Promise<void>
}

/** `prepare`: fills the data folder, which is not there yet; with an empty database if nothing else is said. */
export const startBenchServer = async (
  prepare: (data: string) => void | Promise<void> = putEmptyPglite
): Promise<BenchServer> => {
  const folder = temporaryFolder()
  const port = await freePort()
  const variables = { ...wideLimits, HIBIKI_DATA: join(folder.path, "data"), HIBIKI_PORT: String(port) }
  await prepare(variables.HIBIKI_DATA)
  const server = await startServer(variables, [
    "--inspect=127.0.0.1:0",
    ...(process.env["BENCH_NODE_ARGS"]?.split(" ") ?? [])
  ])
  const inspector = /^Debugger listening on (ws:\S+)/m.exec(server.stderr())?.[1]
  const pid = server.process.pid
  if (inspector === undefined || pid === undefined) throw new Error(`the server has no inspector: ${server.stderr()}`)
  const inside = await ServerInside.open(inspector, pid)
  return {
    origin: `http://127.0.0.1:${port}`,
    pid,
    readyMs: server.readyMs,
    inside,
    complaints: () =>
      server
        .stderr()
        .replaceAll(/^(Debugger|For help).*\n?/gm, "")
        .trim(),
    end: async () => {
      inside.close()
      await endServer(server)
      folder.remove()
    }
  }
}
