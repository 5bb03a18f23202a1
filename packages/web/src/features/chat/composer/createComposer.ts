/** What the composer does: sends its text as what it was written for, and goes back to what stood there before. */
import { type Accessor, batch, createEffect, on, onCleanup, untrack } from "solid-js"
import type { Draft } from "../../../model/App.ts"
import type { ChatWords } from "../chatWords.en.ts"
import { type ConversationModel, editOf, whenLive } from "../conversationModel.ts"
import { problemText, type SendProblem } from "../problemText.ts"
import { lastOwn, lastRow, newestSeq } from "../timeline/feedLookups.ts"
import type { ComposerAct } from "./composerKeys.ts"
import { createWriting, draftOf, isChange, isEdit, taskOf, type Writing } from "./createWriting.ts"
import { messageLength, trimmed } from "./messageLength.ts"

export interface ComposerModel {
  readonly attach: (area: HTMLTextAreaElement) => void
  readonly text: Accessor<string>
  readonly problem: Accessor<string | undefined>
  readonly onInput: (composing: boolean) => void
  readonly act: (act: ComposerAct) => void
}

export const createComposer = (model: ConversationModel): ComposerModel => {
  const writing = createWriting(model)
  const editing = createEditing(model, writing)
  const send = sender(model, writing, editing)
  const cancel = () => {
    if (isEdit(model)) return editing.end()
    model.setTask({ kind: "post" })
  }
  model.hands.suggest = (value) => {
    if (isEdit(model)) editing.end()
    const now = untrack(writing.text)
    writing.write(now === "" ? value : `${now}\n${value}`)
    writing.keepDraft()
    writing.focus()
  }
  model.hands.focusComposer = writing.focus
  onCleanup(() => {
    model.hands.focusComposer = model.hands.suggest = () => {}
  })
  return {
    attach: writing.attach,
    text: writing.text,
    problem: writing.problem,
    onInput: (composing) => {
      writing.read(composing)
      // Half-composed characters are nobody's draft.
      if (!composing) writing.keepDraft()
      if (untrack(writing.text) !== "" && !isEdit(model)) untrack(model.app.chat)?.client.sayTyping(model.id)
    },
    act: (act) => {
      switch (act) {
        case "send":
          return void send()
        case "editLast":
          return editLast(model)
        case "cancel":
          return cancel()
        case "markRead":
          return markAllRead(model)
        default:
          return writing.mark(act)
      }
    }
  }
}

interface Editing {
  readonly end: () => void
  /** What waits aside began with this, which was sent. */
  readonly sent: (value: string) => void
}

/**
 * What was being written when an edit began waits aside, and comes back when the edit ends: by `end`, or for another
 * task. There it becomes what another tab makes of it.
 */
const createEditing = (model: ConversationModel, writing: Writing): Editing => {
  let aside: Draft | undefined
  const { drafts } = model.app
  onCleanup(
    drafts.onOther(model.id, (draft) => {
      if (isEdit(model)) aside = draft
    })
  )
  createEffect(
    on(
      model.task,
      (task, before) => {
        const wasEdit = isChange(before)
        if (isChange(task)) {
          if (!wasEdit) aside = draftOf(before, untrack(writing.text))
          writing.write(task.text)
          writing.toTextEnd()
        } else if (wasEdit) {
          writing.write(aside?.text ?? "")
          aside = undefined
        }
        // Last: else the edited text would be the draft.
        writing.keepDraft()
      },
      { defer: true }
    )
  )
  return {
    end: () => model.setTask(taskOf(aside)),
    sent: (value) => {
      const text = after(value, aside?.text ?? "")
      aside = text === "" ? undefined : { text }
      drafts.save(model.id, aside)
    }
  }
}

const sender = (model: ConversationModel, writing: Writing, editing: Editing) => {
  let sending = false
  return async (): Promise<void> => {
    const value = untrack(writing.text)
    const task = untrack(model.task)
    if (sending) return
    const { left = 0, sendable } = messageLength(value)
    if (left < 0) return writing.setProblem(untrack(model.words).composer.tooLong(-left))
    if (!sendable) return
    sending = true
    // Before the live part is there this takes a while, in which more may be written, or something else: that stays.
    const { client } = await whenLive(model)
    sending = false
    const isStill = untrack(model.task) === task
    const words = untrack(model.words)
    const text = trimmed(value)
    switch (task.kind) {
      case "rewrite": {
        const code = client.rewrite(task.id, text)
        if (code === undefined) break
        const stored = lastRow(untrack(model.open.view), ({ id }) => id === task.id)
        if (stored !== undefined && isStill) {
          // It can still be edited: by the next Enter.
          model.setTask(editOf(model, stored))
          writing.write(value)
          writing.keepDraft()
        }
        return writing.setProblem(rewriteProblem(code, words))
      }
      case "edit": {
        if (text === task.text) break
        const result = client.edit(model.id, task.target, text, task.seenIn)
        if (result._tag === "NotQueued") return writing.setProblem(problemText(words, result.code))
        break
      }
      default: {
        const { replyTo, seenIn } = draftOf(task, text)
        const result = client.post(model.id, text, replyTo, seenIn)
        if (result._tag === "NotQueued") return writing.setProblem(problemText(words, result.code))
        if (isEdit(model)) editing.sent(value)
        else
          batch(() => {
            writing.write(after(value, untrack(writing.text)))
            if (isStill) model.setTask({ kind: "post" })
            writing.keepDraft(result.id)
          })
        model.holdRead(false)
        return model.hands.toEnd()
      }
    }
    if (isStill) editing.end()
  }
}

const after = (start: string, text: string): string => (text.startsWith(start) ? text.slice(start.length) : text)

const rewriteProblem = (code: SendProblem, words: ChatWords): string =>
  code === "handed_over" || code === "unknown_row" ? words.told.sentMeanwhile : problemText(words, code)

const editLast = (model: ConversationModel): void => {
  const own = lastOwn(untrack(model.open.view), untrack(model.me))
  if (own === undefined) return
  model.setTask("state" in own ? { kind: "rewrite", id: own.id, text: own.text } : editOf(model, own))
}

const markAllRead = (model: ConversationModel): void => {
  model.holdRead(false)
  model.opening.clear()
  model.hands.toEnd()
  const newest = newestSeq(untrack(model.open.view))
  if (newest > 0) untrack(model.app.chat)?.client.read(model.id, newest)
}
