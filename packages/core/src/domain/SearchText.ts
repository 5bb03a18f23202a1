/**
 * The rule of a search, in plain code: the store's answer and a page's highlighting both use it. A text matches if it
 * contains all words of the query, anywhere (Japanese has no spaces between words), ignoring width and case, and
 * hiragana against katakana.
 */

import { graphemesOf } from "./Graphemes.ts"
import { Limits } from "./Limits.ts"
import { codePoints, folded, isBlank, markCuts } from "./TextRules.ts"

/** A place in a text, in UTF-16 units: from `from` up to, and without, `to`. */
export interface TextRange {
  readonly from: number
  readonly to: number
}

/**
 * Returns the words of a query in the searched form: folded, each once, in order. Empty if the query is blank.
 * Invisible characters between two spaces are not a word.
 */
export const searchWords = (query: string): ReadonlyArray<string> => [
  ...new Set(
    query
      .split(/\p{White_Space}+/u)
      .filter((word) => !isBlank(word))
      .map(folded)
  )
]

/** Why this query is not searched, or undefined. Its length is in code points, including the spaces. */
export const searchProblem = (query: string): "surrogate" | "too_long" | "blank" | "too_many" | undefined => {
  if (!query.isWellFormed()) return "surrogate"
  if (codePoints(query, Limits.searchTextMax) > Limits.searchTextMax) return "too_long"
  const { length } = searchWords(query)
  if (length === 0) return "blank"
  return length > Limits.searchWordsMax ? "too_many" : undefined
}

/** Whether the text contains all these words (of `searchWords`). */
export const matches = (words: ReadonlyArray<string>, text: string): boolean => {
  const inside = folded(text)
  return words.every((word) => inside.includes(word))
}

/**
 * Where the text contains the words, as far as it does: in order, without overlap, and each made of whole characters as
 * a reader sees them. `matches` is true if each word is in one of these places.
 */
export const matchRanges = (words: ReadonlyArray<string>, text: string): ReadonlyArray<TextRange> => {
  const pieces = piecesOf(text)
  const inside = pieces.map((piece) => piece.folded).join("")
  // The piece to which each unit of the folded text belongs.
  const owners = new Uint32Array(inside.length)
  let filled = 0
  pieces.forEach((piece, index) => {
    owners.fill(index, filled, filled + piece.folded.length)
    filled += piece.folded.length
  })
  const found = new Set<number>()
  for (const word of words) {
    let marked = 0
    for (let at = inside.indexOf(word); at >= 0; at = inside.indexOf(word, at + 1)) {
      // Places may overlap: mark each unit once for a word.
      for (const owner of owners.subarray(Math.max(marked, at), at + word.length)) found.add(owner)
      marked = at + word.length
    }
  }
  const ranges: Array<{ from: number; to: number }> = []
  pieces.forEach(({ at, text: piece }, index) => {
    if (!found.has(index)) return
    const last = ranges.at(-1)
    if (last?.to === at) last.to += piece.length
    else ranges.push({ from: at, to: at + piece.length })
  })
  return ranges
}

interface Piece {
  readonly at: number
  readonly text: string
  readonly folded: string
}

/**
 * Splits the text into the smallest parts that fold independently, so that their folded forms together are the folded
 * text. A part is mostly one visible character; it includes the one before it if both fold to one, as single letters of
 * Hangul may.
 */
const piecesOf = (text: string): ReadonlyArray<Piece> => {
  const pieces: Array<Piece> = []
  let from = 0
  for (const to of [...markCuts(text), text.length]) {
    // A text that folds independently has pieces of its own.
    let last: Piece | undefined
    for (const { index, segment } of graphemesOf(text.slice(from, to))) {
      const alone = folded(segment)
      const both = last === undefined ? "" : folded(last.text + segment)
      if (last !== undefined && both !== last.folded + alone) pieces.pop()
      last =
        last === undefined || both === last.folded + alone
          ? { at: from + index, text: segment, folded: alone }
          : { at: last.at, text: last.text + segment, folded: both }
      pieces.push(last)
    }
    from = to
  }
  return pieces
}
