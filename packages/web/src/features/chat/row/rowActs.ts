/** What can be done with a stored message, besides reacting: each act whole, in the order in which they are offered. */
import type { MessageRow } from "@hibiki/core/domain/MessageRow"
import type { IconName } from "../../../ui/iconPaths.ts"
import type { ChatWords } from "../chatWords.en.ts"
import { type ConversationModel, editOf, epochShown, whenLive } from "../conversationModel.ts"
import { freshCommandId } from "../freshCommandId.ts"
import { isManager } from "../isManager.ts"
import { problemText } from "../problemText.ts"
import { copyText } from "../text/copyText.ts"
import { deleteSoon } from "./deletions.ts"
import { tell } from "./react.ts"

export interface ActedOn {
  readonly model: ConversationModel
  readonly row: MessageRow
  /** Undefined: the server tells nobody who has read this message. */
  readonly showReaders: (() => void) | undefined
}

export interface RowAct {
  /** Its words are the label. */
  readonly name: keyof ChatWords["act"]
  readonly icon: IconName
  /** A button over the row. Else it is in the menu beside these. */
  readonly inBar?: true
  readonly danger?: true
  /** Whether it is offered. Left out: it always is. Reactive. */
  readonly may?: (on: ActedOn) => boolean
  readonly run: (on: ActedOn) => void
}

/** In a channel those pin who run it. */
const mayPin = ({ model }: ActedOn): boolean => model.summary()?.kind !== "channel" || isManager(model.summary()?.role)

const isOwn = ({ model, row }: ActedOn): boolean => row.by === model.me()

export const rowActs: ReadonlyArray<RowAct> = [
  { name: "reply", icon: "reply", inBar: true, run: ({ model, row }) => startReply(model, row) },
  { name: "edit", icon: "edit", inBar: true, may: isOwn, run: ({ model, row }) => startEdit(model, row) },
  {
    name: "readers",
    icon: "eye",
    may: ({ showReaders }) => showReaders !== undefined,
    run: ({ showReaders }) => showReaders?.()
  },
  { name: "copyText", icon: "copy", run: ({ model, row }) => void copyText(model.app, row.text ?? "") },
  { name: "markUnread", icon: "unread", run: ({ model, row }) => void markUnread(model, row) },
  { name: "pin", icon: "pin", may: (on) => mayPin(on) && !on.row.pinned, run: (on) => void setPinned(on, true) },
  {
    name: "unpin",
    icon: "pin",
    may: (on) => mayPin(on) && on.row.pinned === true,
    run: (on) => void setPinned(on, false)
  },
  {
    name: "delete",
    icon: "trash",
    danger: true,
    may: (on) => isOwn(on) || isManager(on.model.summary()?.role),
    run: ({ model, row }) => deleteRow(model, row)
  }
]

export const startReply = (model: ConversationModel, row: MessageRow): void => {
  model.setTask({ kind: "reply", to: row.seq, seenIn: epochShown(model) })
  model.hands.focusComposer()
}

export const startEdit = (model: ConversationModel, row: MessageRow): void => {
  model.setTask(editOf(model, row))
  model.hands.focusComposer()
}

const deleteRow = (model: ConversationModel, row: MessageRow): void => {
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

const setPinned = async ({ model, row }: ActedOn, on: boolean): Promise<void> => {
  const chat = await whenLive(model)
  const asked = { id: await freshCommandId(), conversationId: model.id, target: row.seq }
  const result = await (on ? chat.call("conversation.pin", asked) : chat.call("conversation.unpin", asked))
  // Somebody else was faster, and it is as this person wanted it.
  if (result.ok || (result.error._tag === "Refused" && result.error.code === "no_change")) return
  model.app.toasts.show({ text: notDone(model, result.error) })
}

const markUnread = async (model: ConversationModel, row: MessageRow): Promise<void> => {
  model.holdRead(true)
  const chat = await whenLive(model)
  const result = await chat.call("conversation.markUnread", {
    id: await freshCommandId(),
    conversationId: model.id,
    seq: row.seq
  })
  if (!result.ok) model.holdRead(false)
  model.app.toasts.show({ text: result.ok ? model.words().told.markedUnread : notDone(model, result.error) })
}

/** What a call's error comes to, where nothing but its act is at hand. */
const notDone = (model: ConversationModel, error: { readonly _tag: string; readonly code?: string }): string => {
  const words = model.words()
  if (error._tag === "Refused" && error.code !== undefined) return problemText(words, error.code)
  return error._tag === "Unreachable" ? model.app.i18n.t().conversations.failed.unreachable : words.told.notDone
}
