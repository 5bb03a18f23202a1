/** Returns the text to show when a change of conversations failed. */
import type { ConversationsWords } from "../../i18n/conversationsWords.en.ts"

export const callProblem = (
  error: { readonly _tag: string; readonly code?: string },
  words: Pick<ConversationsWords, "failed">
): string => {
  switch (error._tag) {
    case "Unreachable":
    case "Unavailable":
      return words.failed.unreachable
    case "RateLimited":
      return words.failed.rateLimited
    case "NotFound":
      return words.failed.gone
    case "Refused":
      if (error.code === "too_many") return words.failed.tooMany
      return error.code === "not_found" ? words.failed.gone : words.failed.refused
    default:
      return words.failed.refused
  }
}
