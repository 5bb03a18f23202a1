/**
 * The width of text in columns of a terminal, and cutting and wrapping by columns: CJK and emoji take two, marks none.
 */
import { graphemesOf } from "@hibiki/core/domain/Graphemes"

const plainAscii = /^[\x20-\x7e]*$/

/** Columns of one user-perceived character. */
const graphemeWidth = (grapheme: string): number => {
  const code = grapheme.codePointAt(0) ?? 0
  if (code < 0x300) return 1
  if (/^[\p{Mn}\p{Me}\p{Cf}]/u.test(grapheme)) return 0
  if (/^\p{Emoji_Presentation}/u.test(grapheme) || (grapheme.includes("\ufe0f") && /^\p{Emoji}/u.test(grapheme)))
    return 2
  return isWide(code) ? 2 : 1
}

/** East Asian wide and full-width characters (UAX #11), emoji apart. */
const isWide = (code: number): boolean => {
  if (code < 0x1100) return false
  for (const [from, to] of wideRanges) if (code >= from && code <= to) return true
  return false
}

const wideRanges: ReadonlyArray<readonly [number, number]> = [
  [0x1100, 0x115f],
  [0x2329, 0x232a],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18dff],
  [0x1aff0, 0x1b2ff],
  [0x1d300, 0x1d376],
  [0x1f200, 0x1f265],
  [0x20000, 0x3fffd]
]

export const graphemes = (text: string): ReadonlyArray<string> =>
  plainAscii.test(text) ? text.split("") : graphemesOf(text).map(({ segment }) => segment)

export const textWidth = (text: string): number => {
  if (plainAscii.test(text)) return text.length
  let width = 0
  for (const grapheme of graphemes(text)) width += graphemeWidth(grapheme)
  return width
}

/** Returns the beginning of `text` that fits, with … for the rest. */
export const fitStart = (text: string, columns: number): string => {
  if (textWidth(text) <= columns) return text
  if (columns <= 0) return ""
  return `${takeColumns(text, columns - 1)}…`
}

/** As `fit`, filled up with spaces to exactly `columns`. */
export const fill = (text: string, columns: number): string => {
  const fitted = fitStart(text, columns)
  return fitted + " ".repeat(Math.max(0, columns - textWidth(fitted)))
}

/** Returns the end of `text` that fits, as a line that is being typed shows it. */
export const fitEnd = (text: string, columns: number): string => {
  const parts = graphemes(text)
  let width = 0
  let from = parts.length
  while (from > 0) {
    const next = graphemeWidth(parts[from - 1] ?? "")
    if (width + next > columns) break
    width += next
    from--
  }
  return parts.slice(from).join("")
}

/** Returns lines of at most `columns`, broken after spaces if there are any, else anywhere: CJK has none. */
export const wrap = (text: string, columns: number): ReadonlyArray<string> => {
  const width = Math.max(2, columns)
  const lines: Array<string> = []
  let line = ""
  let used = 0
  for (const grapheme of graphemes(text)) {
    const next = graphemeWidth(grapheme)
    if (used + next > width) {
      const space = line.lastIndexOf(" ")
      const carried = grapheme !== " " && space > width / 3 ? line.slice(space + 1) : ""
      lines.push(carried === "" ? line.trimEnd() : line.slice(0, space))
      line = carried
      used = textWidth(carried)
      if (grapheme === " " && line === "") continue
    }
    line += grapheme
    used += next
  }
  lines.push(line)
  return lines
}

const takeColumns = (text: string, columns: number): string => {
  let taken = ""
  let width = 0
  for (const grapheme of graphemes(text)) {
    width += graphemeWidth(grapheme)
    if (width > columns) break
    taken += grapheme
  }
  return taken
}
