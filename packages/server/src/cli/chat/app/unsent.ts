/** Everything of this device that is not settled, over all conversations, in the order shown by `/unsent`. */
import type { PendingPost } from "@hibiki/core/client/FeedView"
import type { HibikiClient } from "@hibiki/core/client/HibikiClient"
import type { CommandId, ConversationId } from "@hibiki/core/domain/Ids"
import { changeText, pendingMark } from "../view/timelineRows.ts"

export interface Unsent {
  readonly id: CommandId
  readonly conversationId: ConversationId
  readonly text: string
  readonly state: PendingPost["state"]
  readonly mark: string
}

export const unsent = (client: HibikiClient): ReadonlyArray<Unsent> =>
  client.conversations().flatMap(({ conversationId }) => {
    const view = client.feed(conversationId)
    if (view === undefined) return []
    return [
      ...view.pending
        .filter((post) => post.state !== "stored")
        .map((post) => ({ id: post.id, conversationId, text: post.text, state: post.state, mark: pendingMark(post) })),
      ...view.failed.map((row) => ({
        id: row.id,
        conversationId,
        text: changeText(row),
        state: row.state,
        mark: pendingMark({ ...row, unanswered: false })
      }))
    ]
  })
