/**
 * Reacting to a message, and telling what the outbox did not take: for what is drawn first, where the other acts come
 * later.
 */
import type { SendResult } from "@hibiki/core/client/HibikiClient"
import type { MessageRow } from "@hibiki/core/domain/MessageRow"
import { type ConversationModel, epochShown, whenLive } from "../conversationModel.ts"
import { problemText } from "../problemText.ts"

/** Says so when something was not taken at all. */
export const tell = (model: ConversationModel, result: SendResult): void => {
  if (result._tag === "NotQueued") model.app.toasts.show({ text: problemText(model.words(), result.code) })
}

/** Adds the reaction, or takes it back when it is one's own. */
export const react = (model: ConversationModel, row: MessageRow, emoji: string): void => {
  const mine = row.reactions?.some((reaction) => reaction.emoji === emoji && reaction.mine) === true
  const seenIn = epochShown(model)
  void whenLive(model).then(({ client }) => tell(model, client.react(model.id, row.seq, emoji, !mine, seenIn)))
}
