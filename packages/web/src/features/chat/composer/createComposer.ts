/** The composer: sends its text as a post, reply, edit or rewrite, and restores the earlier draft afterwards. */

import type { CommandId } from "@hibiki/core/domain/Ids"
import { Limits } from "@hibiki/core/domain/Limits"
import { codePoints, isBlank } from "@hibiki/core/domain/TextRules"
import { type Accessor, batch, createEffect, createSignal, on, onCleanup, untrack } from "solid-js"
import type { ChatWords, SendProblem } from "../../../i18n/chatWords.en.ts"
import type { Draft } from "../../../lib/database.ts"
import type { Change } from "../../../model/App.ts"
import { type ComposerTask, type ConversationModel, editOf, whenLive } from "../conversationModel.ts"
import { problemText } from "../problemText.ts"
import { lastOwn, lastRow, newestSeq } from "../timeline/feedLookups.ts"
import { type ComposerAct, rewriteText, withMark } from "./composerKeys.ts"

interface ComposerModel {
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
      // Do not save half-composed characters (IME input) as a draft.
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
  /** Called when `value` was sent during an edit: removes it from the start of the deferred draft. */
  readonly sent: (value: string) => void
}

/**
 * When an edit begins, the draft that was being written is set aside in memory. It returns when the edit ends, by `end`
 * or by another task. If another tab changes the draft meanwhile, the changed draft returns.
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
        // Must run last, or else the edited text would be saved as the draft.
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
    // Before the live part is loaded this takes a while. Text that the user writes meanwhile, or a new task, stays.
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
          // The stored message can still be edited: the next Enter does so.
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

// The composer's text: in its text area, as a signal, and as a draft that outlives the page.

/** Maximum unfinished edits and rewrites that the page remembers. */
export const changesMax = 20

interface Writing {
  readonly attach: (area: HTMLTextAreaElement) => void
  readonly text: Accessor<string>
  /** Why the text could not be sent. */
  readonly problem: Accessor<string | undefined>
  readonly setProblem: (problem: string) => void
  /** Replaces the text in the area. */
  readonly write: (text: string) => void
  /** Reads the text from the area. `composing`: an input method is active, so some characters may not be final. */
  readonly read: (composing?: boolean) => void
  readonly mark: (act: Parameters<typeof withMark>[1]) => void
  readonly toTextEnd: () => void
  readonly focus: () => void
  /** Saves the draft. `sentAs`: the command by which the former text was sent. */
  readonly keepDraft: (sentAs?: CommandId) => void
}

/** Whether the task changes an earlier message. */
export const isChange = (task: ComposerTask | undefined): task is Change =>
  task?.kind === "edit" || task?.kind === "rewrite"

const isEdit = (model: ConversationModel): boolean => isChange(untrack(model.task))

/** The draft stores a reply's target along with the text. */
const draftOf = (task: ComposerTask | undefined, text: string): Draft =>
  task?.kind === "reply" ? { text, replyTo: task.to, seenIn: task.seenIn } : { text }

const taskOf = (draft: Draft | undefined): ComposerTask =>
  draft?.replyTo === undefined ? { kind: "post" } : { kind: "reply", to: draft.replyTo, seenIn: draft.seenIn }

const createWriting = (model: ConversationModel): Writing => {
  const { drafts } = model.app
  const [text, setText] = createSignal("")
  const change = changeKeeper(model, text)
  const [problem, setProblem] = createSignal<string>()
  let area: HTMLTextAreaElement | undefined
  let touched = false
  let closed = false
  let isComposing = false
  // The draft as this tab last loaded, saved or received it; undefined before the first load.
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
    // The text of an edit is no draft of a new message. A draft that came from another tab is not sent back, because
    // the user may have written more there by now.
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
  // Take over the draft of another tab, so that this tab does not send the same text once more. Text that the user is
  // writing here stays.
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

/** Keeps an unfinished change until the conversation is opened again, and for `Drafts.count`. */
const changeKeeper = (model: ConversationModel, text: Accessor<string>) => {
  // The changes of the current user. Read now, because the user may have signed out when the composer closes.
  const { changes } = model.app.drafts
  // False until this composer has taken up the earlier change, which must not be deleted before.
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

// Whether a text can be sent, counted as the server counts: in code points.

/** Show the remaining characters when fewer than this are left. */
const toldBelow = 200

interface MessageLength {
  readonly sendable: boolean
  /** Remaining characters (code points), when few; negative when the text is too long. */
  readonly left: number | undefined
}

/** Returns the text as it is sent: without leading blank lines, and without trailing spaces and blank lines. */
export const trimmed = (text: string): string => text.replace(/^(?:[^\S\n]*\n)+/u, "").trimEnd()

export const messageLength = (text: string): MessageLength => {
  const sent = trimmed(text)
  // Count the whole text, so that the message can name by how many characters it is too long.
  const left = Limits.textMax - codePoints(sent, sent.length)
  return { sendable: left >= 0 && !isBlank(sent), left: left < toldBelow ? left : undefined }
}

/** Remaining characters at which a screen reader announces the count, in descending order. */
const steps = [toldBelow, 100, 50, 10, 1, 0] as const

/** Returns how many of the steps the text has not passed yet. */
export const lengthStep = ({ left = Limits.textMax }: MessageLength): number =>
  steps.filter((step) => left >= step).length
