/** Splits a text into characters as a reader sees them, in time that grows linearly with the text's length. */

export interface Grapheme {
  /** Its start, in UTF-16 units. */
  readonly index: number
  readonly segment: string
}

/**
 * How many UTF-16 units are segmented at once. The engine's segmenter takes quadratic time, even for plain Japanese:
 * 4,000 characters at once take fifty times as long as in such parts.
 */
const partUnits = 256

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" })

/**
 * Returns the characters in order; together they are the text. A character longer than `partUnits` would be cut, but no
 * language has one.
 */
export const graphemesOf = (text: string): ReadonlyArray<Grapheme> => {
  const found: Array<Grapheme> = []
  for (let from = 0; from < text.length; ) {
    const part = text.slice(from, from + partUnits - (isHalf(text, from + partUnits - 1) ? 1 : 0))
    const isLast = from + part.length === text.length
    const start = found.length
    for (const { index, segment } of segmenter.segment(part)) found.push({ index: from + index, segment })
    // The last character may continue after this part: the next part begins with it.
    const open = isLast || found.length - start === 1 ? undefined : found.pop()
    from = open?.index ?? from + part.length
  }
  return found
}

/** Whether a code point's surrogate pair begins here. */
const isHalf = (text: string, at: number): boolean => (text.charCodeAt(at) & 0xfc00) === 0xd800
