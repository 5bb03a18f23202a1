/** A server of our own, and what must be so of its process after whatever was sent to it. */
import { join } from "node:path"
import webPush from "web-push"
import { endServer, freePort, type RunningServer, startServer, temporaryFolder, waitFor } from "../../e2e/harness.ts"
import { putMigratedPglite } from "../../pglite/pgliteTemplate.ts"
import { internalsIn } from "../internals.ts"
import { roomyLimits } from "../roomyLimits.ts"
import { type Census, ServerInside } from "./ServerInside.ts"

export interface OwnServer {
  readonly url: string
  readonly invite: string
  readonly server: RunningServer
  readonly inside: ServerInside
  /** Ends it and says with what; its folder goes too. */
  readonly end: () => Promise<number | null>
}

const { privateKey, publicKey } = webPush.generateVAPIDKeys()

const settings = {
  HIBIKI_REGISTRATION: "open",
  ...roomyLimits,
  HIBIKI_LOG_LEVEL: "debug",
  HIBIKI_PUSH_PUBLIC_KEY: publicKey,
  HIBIKI_PUSH_PRIVATE_KEY: privateKey,
  HIBIKI_PUSH_CONTACT: "mailto:admin@chat.example"
}

export const startOwnServer = async (): Promise<OwnServer> => {
  const folder = temporaryFolder()
  const port = await freePort()
  const variables = { ...settings, HIBIKI_DATA: join(folder.path, "data"), HIBIKI_PORT: String(port) }
  await putMigratedPglite(variables.HIBIKI_DATA)
  const server = await startServer(variables, ["--inspect=127.0.0.1:0"])
  const inspector = /^Debugger listening on (ws:\S+)/m.exec(server.stderr())?.[1]
  if (inspector === undefined) throw new Error(`the server has no inspector: ${server.stderr()}`)
  const inside = await ServerInside.open(inspector, server.process.pid ?? 0)
  const end = async () => {
    inside.close()
    const code = await endServer(server)
    folder.remove()
    return code
  }
  return {
    url: `http://127.0.0.1:${port}`,
    invite: new URL(server.link ?? "").hash.replace("#invite=", ""),
    server,
    inside,
    end
  }
}

/** What must be as many as before: actors, sockets, fibers, and what hangs on them; and how many more may be. */
const counted = new Map([
  ...[
    "DeviceSession",
    "Connection",
    "RpcSocket",
    "WebSocket",
    "Socket",
    "FiberRuntime",
    "IncomingMessage",
    "ServerResponse",
    "Timeout"
  ].map((name) => [name, 0] as const),
  ["Actor", 0],
  ["Mailbox", 0],
  // The heap of timers keeps up to 64 cancelled ones.
  ["ActorTimer", 64]
])

const descriptorsMore = 5
const heapMoreBytes = 5 * 1_048_576
/** A user that left stays for its grace, a connection until the server has cut it. */
const settledWithinMs = 60_000

/** What has grown, in words; none when the server is at rest again. */
export const growth = (before: Census, after: Census): ReadonlyArray<string> => {
  const objects = [...counted].flatMap(([name, more]) => {
    const [then, now] = [before.objects.get(name) ?? 0, after.objects.get(name) ?? 0]
    return now > then + more ? [`${name}: ${then}, then ${now}`] : []
  })
  const descriptors = after.descriptors > before.descriptors + descriptorsMore
  const heap = after.heapBytes > before.heapBytes * 1.1 + heapMoreBytes
  return [
    ...objects,
    ...(descriptors ? [`descriptors: ${before.descriptors}, then ${after.descriptors}`] : []),
    ...(heap ? [`heap: ${before.heapBytes} bytes, then ${after.heapBytes}`] : [])
  ]
}

/** The census of a server whose users have left: the same counts twice. */
export const atRest = async (inside: ServerInside): Promise<Census> => {
  let last = await inside.census()
  return waitFor(
    "the server to come to rest",
    async () => {
      const next = await inside.census()
      const same = [...counted.keys()].every((name) => next.objects.get(name) === last.objects.get(name))
      last = next
      return same && (next.objects.get("WebSocket") ?? 0) === 0 ? next : undefined
    },
    settledWithinMs
  )
}

/** Waits until nothing is more than it was; what still is, when the time is over. */
export const grownSince = async (inside: ServerInside, before: Census): Promise<ReadonlyArray<string>> => {
  let grown: ReadonlyArray<string> = []
  try {
    await waitFor(
      "the server to be as it was",
      async () => {
        grown = growth(before, await inside.census())
        return grown.length === 0
      },
      settledWithinMs
    )
  } catch {
    // Told by what has grown.
  }
  return grown
}

/**
 * What stands in the log and may not: something of the inside, or a secret. The admin's link is told on purpose, on
 * stdout.
 */
export const wrongInLog = ({ server, invite }: OwnServer, secrets: ReadonlySet<string>): ReadonlyArray<string> => {
  const log = `${server.stdout().replaceAll(invite, "")}\n${server.stderr().replaceAll(/^Debugger .*$|^For help, .*$/gm, "")}`
  const inside = internalsIn(log)
  return [
    ...(inside === undefined ? [] : [`something of the inside: ${around(log, inside)}`]),
    ...[...secrets].filter((secret) => log.includes(secret)).map((secret) => `a secret: ${secret.slice(0, 4)}...`)
  ]
}

const around = (text: string, found: string): string => {
  const at = text.indexOf(found)
  return text.slice(Math.max(0, at - 400), at + found.length + 200)
}
