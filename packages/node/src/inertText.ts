/**
 * Others' text made harmless before it meets a terminal: nothing in it moves the cursor, changes colours, talks back,
 * or turns the line around.
 */

// Controls (C0, DEL, C1), lone surrogates, what reorders a line (bidirectional overrides and isolates) or ends one, and
// tags but those of a flag.
const dangerous =
  /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]|(?<!\u{1f3f4}[\u{e0020}-\u{e007e}]{0,12})[\u{e0000}-\u{e007f}]/gu

/** One line. Line ends show as ↵, tabs become spaces, other controls their picture (ESC: ␛), the rest �. */
export const inertLine = (text: string): string => text.replace(/\r\n?/g, "\n").replace(dangerous, picture)

/**
 * One line of a table: a tab between fields and none in them, so that nobody's text makes a field or a line of its own.
 */
export const inertFields = (fields: ReadonlyArray<string>): string => fields.map(inertLine).join("\t")

/** Several lines: line ends stay, all else as in `inertLine`. */
export const inertLines = (text: string): ReadonlyArray<string> =>
  text
    .replace(/\r\n?/g, "\n")
    .split(/[\n\u2028\u2029]/)
    .map(inertLine)

/**
 * A JSON text that means the same, of whose strings a terminal obeys nothing either: JSON itself escapes no more than
 * C0 and lone surrogates.
 */
export const inertJson = (json: string): string =>
  json.replace(dangerous, (found) =>
    found.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
  )

const picture = (character: string): string => {
  const code = character.codePointAt(0) ?? 0
  if (code === 0x0a) return "↵"
  if (code === 0x09) return "  "
  if (code < 0x20) return String.fromCodePoint(0x2400 + code)
  return code === 0x7f ? "␡" : "\ufffd"
}
