/** The composer's text: in its area, as a signal, and as a draft that outlives the page. */
import type { CommandId } from "@hibiki/core/domain/Ids"
import { type Accessor, createSignal, onCleanup, untrack } from "solid-js"
import type { Change, Draft } from "../../../model/App.ts"
import type { ComposerTask, ConversationModel } from "../conversationModel.ts"
import { withMark } from "./composerKeys.ts"
import { rewriteText } from "./replaceText.ts"

/** So many half written changes are remembered. */
export const changesMax = 20

export interface Writing {
  readonly attach: (area: HTMLTextAreaElement) => void
  readonly text: Accessor<string>
  /** Why it could not be sent. */
  readonly problem: Accessor<string | undefined>
  readonly setProblem: (problem: string) => void
  /** In place of what stands there. */
  readonly write: (text: string) => void
  /** What stands in the area by now. `composing`: half of it may be characters that are not chosen yet. */
  readonly read: (composing?: boolean) => void
  readonly mark: (act: Parameters<typeof withMark>[1]) => void
  readonly toTextEnd: () => void
  readonly focus: () => void
  /** `sentAs`: what stood there was sent. */
  readonly keepDraft: (sentAs?: CommandId) => void
}

/** Whether what is written changes something that was said before. */
export const isChange = (task: ComposerTask | undefined): task is Change =>
  task?.kind === "edit" || task?.kind === "rewrite"

export const isEdit = (model: ConversationModel): boolean => isChange(untrack(model.task))

/** What a text is written for is kept with it. */
export const draftOf = (task: ComposerTask | undefined, text: string): Draft =>
  task?.kind === "reply" ? { text, replyTo: task.to, seenIn: task.seenIn } : { text }

export const taskOf = (draft: Draft | undefined): ComposerTask =>
  draft?.replyTo === undefined ? { kind: "post" } : { kind: "reply", to: draft.replyTo, seenIn: draft.seenIn }

export const createWriting = (model: ConversationModel): Writing => {
  const { drafts } = model.app
  const [text, setText] = createSignal("")
  const change = changeKeeper(model, text)
  const [problem, setProblem] = createSignal<string>()
  let area: HTMLTextAreaElement | undefined
  let touched = false
  let closed = false
  let isComposing = false
  // The draft as this tab last loaded, kept or heard it; undefined before it knows.
  let known: { readonly draft: Draft | undefined } | undefined
  const read = (composing = false) => {
    touched = true
    isComposing = composing
    setText(area?.value ?? "")
    setProblem(undefined)
  }
  const write = (value: string) => {
    if (area !== undefined && area.value !== value) area.value = value
    read()
  }
  const draftHere = (): Draft | undefined => {
    const draft = draftOf(untrack(model.task), untrack(text))
    return draft.text === "" && draft.replyTo === undefined ? undefined : draft
  }
  const isKnown = (draft: Draft | undefined) => known !== undefined && isSame(known.draft, draft)
  const keepDraft = (sentAs?: CommandId) => {
    change.keep()
    const draft = draftHere()
    // What an edit holds is no draft of a new message. And what came from another tab is not told back: more may be
    // written there by now.
    if (isEdit(model) || isKnown(draft)) return
    known = { draft }
    drafts.save(model.id, draft, sentAs)
  }
  const show = (draft: Draft | undefined) => {
    known = { draft }
    write(draft?.text ?? "")
    model.setTask(taskOf(draft))
  }
  void drafts.load(model.id).then((draft) => {
    if (touched || closed) return
    show(draft)
    const left = change.takeUp()
    if (left === undefined) return
    model.setTask(left.task)
    write(left.text)
    change.keep()
  })
  // What was sent or written on in another tab must not be sent from here once more. What somebody is writing here
  // stays.
  const end = drafts.onOther(model.id, (draft) => {
    const isFree = !isEdit(model) && !isComposing && isKnown(draftHere())
    if (isFree) show(draft)
    else known = { draft }
  })
  onCleanup(() => {
    closed = true
    end()
    change.keep()
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
      rewriteText(area, marked.text)
      area.setSelectionRange(marked.start, marked.end)
    },
    toTextEnd: () => area?.setSelectionRange(area.value.length, area.value.length),
    focus: () => area?.focus(),
    keepDraft
  }
}

/**
 * Keeps a change that is half written for the next time that the conversation is opened, and for who asks what is half
 * written.
 */
const changeKeeper = (model: ConversationModel, text: Accessor<string>) => {
  // Of who is signed in now: at the end they may not be any more.
  const { changes } = model.app.drafts
  // What was left before waits until it is taken up.
  let isOwn = false
  return {
    keep: () => {
      const task = untrack(model.task)
      const value = untrack(text)
      if (isOwn) changes.delete(model.id)
      if (!isChange(task) || task.text === value) return
      isOwn = true
      changes.set(model.id, { task, text: value })
      const [oldest] = changes.size > changesMax ? changes.keys() : []
      if (oldest !== undefined) changes.delete(oldest)
    },
    takeUp: () => {
      isOwn = true
      return changes.get(model.id)
    }
  }
}

const isSame = (a: Draft | undefined, b: Draft | undefined): boolean => a?.text === b?.text && a?.replyTo === b?.replyTo
