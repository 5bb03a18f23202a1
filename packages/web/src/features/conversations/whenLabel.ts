/** The time that the list shows beside a conversation: of its newest row, short; nothing while it has none. Pure. */
import type { ConversationSummary } from "@hibiki/core/domain/Conversation"
import type { I18n } from "../../i18n/I18n.ts"

export interface WhenLabel {
  readonly text: string
  /** In full, for a hint. */
  readonly title: string
  /** For machines. */
  readonly iso: string
}

/** `now`: the current minute. A row from a clock ahead of ours counts as of today. */
export const whenLabel = (
  { last }: Pick<ConversationSummary, "last">,
  now: number,
  formats: Pick<I18n, "short" | "full">
): WhenLabel | undefined =>
  last === undefined
    ? undefined
    : {
        text: formats.short(Math.min(last.at, now), now),
        title: formats.full(last.at),
        iso: new Date(last.at).toISOString()
      }
