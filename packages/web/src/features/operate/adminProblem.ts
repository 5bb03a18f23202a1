/** Returns the text to show when a call of an administrator failed. */
import { secondsOf } from "../session/sessionProblem.ts"
import type { AdminWords } from "./adminWords.en.ts"

export interface AdminError {
  readonly _tag: string
  readonly code?: string
  readonly retryAfterMs?: number | undefined
}

export const adminProblem = (error: AdminError, { failed }: Pick<AdminWords, "failed">): string => {
  switch (error._tag) {
    case "NotFound":
      return failed.notFound
    case "SignInFailed":
      return failed.password
    case "RateLimited":
      return failed.rateLimited(secondsOf(error.retryAfterMs))
    case "Unreachable":
    case "Unavailable":
      return failed.unreachable
    case "Refused":
      return reasonOf(failed.refused, error.code) ?? failed.other
    default:
      return failed.other
  }
}

/** A newer server may have other codes. */
const reasonOf = (texts: Readonly<Record<string, string>>, code = ""): string | undefined =>
  Object.hasOwn(texts, code) ? texts[code] : undefined
