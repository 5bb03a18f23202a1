/** The one line that the list shows of a conversation's newest row. Pure. */
import type { ConversationSummary } from "@hibiki/core/domain/Conversation"
import type { UserId } from "@hibiki/core/domain/Ids"
import { isKnownRow } from "@hibiki/core/domain/RowKinds"
import type { Dictionary } from "../../i18n/en.ts"
import { isolated } from "../../lib/isolated.ts"
import { plainText } from "../chat/text/grammar.ts"
import { systemText } from "../chat/text/systemText.ts"

/** Code points; the layout cuts earlier. */
const longest = 160

export const lastLine = (
  summary: ConversationSummary,
  me: UserId | undefined,
  nameOf: (userId: UserId) => string,
  { chat, conversations: { last: words } }: Pick<Dictionary, "chat" | "conversations">
): string => {
  const { last } = summary
  if (last === undefined) return words.none
  if (!isKnownRow(last)) return words.newer
  if (last.kind !== "posted") return oneLine(systemText(last, nameOf, chat, 1))
  const text = last.deleted === true ? words.deleted : oneLine(plainText(last.text ?? ""))
  if (last.by === me) return isNotes(summary, me) ? text : words.own(text)
  return summary.kind === "direct" ? text : words.by(isolated(nameOf(last.by)), text)
}

const isNotes = ({ kind, peer }: ConversationSummary, me: UserId): boolean =>
  kind === "direct" && (peer === undefined || peer.userId === me)

/** Line ends become spaces, and what is far too long for any list is cut, between code points. */
export const oneLine = (text: string): string => {
  const line = text.replace(/\s+/gu, " ").trim()
  return line.length <= longest ? line : `${[...line].slice(0, longest).join("")}…`
}
