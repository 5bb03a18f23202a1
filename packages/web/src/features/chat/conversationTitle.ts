/** What a conversation is called on its screen. */
import type { ConversationSummary } from "@hibiki/core/domain/Conversation"
import type { UserId } from "@hibiki/core/domain/Ids"
import { shownName } from "@hibiki/core/domain/NameRules"
import type { ChatWords } from "./chatWords.en.ts"

export const conversationTitle = (summary: ConversationSummary | undefined, me: UserId, words: ChatWords): string => {
  if (summary === undefined) return words.header.unknown
  if (summary.kind !== "direct") return shownName(summary.title)
  return isNotes(summary, me) ? words.header.notes : shownName(summary.peer?.displayName ?? words.header.unknown)
}

/** A conversation with oneself. */
export const isNotes = (summary: ConversationSummary, me: UserId): boolean =>
  summary.kind === "direct" && (summary.peer === undefined || summary.peer.userId === me)
