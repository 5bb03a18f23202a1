/** Decides whether a socket upgrade may go to its taker. */
import type { IncomingMessage } from "node:http"
import { badInput, notFound, unavailable, type WireError } from "./Answer.ts"
import { repeatedHeader } from "./Edge.ts"
import { isForeign } from "./OriginCheck.ts"
import type { Peer } from "./PeerAddress.ts"

export interface UpgradeRules {
  readonly origins: ReadonlySet<string>
  /** Whether somebody takes sockets of this path. */
  readonly isTaken: (path: string) => boolean
  readonly draining: boolean
}

/**
 * Why not, or undefined. The path must be a taken one and nothing more: a query could hold a secret, and would be
 * logged on the way.
 * A client without an Origin is let in; what it may do then rests on the ticket or token that it brings.
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
