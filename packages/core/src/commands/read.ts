/** Read and mark unread: how far a user has read a conversation. Both commands address the user's own personal log. */
import { Schema } from "effect"
import { ConversationId, EventSeq, Seq } from "../domain/Ids.ts"
import { commandKind } from "./CommandKind.ts"

const onOwnLog = {
  log: "personal",
  relation: "member",
  possibleIn: ["direct", "group", "channel"],
  namesSeq: () => true
} as const

/** The largest value wins, so a read that is repeated, late or out of order never undoes a later one. */
export const read = commandKind({
  ...onOwnLog,
  kind: "read",
  about: "Moves one's read cursor forward, and removes the unread mark.",
  /**
   * `asOf`: the personal log's seq when the user read. A mark with a higher seq was set later, and remains. Absent:
   * every mark is removed.
   */
  body: Schema.Struct({
    kind: Schema.Literal("read"),
    conversationId: ConversationId,
    upTo: EventSeq,
    asOf: Schema.optional(Seq)
  }),
  causes: [],
  isIdempotent: true,
  needs: ({ body: { conversationId } }) => ({ ownIn: conversationId }),
  decide: ({ batch }, { body: { asOf, conversationId, upTo }, by }) => {
    const log = batch.log(conversationId)
    if (upTo > log.existing.head) return "invalid_target"
    const cursor = log.cursor(by)
    const { mark, readUpTo } = cursor
    const takesMark = mark !== undefined && (asOf === undefined || mark.seq <= asOf)
    // The publication of this read's first run may have been lost.
    if (upTo <= readUpTo && !takesMark) return { refuses: "no_change", retellsCursor: conversationId }
    const is = { ...cursor, readUpTo: Math.max(upTo, readUpTo), mark: takesMark ? undefined : mark }
    return { cursor: { of: conversationId, is } }
  }
})

export const markUnread = commandKind({
  ...onOwnLog,
  kind: "markUnread",
  about: "Marks the conversation as unread from a message on, until the next read. The read cursor stays.",
  body: Schema.Struct({ kind: Schema.Literal("markUnread"), conversationId: ConversationId, upTo: Seq }),
  causes: ["markedUnread"],
  effects: {
    markedUnread: ({ batch }, { by, conversationId, seq, upTo }) => {
      const log = batch.log(conversationId)
      log.setCursor(by, { ...log.cursor(by), mark: { at: upTo, seq } })
    }
  },
  needs: ({ body: { conversationId } }) => ({ ownIn: conversationId }),
  decide: ({ batch }, { body: { conversationId, upTo }, by }) => {
    const log = batch.log(conversationId)
    if (upTo > log.existing.head || upTo < 1) return "invalid_target"
    return log.cursor(by).mark?.at === upTo ? "no_change" : { event: { kind: "markedUnread", conversationId, upTo } }
  }
})
