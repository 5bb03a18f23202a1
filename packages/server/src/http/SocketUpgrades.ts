/** The upgrades to sockets: which are allowed, how the others are refused, and the handler of those of `/ws`. */
import { type IncomingMessage, STATUS_CODES } from "node:http"
import type { Duplex } from "node:stream"
import { Context, Layer } from "effect"
import { badInput, failure, notFound, type TextAnswer, unavailable, type WireError } from "./Answer.ts"
import { isForeign, repeatedHeader } from "./Edge.ts"
import { countRefused, type RefusedReason } from "./HttpMetrics.ts"
import type { Peer } from "./PeerAddress.ts"
import { securityHeaders } from "./SecurityHeaders.ts"

/** Port: handles the socket upgrades of `/ws` that the edge has allowed. */
export class SocketUpgrades extends Context.Tag("@hibiki/server/http/SocketUpgrades")<
  SocketUpgrades,
  {
    /**
     * Takes the connection over, its errors included. The request is a well-formed WebSocket upgrade of an allowed
     * origin; `address` is the client's. Undefined: this process takes no sockets, and `/ws` is not found.
     */
    readonly handle: ((request: IncomingMessage, socket: Duplex, head: Buffer, address: string) => void) | undefined
  }
>() {}

/** For a process that is no gateway. */
export const NoSocketUpgrades = Layer.succeed(SocketUpgrades, SocketUpgrades.of({ handle: undefined }))

export interface UpgradeRules {
  readonly origins: ReadonlySet<string>
  /** Whether this process takes sockets of this path. */
  readonly isTaken: (path: string) => boolean
  readonly draining: boolean
}

/**
 * Returns why the upgrade is refused, or undefined. The path must match exactly: a query could contain a secret, and
 * proxies on the way would log it. A client without an Origin is allowed; its rights then depend on its ticket or
 * token.
 */
export const upgradeProblem = (request: IncomingMessage, peer: Peer, rules: UpgradeRules): WireError | undefined => {
  if (!rules.isTaken(request.url ?? "")) return notFound
  const repeated = repeatedHeader(request.rawHeaders)
  if (repeated !== undefined) return badInput("repeated_header", `header.${repeated}`)
  if (peer.inTheClear) return badInput("tls_required", "scheme")
  if (request.method !== "GET") return badInput("method", "method")
  if (isForeign(request.headers, rules.origins)) return badInput("foreign_origin", "header.origin")
  const { headers } = request
  // Checked here, so that this refusal, too, carries the headers of all answers.
  if (headers.upgrade?.toLowerCase() !== "websocket") return badInput("upgrade", "header.upgrade")
  if (headers["sec-websocket-version"] !== "13") return badInput("upgrade", "header.sec-websocket-version")
  if (!/^[+/0-9A-Za-z]{22}==$/.test(headers["sec-websocket-key"] ?? ""))
    return badInput("upgrade", "header.sec-websocket-key")
  return rules.draining ? unavailable : undefined
}

/** Refuses a socket's upgrade: counts it by its reason, answers on the bare connection and closes it. */
export const refuseUpgrade = (
  socket: Duplex,
  error: WireError,
  reason: RefusedReason,
  headers: Readonly<Record<string, string>> = securityHeaders(false)
): void => {
  countRefused(reason)
  answerRaw(socket, failure(error), headers)
}

/**
 * Answers on a bare connection, where node has no response object, and closes it. A peer that does not read the answer
 * is cut off after 2 s.
 */
export const answerRaw = (socket: Duplex, answer: TextAnswer, headers: Readonly<Record<string, string>>): void => {
  // Errors of a connection that is being closed need no log line.
  socket.on("error", () => undefined)
  if (!socket.writable) return void socket.destroy()
  socket.end(rawAnswer(answer, headers))
  const cut = setTimeout(() => socket.destroy(), 2_000)
  socket.once("close", () => clearTimeout(cut))
}

const rawAnswer = (answer: TextAnswer, headers: Readonly<Record<string, string>>): string => {
  const all = {
    ...headers,
    ...answer.headers,
    "content-type": answer.contentType,
    "content-length": String(Buffer.byteLength(answer.body)),
    connection: "close"
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? ""}\r\n${lines.join("")}\r\n${answer.body}`
}
