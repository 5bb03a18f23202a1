/** What happened in a conversation, besides messages, in one sentence. */
import type { UserId } from "@hibiki/core/domain/Ids"
import type { MessageRow } from "@hibiki/core/domain/MessageRow"
import { isolated } from "../../../lib/isolated.ts"
import type { ChatWords } from "../chatWords.en.ts"

/** More people than this are counted. */
const namedMost = 5

export const systemText = (row: MessageRow, nameOf: (userId: UserId) => string, { system }: ChatWords): string => {
  const name = (userId: UserId) => isolated(nameOf(userId))
  const by = name(row.by)
  const title = isolated(row.title ?? "")
  const others = (row.userIds ?? []).filter((userId) => userId !== row.by)
  const names = system.names(others.slice(0, namedMost).map(name), Math.max(0, others.length - namedMost))
  switch (row.kind) {
    case "created":
      return system.created(by, row.conversationKind ?? "group", title, others.length === 0 ? "" : names)
    case "joined":
      return others.length === 0 ? system.joined(by) : system.added(by, names)
    case "left":
      return others.length === 0 ? system.left(by) : system.removed(by, names)
    case "renamed":
      return system.renamed(by, title)
    case "roleChanged":
      return system.role(by, name(row.userIds?.[0] ?? row.by), row.role ?? "member")
    case "posted":
      return row.text ?? ""
  }
}
