/** Describes a system row of a conversation in one sentence: for its timeline, and for its line in the list. */
import type { UserId } from "@hibiki/core/domain/Ids"
import type { MessageRow } from "@hibiki/core/domain/MessageRow"
import type { SystemWords } from "../../../i18n/chatWords.en.ts"
import { isolated } from "../../../lib/names.ts"

/** `namedMost`: maximum names; further people are only counted. */
export const systemText = (
  row: Pick<MessageRow, "by" | "conversationKind" | "kind" | "operator" | "role" | "text" | "title" | "userIds">,
  nameOf: (userId: UserId) => string,
  words: { readonly system: SystemWords; readonly names: (names: ReadonlyArray<string>, more: number) => string },
  namedMost = 5
): string => {
  if (row.kind === "posted") return row.text ?? ""
  const name = (userId: UserId) => isolated(nameOf(userId))
  const { by, conversationKind: what = "group", role = "member", title = "", userIds = [] } = row
  const others = userIds.filter((userId) => userId !== by)
  return words.system[row.kind]({
    by: name(by),
    people: words.names(others.slice(0, namedMost).map(name), Math.max(0, others.length - namedMost)),
    person: name(userIds[0] ?? by),
    role,
    title: isolated(title),
    operator: row.operator === true,
    what
  })
}
