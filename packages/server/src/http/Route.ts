/** A route of the edge: what its handler sees of a request, free of sockets. */
import type { IncomingHttpHeaders } from "node:http"
import type { Effect } from "effect"
import type { Answer, WireError } from "./Answer.ts"
import type { Peer } from "./PeerAddress.ts"

export interface EdgeRequest {
  readonly method: string
  /** As it was sent, without its query: not decoded, not normalised. */
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly peer: Peer
  /** A header that may stand only once, and does not. */
  readonly repeatedHeader: string | undefined
  /** Made here, never taken from outside. */
  readonly requestId: string
  /** Reads it when run; once. */
  readonly body: Effect.Effect<string, WireError>
}

export interface Route {
  /** For metrics: few of them. */
  readonly name: string
  /** By method. HEAD is answered as GET without its body; all others are refused. */
  readonly methods: Readonly<Record<string, (request: EdgeRequest) => Effect.Effect<Answer>>>
}
