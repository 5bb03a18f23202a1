/** Read and mark unread: how far a person has read a conversation. Both are commands of their own personal log. */
import { Schema } from "effect"
import { ConversationId, Seq } from "../domain/Ids.ts"
import { commandKind } from "./CommandKind.ts"

const onOwnLog = {
  log: "personal",
  relation: "member",
  possibleIn: ["direct", "group", "channel"],
  namesSeq: () => true
} as const

export const read = commandKind({
  ...onOwnLog,
  kind: "read",
  about: "Moves one's read cursor forward, and takes the unread mark away.",
  body: Schema.Struct({ kind: Schema.Literal("read"), conversationId: ConversationId, upTo: Seq }),
  causes: ["readAdvanced"],
  effects: {
    readAdvanced: ({ batch }, { by, conversationId, upTo }) => {
      const log = batch.log(conversationId)
      log.setCursor(by, { ...log.cursor(by), readUpTo: upTo, markedUnreadAt: undefined })
    }
  },
  forgetsRefusals: true,
  needs: ({ body: { conversationId } }) => ({ ownIn: conversationId }),
  decide: ({ batch }, { body: { conversationId, upTo }, by }) => {
    const log = batch.log(conversationId)
    if (upTo > log.existing.head) return "invalid_target"
    const { markedUnreadAt, readUpTo } = log.cursor(by)
    if (upTo <= readUpTo && markedUnreadAt === undefined) return "no_change"
    return { event: { kind: "readAdvanced", conversationId, upTo: Math.max(upTo, readUpTo) } }
  }
})

export const markUnread = commandKind({
  ...onOwnLog,
  kind: "markUnread",
  about: "Shows the conversation as unread from a message on, until the next read. The cursor stays.",
  body: Schema.Struct({ kind: Schema.Literal("markUnread"), conversationId: ConversationId, upTo: Seq }),
  causes: ["markedUnread"],
  effects: {
    markedUnread: ({ batch }, { by, conversationId, upTo }) => {
      const log = batch.log(conversationId)
      log.setCursor(by, { ...log.cursor(by), markedUnreadAt: upTo })
    }
  },
  needs: ({ body: { conversationId } }) => ({ ownIn: conversationId }),
  decide: ({ batch }, { body: { conversationId, upTo }, by }) => {
    const log = batch.log(conversationId)
    if (upTo > log.existing.head || upTo < 1) return "invalid_target"
    return log.cursor(by).markedUnreadAt === upTo ? "no_change" : { event: { kind: "markedUnread", conversationId, upTo } }
  }
})
