/**
 * The order of the conversation list: unread first, then favourites, then by kind; the newest first within each. Pure.
 */
import type { ConversationSummary } from "@hibiki/core/domain/Conversation"
import type { ConversationId } from "@hibiki/core/domain/Ids"
import { folded } from "@hibiki/core/domain/TextRules"
import type { ConversationsWords } from "../../i18n/conversationsWords.en.ts"

export type SectionKey = keyof ConversationsWords["sections"]

export interface ListSection {
  readonly key: SectionKey
  readonly rows: ReadonlyArray<ConversationSummary>
}

export interface ListOptions {
  /** The open conversation. It stays in the "unread" section, or outside, as it was when the user opened it. */
  readonly held?: { readonly id: ConversationId; readonly unread: boolean } | undefined
  /** The typed filter; compared with the titles. */
  readonly filter: string
  readonly titleOf: (summary: ConversationSummary) => string
}

/** Whether the conversation counts as unread. A mention counts even if the conversation is muted. */
export const isUnread = ({ markedUnreadAt, mentions = 0, muted, unread }: ConversationSummary): boolean =>
  mentions > 0 || (muted !== true && (unread > 0 || markedUnreadAt !== undefined))

const keys: ReadonlyArray<SectionKey> = ["unread", "favourites", "direct", "groups", "channels"]

/** Returns the non-empty sections, in order. Within each, the order is that of `conversations`, the newest first. */
export const listSections = (
  conversations: ReadonlyArray<ConversationSummary>,
  options: ListOptions
): ReadonlyArray<ListSection> => {
  const rows: Record<SectionKey, Array<ConversationSummary>> = {
    unread: [],
    favourites: [],
    direct: [],
    groups: [],
    channels: []
  }
  const wanted = folded(options.filter).trim()
  for (const summary of conversations) {
    if (wanted !== "" && !folded(options.titleOf(summary)).includes(wanted)) continue
    const unread = summary.conversationId === options.held?.id ? options.held.unread : isUnread(summary)
    rows[unread ? "unread" : sectionOf(summary)].push(summary)
  }
  return keys.filter((key) => rows[key].length > 0).map((key) => ({ key, rows: rows[key] }))
}

const sectionOf = ({ favourite, kind }: ConversationSummary): SectionKey =>
  favourite ? "favourites" : kind === "direct" ? "direct" : kind === "group" ? "groups" : "channels"

/**
 * Returns the conversation before or after the open one in display order; if none is open, the first or last. Stops at
 * the ends.
 */
export const neighbour = (
  sections: ReadonlyArray<ListSection>,
  open: ConversationId | undefined,
  step: 1 | -1,
  only: (summary: ConversationSummary) => boolean = () => true
): ConversationId | undefined => {
  const order = sections.flatMap(({ rows }) => rows)
  const at = order.findIndex(({ conversationId }) => conversationId === open)
  for (let i = at < 0 ? (step === 1 ? 0 : order.length - 1) : at + step; i >= 0 && i < order.length; i += step) {
    const row = order[i]
    if (row !== undefined && only(row)) return row.conversationId
  }
  return undefined
}
