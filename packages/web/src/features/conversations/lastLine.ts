/** The one line that the list shows of a conversation's newest row. Pure. */
import type { ConversationSummary } from "@hibiki/core/domain/Conversation"
import type { UserId } from "@hibiki/core/domain/Ids"
import type { MessageRow } from "@hibiki/core/domain/MessageRow"
import { isKnownRow } from "@hibiki/core/domain/RowKinds"
import { isolated } from "../../lib/isolated.ts"
import { plainText } from "../chat/text/grammar.ts"
import type { ConversationsWords } from "./conversationsWords.en.ts"

/** Code points; the layout cuts earlier. */
const longest = 160

export const lastLine = (
  summary: ConversationSummary,
  me: UserId | undefined,
  nameOf: (userId: UserId) => string,
  words: ConversationsWords
): string => {
  const { last } = summary
  if (last === undefined) return words.last.none
  if (!isKnownRow(last)) return words.last.newer
  if (last.kind !== "posted") return changeLine(last, nameOf, words)
  const text = last.deleted === true ? words.last.deleted : oneLine(plainText(last.text ?? ""))
  if (last.by === me) return isNotes(summary, me) ? text : words.last.own(text)
  return summary.kind === "direct" ? text : words.last.by(isolated(nameOf(last.by)), text)
}

const isNotes = ({ kind, peer }: ConversationSummary, me: UserId): boolean =>
  kind === "direct" && (peer === undefined || peer.userId === me)

const changeLine = (row: MessageRow, nameOf: (userId: UserId) => string, words: ConversationsWords): string => {
  const name = (userId: UserId) => isolated(nameOf(userId))
  const [first = row.by] = row.userIds ?? []
  // Whom somebody else let in or sent away.
  const others = (row.userIds ?? []).filter((userId) => userId !== row.by)
  const [other] = others
  switch (row.kind) {
    case "joined":
      return other === undefined ? words.last.joined(name(row.by)) : words.last.added(name(row.by), name(other), others.length)
    case "left":
      return other === undefined ? words.last.left(name(row.by)) : words.last.removed(name(row.by), name(other))
    case "renamed":
      return words.last.renamed(name(row.by), isolated(row.title ?? ""))
    case "roleChanged":
      return words.last.roleChanged(name(first), words.roles[row.role ?? "member"])
    default:
      return words.last.created(name(row.by))
  }
}

/** Line ends become spaces, and what is far too long for any list is cut, between code points. */
export const oneLine = (text: string): string => {
  const line = text.replace(/\s+/gu, " ").trim()
  return line.length <= longest ? line : `${[...line].slice(0, longest).join("")}…`
}
