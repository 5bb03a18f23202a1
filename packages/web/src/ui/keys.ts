/** The page's one map of keys: what each does, matched here and shown in the help. Nothing is matched while text is being composed. */
import type { KeysWords } from "./keysWords.ts"

export type KeyAct = "help" | "panes" | "panesBack" | "previous" | "next" | "previousUnread" | "nextUnread" | "fresh"

interface Chord {
  readonly key: string
  /** Ctrl, or Command on a Mac. */
  readonly mod?: true
  readonly alt?: true
  readonly shift?: true
}

const chords: Readonly<Record<KeyAct, Chord>> = {
  help: { key: "/", mod: true },
  panes: { key: "F6" },
  panesBack: { key: "F6", shift: true },
  previous: { key: "ArrowUp", alt: true },
  next: { key: "ArrowDown", alt: true },
  previousUnread: { key: "ArrowUp", alt: true, shift: true },
  nextUnread: { key: "ArrowDown", alt: true, shift: true },
  fresh: { key: "n", alt: true }
}

const acts: ReadonlyArray<KeyAct> = ["help", "panes", "panesBack", "previous", "next", "previousUnread", "nextUnread", "fresh"]

export type KeyPress = Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey" | "isComposing" | "keyCode">

/** `writes`: the key goes to where text is written. */
export const keyAct = (press: KeyPress, writes: boolean): KeyAct | undefined => {
  if (press.isComposing || press.keyCode === 229) return undefined
  const mod = press.ctrlKey || press.metaKey
  return acts.find((act) => {
    const chord = chords[act]
    // Layouts put "/" on a shifted key, and Alt turns letters into others: those are matched by what matters. Where text is written those letters are
    // typed, as ñ is on a Mac.
    const shiftFits = chord.key === "/" || press.shiftKey === (chord.shift === true)
    const keyFits = press.key === chord.key || (chord.alt === true && !writes && press.code === `Key${chord.key.toUpperCase()}`)
    return keyFits && shiftFits && mod === (chord.mod === true) && press.altKey === (chord.alt === true)
  })
}

export interface KeyLine {
  /** Names of keys, pressed together. */
  readonly keys: ReadonlyArray<string>
  readonly text: string
}

export interface KeyGroup {
  readonly title: string
  readonly lines: ReadonlyArray<KeyLine>
}

/** What the help shows. `mac`: with that keyboard's signs. */
export const keyGroups = (words: KeysWords, mac: boolean): ReadonlyArray<KeyGroup> => {
  const of = (act: KeyAct, text: string): KeyLine => ({ keys: keyNames(chords[act], mac), text })
  const plain = (keys: ReadonlyArray<string>, text: string): KeyLine => ({ keys, text })
  return [
    {
      title: words.groups.everywhere,
      lines: [of("help", words.help), of("panes", words.panes), plain(["Esc"], words.escape)]
    },
    {
      title: words.groups.list,
      lines: [
        of("previous", words.previous),
        of("next", words.next),
        of("previousUnread", words.previousUnread),
        of("nextUnread", words.nextUnread),
        of("fresh", words.fresh)
      ]
    },
    { title: words.groups.timeline, lines: [plain(["↑", "↓"], words.rows), plain(["Enter"], words.acts)] },
    { title: words.groups.composer, lines: [plain(["↑"], words.editLast), plain(["Shift", "Enter"], words.newLine)] }
  ]
}

const keyNames = (chord: Chord, mac: boolean): ReadonlyArray<string> => [
  ...(chord.mod === true ? [mac ? "⌘" : "Ctrl"] : []),
  ...(chord.alt === true ? [mac ? "⌥" : "Alt"] : []),
  ...(chord.shift === true ? ["Shift"] : []),
  shownKeys.get(chord.key) ?? chord.key.toUpperCase()
]

const shownKeys: ReadonlyMap<string, string> = new Map([
  ["ArrowUp", "↑"],
  ["ArrowDown", "↓"],
  ["F6", "F6"]
])
