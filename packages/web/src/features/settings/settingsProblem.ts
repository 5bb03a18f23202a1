/**
 * Returns the text to show when a change of the account failed, and whether it concerns the current or the new
 * password.
 */

import { make, type Redacted } from "effect/Redacted"
import { secondsOf, sessionProblem } from "../session/sessionProblem.ts"
import type { SessionWords } from "../session/sessionWords.en.ts"
import type { SettingsWords } from "./settingsWords.en.ts"

export interface SettingsProblem {
  readonly field?: "current" | "next"
  readonly text: string
}

export const settingsProblem = (
  error: { readonly _tag: string; readonly reason?: string; readonly retryAfterMs?: number },
  words: SettingsWords,
  session: SessionWords
): SettingsProblem => {
  switch (error._tag) {
    case "SignInFailed":
      return { field: "current", text: words.failed.wrongPassword }
    case "PasswordRefused":
      return { field: "next", text: sessionProblem(error, session).text }
    case "RateLimited":
      return { text: words.failed.rateLimited(secondsOf(error.retryAfterMs)) }
    case "Unreachable":
    case "Unavailable":
      return { text: words.failed.unreachable }
    default:
      return { text: words.failed.other }
  }
}

/**
 * Wraps a password as the calls take it: redacted, so that no log contains it. Loads with screens that follow the live
 * part.
 */
export const secret = (text: string): Redacted => make(text)
