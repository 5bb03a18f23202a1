/** All unsettled commands of this device, over all conversations, in the order shown by `/unsent`. */
import type { PendingPost } from "@hibiki/core/client/feed/FeedView"
import type { HibikiClient } from "@hibiki/core/client/HibikiClient"
import type { OutboxRow } from "@hibiki/core/client/outbox/OutboxRow"
import type { CommandId, ConversationId } from "@hibiki/core/domain/Ids"
import { changeText, pendingMark } from "../view/timelineRows.ts"

export interface Unsent {
  readonly id: CommandId
  readonly conversationId: ConversationId
  readonly text: string
  readonly state: PendingPost["state"]
  readonly mark: string
}

/** Includes conversations that were left: the person still owns what was refused there. */
export const unsent = (client: HibikiClient): ReadonlyArray<Unsent> => {
  const failed = client.failed()
  const conversations = new Set([
    ...client.conversations().map(({ conversationId }) => conversationId),
    ...failed.keys()
  ])
  return [...conversations].flatMap((conversationId) => {
    const view = client.feed(conversationId)
    // Refused commands are known, even if nothing else of the conversation is.
    if (view === undefined) return (failed.get(conversationId) ?? []).map(ofRow)
    return [
      ...view.pending
        .filter((post) => post.state !== "stored")
        .map((post) => ({ id: post.id, conversationId, text: post.text, state: post.state, mark: pendingMark(post) })),
      ...view.failed.map(ofRow)
    ]
  })
}

const ofRow = (row: OutboxRow): Unsent => ({
  id: row.id,
  conversationId: row.conversationId,
  text: changeText(row),
  state: row.state,
  mark: pendingMark({ ...row, unanswered: false })
})
