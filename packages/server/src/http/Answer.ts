/**
 * The input of the edge's routes and their answers: plain data, so that routes can be read and tested without a socket.
 */

import type { IncomingHttpHeaders } from "node:http"
import type { BadRequestCode } from "@hibiki/core/protocol/rpc/BadRequestCode"
import type { Effect } from "effect"
import type { RouteName } from "./HttpMetrics.ts"
import type { Peer } from "./PeerAddress.ts"

export interface Answer {
  readonly status: number
  readonly contentType: string
  readonly body: string | Uint8Array
  /** Added to the security headers, which every answer carries; these take precedence. */
  readonly headers?: Readonly<Record<string, string>>
}

/** An answer that can also be written by hand. */
export interface TextAnswer extends Answer {
  readonly body: string
}

/** An error in its wire form. */
export interface WireError {
  readonly _tag: string
  readonly retryAfterMs?: number
  readonly code?: unknown
}

/** Why the edge itself refused a request. Reveals no more of the input than the name of a field. */
export interface BadInput {
  readonly _tag: "BadRequest"
  readonly code: BadRequestCode
  readonly field: string
  /** For the author of the call, if code and field say too little. */
  readonly message?: string
  /** The address of this server, for a page that was opened elsewhere. */
  readonly openAt?: string
}

export const json = (status: number, value: unknown, headers?: Readonly<Record<string, string>>): TextAnswer => ({
  status,
  contentType: "application/json",
  body: JSON.stringify(value),
  ...(headers === undefined ? {} : { headers })
})

/** `{error: {_tag, ...}}` under the error's one status. */
export const failure = (error: WireError, headers?: Readonly<Record<string, string>>): TextAnswer =>
  json(
    statusOf(error),
    { error },
    {
      ...(error.retryAfterMs === undefined
        ? {}
        : { "retry-after": String(Math.max(1, Math.ceil(error.retryAfterMs / 1_000))) }),
      ...headers
    }
  )

export const badInput = (code: BadRequestCode, field: string): BadInput => ({ _tag: "BadRequest", code, field })

export const notFound: WireError = { _tag: "NotFound" }

/** For an unknown path under the calls: a misspelt name must not look like a hidden resource. */
export const unknownCall: BadInput = {
  ...badInput("unknown_tag", "tag"),
  message: "There is no call of this name: GET /api/v1/openapi.json describes all."
}

export const rateLimited: WireError = { _tag: "RateLimited", retryAfterMs: 1_000 }

/** For every failure here without an error of its own: no text of a defect leaves the server. */
export const unavailable: WireError = { _tag: "Unavailable", retryAfterMs: 1_000 }

/** By the error's tag. A tag without an entry fails a test, and would be answered 500. */
export const errorStatus: Readonly<Record<string, number>> = {
  BadRequest: 400,
  HandleRefused: 400,
  PasswordRefused: 400,
  Unauthenticated: 401,
  SignInFailed: 401,
  RegistrationRefused: 403,
  NotFound: 404,
  HandleTaken: 409,
  Refused: 409,
  RateLimited: 429,
  Unavailable: 503
}

export interface EdgeRequest {
  readonly method: string
  /** As it was sent, without its query: not decoded, not normalised. */
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly peer: Peer
  /** A header that may occur only once, and occurs more often. */
  readonly repeatedHeader: string | undefined
  /** Generated here, never taken from outside. */
  readonly requestId: string
  /** Reads the body when run; works once. */
  readonly body: Effect.Effect<string, WireError>
}

export interface Route {
  /** The label in metrics; there are few of them. */
  readonly name: RouteName
  /** By method. HEAD is answered like GET without its body; all other methods are refused. */
  readonly methods: Readonly<Record<string, (request: EdgeRequest) => Effect.Effect<Answer>>>
}

/** Bad requests with an HTTP status of their own, by their code. */
const badRequestStatus: Readonly<Record<string, number>> = {
  foreign_origin: 403,
  tls_required: 403,
  method: 405,
  timeout: 408,
  too_large: 413,
  unsupported_media_type: 415,
  expectation: 417,
  headers_too_large: 431
} satisfies Partial<Record<BadRequestCode, number>>

const statusOf = (error: { readonly _tag: string; readonly code?: unknown }): number =>
  (error._tag === "BadRequest" ? badRequestStatus[String(error.code)] : undefined) ?? errorStatus[error._tag] ?? 500
