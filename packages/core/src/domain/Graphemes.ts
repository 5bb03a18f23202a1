/** Characters as a reader sees them, found in time that grows with a text's length alone. */

export interface Grapheme {
  /** Where it begins, in UTF-16 units. */
  readonly index: number
  readonly segment: string
}

/**
 * UTF-16 units that are segmented at once. The engine's segmenter takes the square of its input's length, of plain
 * Japanese too: 4,000 characters at once take fifty times what they take in such parts.
 */
const partUnits = 256

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" })

/**
 * Returns the characters in order, which together are the text. One that is longer than `partUnits`, which no language
 * has, is cut.
 */
export const graphemesOf = (text: string): ReadonlyArray<Grapheme> => {
  const found: Array<Grapheme> = []
  for (let from = 0; from < text.length; ) {
    const part = text.slice(from, from + partUnits - (isHalf(text, from + partUnits - 1) ? 1 : 0))
    const isLast = from + part.length === text.length
    const start = found.length
    for (const { index, segment } of segmenter.segment(part)) found.push({ index: from + index, segment })
    // The last one may go on behind the part: it begins the next.
    const open = isLast || found.length - start === 1 ? undefined : found.pop()
    from = open?.index ?? from + part.length
  }
  return found
}

/** Whether the pair of a code point begins here. */
const isHalf = (text: string, at: number): boolean => (text.charCodeAt(at) & 0xfc00) === 0xd800
