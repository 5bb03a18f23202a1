/**
 * The line that is being typed: pure, by user-perceived characters, so that a Japanese mark or an emoji goes as one.
 */
import type { Key } from "./Keys.ts"
import { graphemes } from "./textWidth.ts"

export interface LineState {
  readonly before: ReadonlyArray<string>
  readonly after: ReadonlyArray<string>
  /** Lines entered before, the newest last, and how far back the person is in them. */
  readonly history: ReadonlyArray<string>
  readonly back: number
  /** The text before the person went back. */
  readonly draft: string
}

export const emptyLine: LineState = { before: [], after: [], history: [], back: 0, draft: "" }

/** The longest line, in characters. Further ones are ignored. */
const lineMax = 8_000
const historyMax = 100

export const lineText = (state: LineState): string => [...state.before, ...state.after].join("")

export const withText = (state: LineState, text: string): LineState => ({
  ...state,
  before: graphemes(text),
  after: []
})

/** Returns the next state, and the text if Enter was pressed. Ignores keys without a meaning for the line. */
export const editLine = (
  state: LineState,
  key: Key,
  keepHistory = true
): { readonly state: LineState; readonly entered?: string } => {
  if (key._tag !== "Named") return { state: insert(state, key.text.replace(/\r\n?/g, "\n")) }
  const { after, before } = state
  switch (key.name) {
    case "enter":
      return enter(state, keepHistory)
    case "newline":
      return { state: insert(state, "\n") }
    case "backspace":
      return { state: { ...state, before: before.slice(0, -1) } }
    case "delete":
      return { state: { ...state, after: after.slice(1) } }
    case "left":
      return {
        state:
          before.length === 0
            ? state
            : { ...state, before: before.slice(0, -1), after: [...before.slice(-1), ...after] }
      }
    case "right":
      return {
        state:
          after.length === 0 ? state : { ...state, before: [...before, ...after.slice(0, 1)], after: after.slice(1) }
      }
    case "home":
      return { state: { ...state, before: [], after: [...before, ...after] } }
    case "end":
      return { state: { ...state, before: [...before, ...after], after: [] } }
    case "clear":
      return { state: { ...state, before: [], after } }
    case "eraseWord":
      return { state: { ...state, before: graphemes(before.join("").replace(/\S*\s*$/u, "")) } }
    case "up":
      return { state: recall(state, state.back + 1) }
    case "down":
      return { state: recall(state, state.back - 1) }
    default:
      return { state }
  }
}

const insert = (state: LineState, text: string): LineState => {
  const room = lineMax - state.before.length - state.after.length
  // Joined first: the new text may complete the character before it.
  return room <= 0
    ? state
    : { ...state, before: graphemes(state.before.join("") + graphemes(text).slice(0, room).join("")) }
}

const enter = (state: LineState, keepHistory: boolean) => {
  const entered = lineText(state)
  const history =
    keepHistory && entered.trim() !== "" && state.history.at(-1) !== entered
      ? [...state.history, entered].slice(-historyMax)
      : state.history
  return { state: { ...emptyLine, history }, entered }
}

const recall = (state: LineState, back: number): LineState => {
  if (back < 0 || back > state.history.length) return state
  const draft = state.back === 0 ? lineText(state) : state.draft
  const text = back === 0 ? draft : (state.history[state.history.length - back] ?? "")
  return { ...withText(state, text), back, draft }
}
