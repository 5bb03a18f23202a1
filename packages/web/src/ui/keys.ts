/** The page's one map of keys: what each does, matched here and shown in the help (keyGroups). Nothing is matched while text is being composed. */
export type KeyAct = "help" | "panes" | "panesBack" | "previous" | "next" | "previousUnread" | "nextUnread" | "fresh"

export interface Chord {
  readonly key: string
  /** Ctrl, or Command on a Mac. */
  readonly mod?: true
  readonly alt?: true
  readonly shift?: true
}

export const chords: Readonly<Record<KeyAct, Chord>> = {
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
