/** What can be done with a stored message. */

import type { SendResult } from "@hibiki/core/client/HibikiClient"
import type { MessageRow } from "@hibiki/core/domain/MessageRow"
import { type ConversationModel, editOf, epochShown, whenLive } from "../conversationModel.ts"
import { freshCommandId } from "../freshCommandId.ts"
import { problemText } from "../problemText.ts"
import { deleteSoon } from "./deletions.ts"

/** Says so when something was not taken at all. */
export const tell = (model: ConversationModel, result: SendResult): void => {
  if (result._tag === "NotQueued") model.app.toasts.show({ text: problemText(model.words(), result.code) })
}

export const startReply = (model: ConversationModel, row: MessageRow): void => {
  model.setTask({ kind: "reply", to: row.seq, seenIn: epochShown(model) })
  model.hands.focusComposer()
}

export const startEdit = (model: ConversationModel, row: MessageRow): void => {
  model.setTask(editOf(model, row))
  model.hands.focusComposer()
}

export const deleteRow = (model: ConversationModel, row: MessageRow): void => {
  const seenIn = epochShown(model)
  const { settle, undo } = deleteSoon(
    model.id,
    row.seq,
    () => void whenLive(model).then(({ client }) => tell(model, client.delete(model.id, row.seq, seenIn)))
  )
  const { toasts } = model.app
  const run = () => undo() || toasts.show({ text: model.words().told.tooLate })
  toasts.show({ text: model.words().row.deleting, act: { label: model.words().act.undo, run }, gone: settle })
}

export const react = (model: ConversationModel, row: MessageRow, emoji: string): void => {
  const mine = row.reactions?.some((reaction) => reaction.emoji === emoji && reaction.mine) === true
  const seenIn = epochShown(model)
  void whenLive(model).then(({ client }) => tell(model, client.react(model.id, row.seq, emoji, !mine, seenIn)))
}

export const markUnread = async (model: ConversationModel, row: MessageRow): Promise<void> => {
  model.holdRead(true)
  const chat = await whenLive(model)
  const result = await chat.call("conversation.markUnread", { id: await freshCommandId(), conversationId: model.id, seq: row.seq })
  if (!result.ok) model.holdRead(false)
  const words = model.words()
  const { told } = words
  const error = result.ok ? undefined : result.error
  const text =
    error === undefined
      ? told.markedUnread
      : error._tag === "Refused"
        ? problemText(words, error.code)
        : error._tag === "Unreachable"
          ? model.app.i18n.t().conversations.failed.unreachable
          : told.notDone
  model.app.toasts.show({ text })
}
