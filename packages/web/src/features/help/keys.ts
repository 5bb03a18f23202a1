/**
 * The page's only map of keys to actions, used for matching and for the help (keyGroups). Nothing matches during a
 * composition.
 */
export type KeyAct =
  | "help"
  | "switcher"
  | "search"
  | "panes"
  | "panesBack"
  | "previous"
  | "next"
  | "previousUnread"
  | "nextUnread"
  | "newConversation"

/** Keys pressed together, in this order, in lower case. `mod`: Ctrl, or Command on a Mac. */
export const chords: ReadonlyMap<string, KeyAct> = new Map([
  ["mod+/", "help"],
  ["mod+k", "switcher"],
  ["mod+shift+f", "search"],
  ["f6", "panes"],
  ["shift+f6", "panesBack"],
  ["alt+arrowup", "previous"],
  ["alt+arrowdown", "next"],
  ["alt+shift+arrowup", "previousUnread"],
  ["alt+shift+arrowdown", "nextUnread"],
  ["alt+n", "newConversation"]
])

export type KeyPress = Pick<
  KeyboardEvent,
  "key" | "code" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey" | "isComposing" | "keyCode"
>

/** `writes`: the key goes to an element that takes text. */
export const keyAct = (press: KeyPress, writes: boolean): KeyAct | undefined => {
  if (press.isComposing || press.keyCode === 229) return undefined
  // Layouts put "/" on a shifted key, and Alt turns letters into others, so match without these differences. In an
  // element that takes text, such letters are typed, as ñ is on a Mac.
  const by = (key: string) =>
    chords.get(
      `${press.ctrlKey || press.metaKey ? "mod+" : ""}${press.altKey ? "alt+" : ""}${press.shiftKey && key !== "/" ? "shift+" : ""}${key.toLowerCase()}`
    )
  return by(press.key) ?? (press.altKey && !writes ? by(press.code.replace("Key", "")) : undefined)
}

/** Whether the keyboard is a Mac's, where Command has the role of Ctrl. */
export const isMac = /^Mac|iPhone|iPad/.test(navigator.platform)

/** Whether an event's target takes text. */
export const isEditable = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea"))
