/** Returns the text to show when a sign-in, a registration or a new password failed, and the field that it concerns. */

import { isWrongAddress } from "../../lib/plainCall.ts"
import type { SignInAnswer } from "../../lib/session.ts"
import type { SessionWords } from "./sessionWords.en.ts"

export type SessionField = "handle" | "password" | "invite"

/** Without a field it concerns the whole form. */
export interface SessionProblem {
  readonly field?: SessionField
  readonly text: string
  /** Whole seconds until another try is allowed, which the text names. */
  readonly waitS?: number
}

type CallError = Extract<SignInAnswer, { readonly ok: false }>["error"]

export const sessionProblem = (error: CallError, words: SessionWords): SessionProblem => {
  const { failed } = words
  switch (error._tag) {
    case "SignInFailed":
      return { text: failed.signIn }
    case "HandleTaken":
      return { field: "handle", text: failed.handleTaken }
    case "HandleRefused":
      return { field: "handle", text: reasonIn(failed.handle, error.reason) ?? failed.badRequest }
    case "PasswordRefused":
      return { field: "password", text: reasonIn(failed.password, error.reason) ?? failed.badRequest }
    case "RegistrationRefused":
      return {
        ...(error.reason === "closed" ? {} : { field: "invite" }),
        text: reasonIn(failed.registration, error.reason) ?? failed.unavailable
      }
    case "NotFound":
      return { text: failed.resetLink }
    case "RateLimited": {
      const waitS = secondsOf(error.retryAfterMs)
      return { text: failed.rateLimited(waitS), waitS }
    }
    case "Unreachable":
      return { text: failed.unreachable }
    case "BadRequest":
      return { text: isWrongAddress(error) ? failed.wrongAddress : failed.badRequest }
    default:
      return { text: failed.unavailable }
  }
}

/** Returns the whole seconds to wait, at least one. */
export const secondsOf = (retryAfterMs: number | undefined): number =>
  Math.max(1, Math.ceil((retryAfterMs ?? 0) / 1_000))

const reasonIn = (texts: Readonly<Record<string, string>>, reason: string | undefined): string | undefined =>
  reason === undefined || !Object.hasOwn(texts, reason) ? undefined : texts[reason]
