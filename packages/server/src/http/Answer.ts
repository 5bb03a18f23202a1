/** What the edge answers: plain data, so that routes can be read and tested without a socket. */
import type { BadRequestCode } from "@hibiki/core/protocol/rpc/BadRequestCode"
import { statusOf } from "./ErrorStatus.ts"

export interface Answer {
  readonly status: number
  readonly contentType: string
  readonly body: string | Uint8Array
  /** Beyond the security headers, which every answer carries, and over them. */
  readonly headers?: Readonly<Record<string, string>>
}

/** One that can be written by hand, too. */
export interface TextAnswer extends Answer {
  readonly body: string
}

/** An error in its wire form. */
export interface WireError {
  readonly _tag: string
  readonly retryAfterMs?: number
  readonly code?: unknown
}

/** Why the edge itself did not take a request. Names no more of the input than a field. */
export interface BadInput {
  readonly _tag: "BadRequest"
  readonly code: BadRequestCode
  readonly field: string
  /** For whoever writes the call, where code and field say too little. */
  readonly message?: string
  /** Where this server is opened, for a page that was opened elsewhere. */
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
/** Of a path where a call would stand: a name that is misspelt must not look like something that is hidden. */
export const unknownCall: BadInput = {
  ...badInput("unknown_tag", "tag"),
  message: "There is no call of this name: GET /api/v1/openapi.json describes all."
}
export const rateLimited: WireError = { _tag: "RateLimited", retryAfterMs: 1_000 }
/** For everything that failed here without a word of its own: no text of a defect leaves the server. */
export const unavailable: WireError = { _tag: "Unavailable", retryAfterMs: 1_000 }
