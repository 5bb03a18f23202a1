/** The composer's text: in its area, as a signal, and as a draft that outlives the page. */
import { type Accessor, createSignal, onCleanup, untrack } from "solid-js"
import type { ComposerTask, ConversationModel } from "../conversationModel.ts"
import { withMark } from "./composerKeys.ts"

export interface Writing {
  readonly attach: (area: HTMLTextAreaElement) => void
  readonly text: Accessor<string>
  /** Why it could not be sent. */
  readonly problem: Accessor<string | undefined>
  readonly setProblem: (problem: string) => void
  /** In place of what stands there. */
  readonly write: (text: string) => void
  /** What stands in the area by now. */
  readonly read: () => void
  readonly mark: (act: Parameters<typeof withMark>[1]) => void
  readonly toTextEnd: () => void
  readonly focus: () => void
  readonly keepDraft: () => void
}

/** Whether what is written changes something that was said before. */
export const isChange = (task: ComposerTask | undefined): task is ComposerTask & { readonly kind: "edit" | "rewrite" } =>
  task?.kind === "edit" || task?.kind === "rewrite"

export const isEdit = (model: ConversationModel): boolean => isChange(untrack(model.task))

export const createWriting = (model: ConversationModel): Writing => {
  const { drafts } = model.app
  const [text, setText] = createSignal("")
  const [problem, setProblem] = createSignal<string>()
  let area: HTMLTextAreaElement | undefined
  let touched = false
  let closed = false
  onCleanup(() => {
    closed = true
  })
  const read = () => {
    touched = true
    setText(area?.value ?? "")
    setProblem(undefined)
  }
  const write = (value: string) => {
    if (area !== undefined && area.value !== value) area.value = value
    read()
  }
  const keepDraft = () => {
    // What an edit holds is no draft of a new message.
    if (isEdit(model)) return
    const task = untrack(model.task)
    const value = untrack(text)
    const replyTo = task.kind === "reply" ? { replyTo: task.to } : {}
    drafts.save(model.id, value === "" && task.kind === "post" ? undefined : { text: value, ...replyTo })
  }
  void drafts.load(model.id).then((draft) => {
    if (draft === undefined || touched || closed) return
    write(draft.text)
    if (draft.replyTo !== undefined) model.setTask({ kind: "reply", to: draft.replyTo })
  })
  return {
    attach: (node) => {
      area = node
    },
    text,
    problem,
    setProblem,
    write,
    read,
    mark: (act) => {
      if (area === undefined) return
      const marked = withMark({ text: area.value, start: area.selectionStart, end: area.selectionEnd }, act)
      write(marked.text)
      area.setSelectionRange(marked.start, marked.end)
      keepDraft()
    },
    toTextEnd: () => area?.setSelectionRange(area.value.length, area.value.length),
    focus: () => area?.focus(),
    keepDraft
  }
}
