/** Decodes keys from a terminal's bytes. The decoder buffers incomplete input, such as half an escape sequence. */

export type Key =
  | { readonly _tag: "Text"; readonly text: string }
  /** Pasted as a whole: line ends in it send nothing. */
  | { readonly _tag: "Paste"; readonly text: string }
  | { readonly _tag: "Named"; readonly name: KeyName }

export type KeyName =
  | "enter"
  | "newline"
  | "backspace"
  | "delete"
  | "left"
  | "right"
  | "up"
  | "down"
  | "home"
  | "end"
  | "pageUp"
  | "pageDown"
  | "next"
  | "previous"
  | "clear"
  | "eraseWord"
  | "tab"
  | "escape"
  | "redraw"
  | "interrupt"
  | "endOfInput"

const pasteBegin = "\u001b[200~"
const pasteEnd = "\u001b[201~"
/** The longest paste; the rest of it is dropped. Longer than any message. */
const pasteMax = 65_536

const controls: Readonly<Record<string, KeyName>> = {
  "\r": "enter",
  "\n": "newline",
  "\u007f": "backspace",
  "\b": "backspace",
  "\t": "tab",
  "\u0001": "home",
  "\u0003": "interrupt",
  "\u0004": "endOfInput",
  "\u0005": "end",
  "\u000c": "redraw",
  "\u000e": "next",
  "\u0010": "previous",
  "\u0015": "clear",
  "\u0017": "eraseWord"
}

const sequences: Readonly<Record<string, KeyName>> = {
  "[A": "up",
  "[B": "down",
  "[C": "right",
  "[D": "left",
  OA: "up",
  OB: "down",
  OC: "right",
  OD: "left",
  "[H": "home",
  "[F": "end",
  OH: "home",
  OF: "end",
  "[1~": "home",
  "[4~": "end",
  "[3~": "delete",
  "[5~": "pageUp",
  "[6~": "pageDown",
  "[1;3A": "previous",
  "[1;3B": "next",
  "\r": "newline"
}

/**
 * `feed` takes the terminal's output and returns the complete keys. `flush`, called when nothing came for a moment,
 * returns a lone Escape.
 */
export const makeKeyDecoder = (): {
  readonly feed: (chunk: string) => ReadonlyArray<Key>
  readonly flush: () => ReadonlyArray<Key>
} => {
  let rest = ""
  let paste: string | undefined
  const feed = (chunk: string): ReadonlyArray<Key> => {
    const keys: Array<Key> = []
    rest += chunk
    while (rest !== "") {
      if (paste !== undefined) {
        const end = rest.indexOf(pasteEnd)
        // The end mark may be cut in two.
        const taken = end >= 0 ? rest.slice(0, end) : rest.slice(0, Math.max(0, rest.length - pasteEnd.length + 1))
        if (paste.length < pasteMax) paste += taken.slice(0, pasteMax - paste.length)
        rest = end >= 0 ? rest.slice(end + pasteEnd.length) : rest.slice(taken.length)
        if (end < 0) break
        keys.push({ _tag: "Paste", text: paste })
        paste = undefined
        continue
      }
      const taken = takeKey(rest)
      if (taken === undefined) break
      rest = rest.slice(taken.length)
      if (taken.key === "paste") paste = ""
      else if (taken.key !== undefined) keys.push(taken.key)
    }
    return keys
  }
  const flush = (): ReadonlyArray<Key> => {
    if (paste !== undefined || rest === "") return []
    rest = ""
    return [{ _tag: "Named", name: "escape" }]
  }
  return { feed, flush }
}

interface Taken {
  readonly length: number
  /** Undefined: a sequence without a meaning here. */
  readonly key: Key | "paste" | undefined
}

/** Returns the first key of `input`, or undefined if it is incomplete. */
const takeKey = (input: string): Taken | undefined => {
  if (input.startsWith(pasteBegin)) return { length: pasteBegin.length, key: "paste" }
  if (input.startsWith("\u001b")) return takeSequence(input)
  const control = controls[input.charAt(0)]
  if (control !== undefined) return { length: 1, key: { _tag: "Named", name: control } }
  if (input.charCodeAt(0) < 0x20) return { length: 1, key: undefined }
  const length = textLength(input)
  return { length, key: { _tag: "Text", text: input.slice(0, length) } }
}

const takeSequence = (input: string): Taken | undefined => {
  const introducer = input.charAt(1)
  if (introducer === "") return undefined
  if (introducer !== "[" && introducer !== "O") {
    const name = sequences[introducer]
    return { length: 2, key: name === undefined ? undefined : { _tag: "Named", name } }
  }
  for (let i = 2; i < input.length; i++) {
    const code = input.charCodeAt(i)
    if (code < 0x40 || code > 0x7e) continue
    const name = sequences[input.slice(1, i + 1)]
    return { length: i + 1, key: name === undefined ? undefined : { _tag: "Named", name } }
  }
  return undefined
}

const textLength = (input: string): number => {
  let length = 0
  while (length < input.length && input.charCodeAt(length) >= 0x20 && input.charCodeAt(length) !== 0x7f) length++
  return length
}
