/** The few terminal sequences that this client writes. Nothing else may put an escape into its output. */

export type Style = "bold" | "dim" | "reverse" | "red" | "green" | "yellow" | "blue" | "magenta" | "cyan"

const codes: Readonly<Record<Style, number>> = {
  bold: 1,
  dim: 2,
  reverse: 7,
  red: 31,
  green: 32,
  yellow: 33,
  blue: 34,
  magenta: 35,
  cyan: 36
}

/** `text` must be inert already. */
export const styled = (text: string, ...styles: ReadonlyArray<Style>): string =>
  text === "" || styles.length === 0 ? text : `\u001b[${styles.map((style) => codes[style]).join(";")}m${text}\u001b[0m`

/** Own screen, no line wrap, marked pastes; and the reverse of all that. */
export const enterScreen = "\u001b[?1049h\u001b[?7l\u001b[?2004h\u001b[2J"
export const leaveScreen = "\u001b[?2004l\u001b[?7h\u001b[?25h\u001b[?1049l"
export const hideCursor = "\u001b[?25l"
export const showCursor = "\u001b[?25h"
export const clearToEnd = "\u001b[K"
export const at = (row: number, column: number): string => `\u001b[${row};${column}H`
export const toColumn = (column: number): string => `\u001b[${column}G`
