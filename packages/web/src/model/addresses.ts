/** Reads the conversation and the codes of links from the page's address. */
import type { ConversationId, UserId } from "@hibiki/core/domain/Ids"
import { isUuid } from "@hibiki/core/domain/TextRules"

export const conversationIn = (path: string): ConversationId | undefined => {
  const [, screen, id] = path.split("/")
  return screen === "c" && isUuid(id) ? (id as ConversationId) : undefined
}

// The code of the link that opened the page. It is removed from the address, so that it stays in no history and no
// screenshot.

type Taking = (
  from: Pick<Location, "hash" | "pathname" | "search">,
  history: Pick<History, "replaceState">
) => string | undefined

const taking =
  (pattern: RegExp): Taking =>
  (from, history) => {
    const code = pattern.exec(from.hash)?.[1] ?? pattern.exec(from.search)?.[1]
    if (code !== undefined) history.replaceState(null, "", from.pathname)
    return code
  }

export const takeInvite = taking(/[#?&]invite=([\w-]{8,128})/)
/** Of a link for a new password. */
export const takeResetCode = taking(/[#?&]reset=([\w-]{8,128})/)

/** The destination after a sign-in: the address that the user had opened, unless it was another user's. */
export interface Wanted {
  /**
   * A path of this page. It stays in memory: an address that others can write must not decide where a sign-in leads.
   */
  readonly path: string
  /** The user who was signed in there; undefined: nobody since this page was loaded. */
  readonly by: UserId | undefined
}

export const wayIn = (wanted: Wanted | undefined, who: UserId | undefined): string =>
  wanted !== undefined && (wanted.by === undefined || wanted.by === who) ? wanted.path : "/"
