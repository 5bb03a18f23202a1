/** What the composer does: sends its text as what it was written for, and goes back to what stood there before. */

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

// The composer's text: in its area, as a signal, and as a draft that outlives the page.

/** So many half written changes are remembered. */
export const changesMax = 20

interface Writing {
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

const isEdit = (model: ConversationModel): boolean => isChange(untrack(model.task))

/** What a text is written for is kept with it. */
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

// Whether a text can be sent, counted as the server counts: in code points.

/** Room is told from here on. */
const toldBelow = 200

interface MessageLength {
  readonly sendable: boolean
  /** Left to write, when it is little; below 0: too many. */
  readonly left: number | undefined
}

/** As it is sent: without the empty lines and spaces around it that nobody sees. */
export const trimmed = (text: string): string => text.replace(/^(?:[^\S\n]*\n)+/u, "").trimEnd()

export const messageLength = (text: string): MessageLength => {
  const sent = trimmed(text)
  // Counted to its end, so that it can be said by how much it is too long.
  const left = Limits.textMax - codePoints(sent, sent.length)
  return { sendable: left >= 0 && !isBlank(sent), left: left < toldBelow ? left : undefined }
}

/** Where what is left is said to those who hear the page, falling as a text grows. */
const steps = [toldBelow, 100, 50, 10, 1, 0] as const

/** How many of the steps a text has still to pass. */
export const lengthStep = ({ left = Limits.textMax }: MessageLength): number =>
  steps.filter((step) => left >= step).length
