/**
 * What a search finds in a text, in plain code: the store's answer and what a page marks of it go by this one rule. All
 * words of a query must stand in the text, anywhere in it (Japanese has no borders between words), whatever their width
 * and case, in hiragana or katakana.
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
 * The words of a query as they are looked for: folded, each once, in their order. None where it shows nothing. What
 * shows nothing between two spaces is no word.
 */
export const searchWords = (query: string): ReadonlyArray<string> => [
  ...new Set(
    query
      .split(/\p{White_Space}+/u)
      .filter((word) => !isBlank(word))
      .map(folded)
  )
]

/** Why nothing is looked for by this query, or undefined. Its length is counted in code points, with the spaces. */
export const searchProblem = (query: string): "surrogate" | "too_long" | "blank" | "too_many" | undefined => {
  if (!query.isWellFormed()) return "surrogate"
  if (codePoints(query, Limits.searchTextMax) > Limits.searchTextMax) return "too_long"
  const { length } = searchWords(query)
  if (length === 0) return "blank"
  return length > Limits.searchWordsMax ? "too_many" : undefined
}

/** Whether all these words (of `searchWords`) stand in the text. */
export const matches = (words: ReadonlyArray<string>, text: string): boolean => {
  const inside = folded(text)
  return words.every((word) => inside.includes(word))
}

/**
 * Where the words stand in the text, those of them that do: in order, apart from each other, and each of whole
 * characters as a reader sees them. `matches` is true where each word stands in one of these.
 */
export const matchRanges = (words: ReadonlyArray<string>, text: string): ReadonlyArray<TextRange> => {
  const pieces = piecesOf(text)
  const inside = pieces.map((piece) => piece.folded).join("")
  // Which piece each unit of the folded text is of.
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
      // Places may overlap: each unit is marked once for a word.
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
 * The text in its smallest parts that fold by themselves, so that what they fold to makes up what the text folds to.
 * Mostly what a reader takes for a character; together with the one before it where both fold to one, as letters of
 * Hangul may that stand alone.
 */
const piecesOf = (text: string): ReadonlyArray<Piece> => {
  const pieces: Array<Piece> = []
  let from = 0
  for (const to of [...markCuts(text), text.length]) {
    // What is folded by itself has pieces of its own.
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
