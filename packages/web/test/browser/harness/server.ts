/** A server of the built program on a folder of its own, as `npm start` runs it. */
import { join } from "node:path"
import { endServer, freePort, startServer, temporaryFolder } from "../../../../server/test/e2e/harness.ts"
import { putMigratedPglite } from "../../../../server/test/pglite/pgliteTemplate.ts"

export interface TestServer {
  readonly origin: string
  readonly port: number
  /** Printed at the first start of a folder. */
  readonly adminLink: string | undefined
  readonly folder: string
  readonly variables: Readonly<Record<string, string>>
  /** What it wrote to stderr. */
  readonly errors: () => string
  readonly stop: () => Promise<void>
}

/** Tests sign in more often than people, from one address. */
export const roomy = {
  HIBIKI_REGISTRATION: "open",
  HIBIKI_LIMIT_REGISTER_PER_HOUR: "10000",
  HIBIKI_LIMIT_SIGN_IN_PER_MINUTE_ADDRESS: "10000",
  HIBIKI_LIMIT_SIGN_IN_PER_HOUR: "10000",
  HIBIKI_LIMIT_TICKET_PER_MINUTE: "1000",
  HIBIKI_LIMIT_CREATE_PER_HOUR: "10000",
  HIBIKI_LIMIT_SEND_PER_SECOND: "1000",
  HIBIKI_LIMIT_SEND_BURST: "5000",
  HIBIKI_LIMIT_SEND_PER_SECOND_CONVERSATION: "1000",
  HIBIKI_LIMIT_SEND_BURST_CONVERSATION: "5000",
  HIBIKI_LIMIT_FRAMES_PER_SECOND: "2000",
  HIBIKI_LIMIT_FRAMES_BURST: "5000"
}

/** `data`: on a database of nobody, or on nothing, as at the first start of all. */
export const startTestServer = async (
  settings: Readonly<Record<string, string>> = {},
  data: "migrated" | "none" = "migrated"
): Promise<TestServer> => {
  const folder = temporaryFolder()
  const port = await freePort()
  const variables = { ...roomy, ...settings, HIBIKI_DATA: join(folder.path, "data"), HIBIKI_PORT: String(port) }
  if (data === "migrated") await putMigratedPglite(variables.HIBIKI_DATA)
  const server = await startServer(variables)
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    adminLink: server.link,
    folder: folder.path,
    variables,
    errors: server.stderr,
    stop: async () => {
      await endServer(server)
      folder.remove()
    }
  }
}
