/** The page's keys as the help shows them. */
import { chords, type KeyAct } from "./keys.ts"
import type { KeysWords } from "./keysWords.en.ts"

export interface KeyLine {
  /** Names of keys, pressed together. */
  readonly keys: ReadonlyArray<string>
  readonly text: string
}

export interface KeyGroup {
  readonly title: string
  readonly lines: ReadonlyArray<KeyLine>
}

/** `mac`: with that keyboard's signs. */
export const keyGroups = (words: KeysWords, mac: boolean): ReadonlyArray<KeyGroup> => {
  const of = (act: KeyAct, text: string): KeyLine => ({ keys: keyNames(chordOf(act), mac), text })
  const plain = (keys: ReadonlyArray<string>, text: string): KeyLine => ({ keys, text })
  const marking = (key: string, text: string): KeyLine => ({ keys: keyNames(`mod+${key}`, mac), text })
  return [
    {
      title: words.groups.everywhere,
      lines: [
        of("switcher", words.switcher),
        of("search", words.search),
        of("help", words.help),
        of("panes", words.panes),
        plain(["Esc"], words.escape)
      ]
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
    {
      title: words.groups.timeline,
      lines: [
        plain(["↑", "↓"], words.rows),
        plain(["Page Up", "Page Down"], words.pages),
        plain(["Home", "End"], words.ends),
        plain(["Enter"], words.acts)
      ]
    },
    {
      title: words.groups.composer,
      lines: [
        plain(["↑"], words.editLast),
        plain(["@"], words.mention),
        plain(["Shift", "Enter"], words.newLine),
        marking("b", words.bold),
        marking("i", words.italic),
        marking("e", words.code),
        { keys: keyNames("mod+shift+x", mac), text: words.strike }
      ]
    }
  ]
}

/** What the keys of a chord are called. */
export const keyNames = (chord: string, mac: boolean): ReadonlyArray<string> => {
  const signs = mac ? { mod: "⌘", alt: "⌥" } : { mod: "Ctrl", alt: "Alt" }
  const shown = new Map(Object.entries({ ...signs, shift: "Shift", arrowup: "↑", arrowdown: "↓" }))
  return chord.split("+").map((key) => shown.get(key) ?? key.toUpperCase())
}

export const chordOf = (act: KeyAct): string => [...chords].find(([, does]) => does === act)?.[0] ?? ""
