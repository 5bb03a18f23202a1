/** What the composer does: sends its text as what it was written for, and goes back to what stood there before. */
import { type Accessor, createEffect, on, onCleanup, untrack } from "solid-js"
import type { Draft } from "../../../app/App.ts"
import type { ChatWords } from "../chatWords.ts"
import { type ConversationModel, whenLive } from "../conversationModel.ts"
import { lastOwn, newestSeq } from "../timeline/feedLookups.ts"
import type { ComposerAct } from "./composerKeys.ts"
import { createWriting, isChange, isEdit, type Writing } from "./createWriting.ts"
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
  const endEdit = createEditing(model, writing)
  const send = sender(model, writing, endEdit)
  const cancel = () => {
    if (isEdit(model)) return endEdit()
    model.setTask({ kind: "post" })
  }
  model.hands.suggest = (value) => {
    if (isEdit(model)) endEdit()
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

/**
 * What was being written when an edit began waits aside, and comes back when the edit ends: by the answered function, or for another task. There it
 * becomes what another tab makes of it.
 */
const createEditing = (model: ConversationModel, writing: Writing): (() => void) => {
  let aside: Draft | undefined
  const end = model.app.drafts.onOther(model.id, (draft) => {
    if (isEdit(model)) aside = draft
  })
  onCleanup(end)
  createEffect(
    on(
      model.task,
      (task, before) => {
        const wasEdit = isChange(before)
        if (isChange(task)) {
          if (!wasEdit) aside = { text: untrack(writing.text), ...(before?.kind === "reply" ? { replyTo: before.to } : {}) }
          writing.write(task.text)
          return writing.toTextEnd()
        }
        // First what is written, then what is kept of it: else the edited text would be the draft.
        if (wasEdit) writing.write(aside?.text ?? "")
        if (wasEdit) aside = undefined
        writing.keepDraft()
      },
      { defer: true }
    )
  )
  return () => model.setTask(aside?.replyTo === undefined ? { kind: "post" } : { kind: "reply", to: aside.replyTo })
}

const sender = (model: ConversationModel, writing: Writing, endEdit: () => void) => {
  let sending = false
  return async (): Promise<void> => {
    const value = untrack(writing.text)
    if (sending || !messageLength(value).sendable) return
    sending = true
    const { client } = await whenLive(model)
    sending = false
    const task = untrack(model.task)
    const words = untrack(model.words)
    const text = trimmed(value)
    switch (task.kind) {
      case "rewrite": {
        const code = client.rewrite(task.id, text)
        return code === undefined ? endEdit() : writing.setProblem(rewriteProblem(code, words))
      }
      case "edit": {
        if (text === task.text) return endEdit()
        const result = client.edit(model.id, task.target, text)
        return result._tag === "Queued" ? endEdit() : writing.setProblem(words.problem[result.code])
      }
      default: {
        const result = client.post(model.id, text, task.kind === "reply" ? task.to : undefined)
        if (result._tag === "NotQueued") return writing.setProblem(words.problem[result.code])
        // Before the live part is there this takes a while, in which more may be written: that stays.
        const now = untrack(writing.text)
        writing.write(now.startsWith(value) ? now.slice(value.length) : now)
        model.setTask({ kind: "post" })
        writing.keepDraft()
        model.holdRead(false)
        model.hands.toEnd()
      }
    }
  }
}

const rewriteProblem = (code: keyof ChatWords["problem"], words: ChatWords): string =>
  code === "handed_over" || code === "unknown_row" ? words.told.sentMeanwhile : words.problem[code]

const editLast = (model: ConversationModel): void => {
  const own = lastOwn(untrack(model.open.view), untrack(model.me))
  if (own === undefined) return
  const text = own.text ?? ""
  model.setTask("state" in own ? { kind: "rewrite", id: own.id, text } : { kind: "edit", target: own.seq, text })
}

const markAllRead = (model: ConversationModel): void => {
  model.holdRead(false)
  model.opening.clear()
  model.hands.toEnd()
  const newest = newestSeq(untrack(model.open.view))
  if (newest > 0) untrack(model.app.chat)?.client.read(model.id, newest)
}
