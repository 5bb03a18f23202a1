/** The one HTTP status of every error that a call may answer with. */
import type { BadRequestCode } from "@hibiki/core/protocol/rpc/BadRequestCode"

/** By the error's tag. A tag that is missing here fails a test, and would be answered 500. */
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

/** Bad requests that HTTP has a word of its own for, by their code. */
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

export const statusOf = (error: { readonly _tag: string; readonly code?: unknown }): number =>
  (error._tag === "BadRequest" ? badRequestStatus[String(error.code)] : undefined) ?? errorStatus[error._tag] ?? 500
