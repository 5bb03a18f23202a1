/**
 * The spelling by which texts and names are found: the search in messages and every list that is filtered by typing
 * compare in it.
 */
import { toNfkc } from "./CombiningMarks.ts"

/**
 * Returns the text without the differences that nobody means when they look for something: width and other
 * compatibility forms (NFKC), case, and hiragana against katakana. Takes time in proportion to the text's length,
 * whatever it holds.
 */
export const folded = (text: string): string => {
  const lower = toNfkc(text).toLowerCase()
  // Lower case knows two small sigmas, of which the last letter of a word is one: a part of a word would not be found.
  return lower.replace(/[ς\u30a1-\u30f6\u30fd\u30fe]/g, (char) =>
    char === "ς" ? "σ" : String.fromCharCode(char.charCodeAt(0) - 0x60)
  )
}
