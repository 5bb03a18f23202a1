/**
 * What happened in a conversation, besides messages, in one sentence: for its timeline, and for its line in the list.
 */
import type { UserId } from "@hibiki/core/domain/Ids"
import type { MessageRow } from "@hibiki/core/domain/MessageRow"
import type { RowKind } from "@hibiki/core/domain/RowKinds"
import { isolated } from "../../../lib/names.ts"

/** What a sentence may name, as text. */
export interface SystemParts {
  readonly by: string
  /** Others than `by`, in a row. Empty: there are none. */
  readonly people: string
  /** The first whom the row names, `by` included. */
  readonly person: string
  readonly role: NonNullable<MessageRow["role"]>
  readonly title: string
  readonly what: NonNullable<MessageRow["conversationKind"]>
}

/** A sentence for each kind of row that is no message. */
export type SystemWords = Readonly<Record<Exclude<RowKind, "posted">, (parts: SystemParts) => string>>

/** `namedMost`: more people than these are counted. */
export const systemText = (
  row: Pick<MessageRow, "by" | "conversationKind" | "kind" | "role" | "text" | "title" | "userIds">,
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
    what
  })
}
