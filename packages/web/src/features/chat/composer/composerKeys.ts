/**
 * Maps keys to actions of the composer. Plain. During a composition no key has an action here, because Enter then
 * selects characters.
 */
import type { SendKey } from "../../../model/App.ts"

export type KeyPress = Pick<
  KeyboardEvent,
  "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey" | "isComposing" | "keyCode"
>

export interface ComposerState {
  readonly sendKey: SendKey
  readonly empty: boolean
  /** Whether it edits or answers a message; Esc cancels that. */
  readonly busy: boolean
  /** On a Mac the system uses Ctrl: Ctrl+E moves to the end of a line, Ctrl+B back by a character. */
  readonly mac: boolean
}

export type ComposerAct = "send" | "editLast" | "cancel" | "markRead" | "bold" | "italic" | "code" | "strike"

/** Undefined: the key keeps its own meaning. */
export const composerAct = (press: KeyPress, { busy, empty, mac, sendKey }: ComposerState): ComposerAct | undefined => {
  // Safari ends a composition before the event of the key that ended it, and gives that key the code 229.
  if (press.isComposing || press.keyCode === 229) return undefined
  const mod = press.ctrlKey || press.metaKey
  if (press.altKey) return undefined
  switch (press.key) {
    case "Enter":
      if (press.shiftKey) return undefined
      return mod || sendKey === "enter" ? "send" : undefined
    case "ArrowUp":
      return !mod && !press.shiftKey && empty && !busy ? "editLast" : undefined
    case "Escape":
      return busy ? "cancel" : "markRead"
  }
  if (!(mac ? press.metaKey : press.ctrlKey)) return undefined
  switch (press.key.toLowerCase()) {
    case "b":
      return press.shiftKey ? undefined : "bold"
    case "i":
      return press.shiftKey ? undefined : "italic"
    case "e":
      return press.shiftKey ? undefined : "code"
    case "x":
      return press.shiftKey ? "strike" : undefined
  }
  return undefined
}

interface Marked {
  readonly text: string
  readonly start: number
  readonly end: number
}

const marks = { bold: "**", italic: "*", code: "`", strike: "~~" } as const

/** Puts a mark around the selection, or removes it. */
export const withMark = ({ end, start, text }: Marked, act: keyof typeof marks): Marked => {
  const mark = marks[act]
  const [before, inside, after] = [text.slice(0, start), text.slice(start, end), text.slice(end)]
  const isIn = (around: string) => before.endsWith(around) && after.startsWith(around)
  // Two stars are bold, which has no italic to take away; three are both.
  if (isIn(mark) && (mark !== "*" || !isIn("**") || isIn("***")))
    return {
      text: before.slice(0, -mark.length) + inside + after.slice(mark.length),
      start: start - mark.length,
      end: end - mark.length
    }
  return { text: before + mark + inside + mark + after, start: start + mark.length, end: end + mark.length }
}

// Changes a text area as typing does: the browser can undo it, and fires an input event.

/** Replaces the text from `from` to `to` with `put`, and puts the caret after it. The area gets the focus. */
export const replaceText = (area: HTMLTextAreaElement, from: number, to: number, put: string): void => {
  area.focus({ preventScroll: true })
  area.setSelectionRange(from, to)
  // No standard function keeps the undo stack but this one, which every browser has (Firefox since 89).
  if (document.execCommand?.(put === "" ? "delete" : "insertText", false, put)) return
  area.setRangeText(put, from, to, "end")
  area.dispatchEvent(new InputEvent("input", { bubbles: true }))
}

/** Makes the area's text `wanted` by replacing only the part that differs. */
export const rewriteText = (area: HTMLTextAreaElement, wanted: string): void => {
  const text = area.value
  if (text === wanted) return
  const shorter = Math.min(text.length, wanted.length)
  let start = 0
  while (start < shorter && text[start] === wanted[start]) start++
  let end = 0
  while (end < shorter - start && text.at(-1 - end) === wanted.at(-1 - end)) end++
  replaceText(area, start, text.length - end, wanted.slice(start, wanted.length - end))
}
