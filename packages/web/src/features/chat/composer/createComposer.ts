/** The composer's state and what it does: drafts, what is sent as what, and where it goes back to afterwards. */
import { type Accessor, createEffect, createSignal, on, onCleanup, untrack } from "solid-js"
import type { Draft } from "../../../app/App.ts"
import { type ConversationModel, whenLive } from "../conversationModel.ts"
import { lastOwn, newestSeq } from "../timeline/feedLookups.ts"
import { type ComposerAct, withMark } from "./composerKeys.ts"
import { messageLength, trimmed } from "./messageLength.ts"

export interface ComposerModel {
  readonly attach: (area: HTMLTextAreaElement) => void
  readonly text: Accessor<string>
  readonly empty: Accessor<boolean>
  readonly problem: Accessor<string | undefined>
  readonly onInput: (composing: boolean) => void
  readonly act: (act: ComposerAct) => void
  readonly send: () => Promise<void>
  readonly cancel: () => void
}

export const createComposer = (model: ConversationModel): ComposerModel => {
  const { app } = model
  const [text, setText] = createSignal("")
  const [problem, setProblem] = createSignal<string>()
  let area: HTMLTextAreaElement | undefined
  let touched = false
  let sending = false
  // What was being written when an edit began: comes back when the edit ends.
  let aside: Draft | undefined

  const isEdit = () => untrack(model.task).kind === "edit" || untrack(model.task).kind === "rewrite"
  const write = (value: string) => {
    touched = true
    if (area !== undefined && area.value !== value) area.value = value
    setText(value)
    setProblem(undefined)
  }
  const keepDraft = () => {
    // What an edit holds is no draft of a new message.
    if (isEdit()) return
    const task = untrack(model.task)
    const value = untrack(text)
    const replyTo = task.kind === "reply" ? { replyTo: task.to } : {}
    app.drafts.save(model.id, value === "" && task.kind === "post" ? undefined : { text: value, ...replyTo })
  }
  const endEdit = () => {
    const back = aside
    aside = undefined
    model.setTask(back?.replyTo === undefined ? { kind: "post" } : { kind: "reply", to: back.replyTo })
    write(back?.text ?? "")
  }
  const done = () => {
    if (isEdit()) return endEdit()
    model.setTask({ kind: "post" })
    write("")
    keepDraft()
  }
  const send = async () => {
    const value = untrack(text)
    if (sending || !messageLength(value).sendable) return
    sending = true
    const task = untrack(model.task)
    const { client } = await whenLive(model)
    sending = false
    const words = untrack(model.words)
    const said = trimmed(value)
    if (task.kind === "edit" && said === task.text) return endEdit()
    if (task.kind === "rewrite") {
      const code = client.rewrite(task.id, said)
      if (code === undefined) return endEdit()
      return void setProblem(code === "handed_over" || code === "unknown_row" ? words.told.sentMeanwhile : words.problem[code])
    }
    const result =
      task.kind === "edit"
        ? client.edit(model.id, task.target, said)
        : client.post(model.id, said, task.kind === "reply" ? task.to : undefined)
    if (result._tag === "NotQueued") return void setProblem(words.problem[result.code])
    done()
    model.holdRead(false)
    if (task.kind !== "edit") model.hands.toEnd()
  }
  const cancel = () => {
    if (isEdit()) return endEdit()
    model.setTask({ kind: "post" })
    keepDraft()
  }
  const editLast = () => {
    const row = lastOwn(untrack(model.open.view), untrack(model.me))
    if (row !== undefined) model.setTask({ kind: "edit", target: row.seq, text: row.text ?? "" })
  }
  const markRead = () => {
    model.holdRead(false)
    model.clearUnread()
    model.hands.toEnd()
    const newest = newestSeq(untrack(model.open.view))
    if (newest > 0) untrack(app.chat)?.client.read(model.id, newest)
  }
  const mark = (act: "bold" | "italic" | "code" | "strike") => {
    if (area === undefined) return
    const marked = withMark({ text: area.value, start: area.selectionStart, end: area.selectionEnd }, act)
    write(marked.text)
    area.setSelectionRange(marked.start, marked.end)
    keepDraft()
  }

  createEffect(
    on(
      model.task,
      (task, before) => {
        if (task.kind !== "edit" && task.kind !== "rewrite") return keepDraft()
        if (before?.kind !== "edit" && before?.kind !== "rewrite") {
          const replyTo = before?.kind === "reply" ? { replyTo: before.to } : {}
          aside = { text: untrack(text), ...replyTo }
        }
        write(task.text)
        area?.setSelectionRange(task.text.length, task.text.length)
      },
      { defer: true }
    )
  )
  void app.drafts.load(model.id).then((draft) => {
    if (draft === undefined || touched) return
    if (draft.replyTo !== undefined) model.setTask({ kind: "reply", to: draft.replyTo })
    write(draft.text)
  })
  model.hands.suggest = (value) => {
    if (isEdit()) endEdit()
    const now = untrack(text)
    write(now === "" ? value : `${now}\n${value}`)
    keepDraft()
    model.hands.focusComposer()
  }
  model.hands.focusComposer = () => area?.focus()
  onCleanup(() => {
    model.hands.focusComposer = model.hands.suggest = () => {}
  })

  return {
    attach: (node) => {
      area = node
    },
    text,
    empty: () => text() === "",
    problem,
    onInput: (composing) => {
      touched = true
      setText(area?.value ?? "")
      setProblem(undefined)
      // Half-composed characters are nobody's draft.
      if (!composing) keepDraft()
      if (untrack(text) !== "" && !isEdit()) untrack(app.chat)?.client.sayTyping(model.id)
    },
    act: (act) => {
      switch (act) {
        case "send":
          return void send()
        case "editLast":
          return editLast()
        case "cancel":
          return cancel()
        case "markRead":
          return markRead()
        default:
          return mark(act)
      }
    },
    send,
    cancel
  }
}
