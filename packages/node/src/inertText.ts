/**
 * Makes others' text harmless before a terminal shows it: nothing in it moves the cursor, changes colours, sends
 * answers, or reverses the line.
 */

// Controls (C0, DEL, C1), lone surrogates, characters that reorder a line (bidirectional overrides and isolates) or end
// one, and tags except those of a flag.
const dangerous =
  /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]|(?<!\u{1f3f4}[\u{e0020}-\u{e007e}]{0,12})[\u{e0000}-\u{e007f}]/gu

/** Returns one line. Line ends show as ↵, tabs become spaces, other controls their picture (ESC: ␛), the rest �. */
export const inertLine = (text: string): string => text.replace(/\r\n?/g, "\n").replace(dangerous, picture)

/** Returns one line of a table: a tab between fields and none in them, so that no text can add a field or a line. */
export const inertFields = (fields: ReadonlyArray<string>): string => fields.map(inertLine).join("\t")

/** Returns several lines: line ends stay, all else as in `inertLine`. */
export const inertLines = (text: string): ReadonlyArray<string> =>
  text
    .replace(/\r\n?/g, "\n")
    .split(/[\n\u2028\u2029]/)
    .map(inertLine)

/**
 * Returns a JSON text with the same meaning and without controls for a terminal in its strings: JSON itself escapes no
 * more than C0 and lone surrogates.
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
