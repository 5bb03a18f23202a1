/**
 * Runs of combining marks, which cost a text's normalization the square of their length. Unicode's Stream-Safe Text
 * Format (UAX #15, D4) bounds a run to 30, which is more than any language writes. New texts keep to it, and older ones
 * are cut by it before they are normalized.
 */
import { Limits } from "./Limits.ts"

/** Marks, and the half-width voicing signs, which become marks. Not all of them are reordered: see `isReordered`. */
const mark = "[\\p{M}\\uff9e\\uff9f]"

/** A long run. The lookbehind tries each run once, so the search is linear. */
const longRun = new RegExp(`(?<!${mark})${mark}{${Limits.marksMax + 1},}`, "gu")

/**
 * Whether more than Limits.marksMax marks that normalization reorders follow each other. Vowel signs of Hindi or Thai,
 * which it leaves in place, may repeat.
 */
export const hasLongMarkRun = (text: string): boolean => {
  // Most texts hold no mark at all: `search` needs no array of matches.
  if (text.search(longRun) < 0) return false
  for (const [run] of text.matchAll(longRun)) {
    let length = 0
    for (const char of run) {
      length = isReordered(char) ? length + 1 : 0
      if (length > Limits.marksMax) return true
    }
  }
  return false
}

/**
 * Returns the text in Unicode's form NFKC, in time that grows with its length alone. A run of more than Limits.marksMax
 * marks is normalized piece by piece, so two spellings of such a run may differ afterwards.
 */
export const toNfkc = (text: string): string => {
  const cuts = markCuts(text)
  if (cuts.length === 0) return text.normalize("NFKC")
  let normalized = ""
  let from = 0
  for (const to of [...cuts, text.length]) {
    normalized += text.slice(from, to).normalize("NFKC")
    from = to
  }
  return normalized
}

/** Returns the places, in UTF-16 units, at which long runs of marks are cut: after each Limits.marksMax of them. */
export const markCuts = (text: string): ReadonlyArray<number> => {
  if (text.search(longRun) < 0) return []
  const cuts: Array<number> = []
  for (const { 0: run, index } of text.matchAll(longRun)) {
    let at = index
    let length = 0
    for (const char of run) {
      if (length === Limits.marksMax) {
        cuts.push(at)
        length = 0
      }
      at += char.length
      length++
    }
  }
  return cuts
}

/** As many as Unicode has marks. */
const reordered = new Map<string, boolean>()

/**
 * Whether normalization moves this mark among others: its combining class is not 0. The language has no other way to
 * ask for the class, so the mark is put beside one of the lowest class and one of the highest, and moves past one of
 * them.
 */
const isReordered = (char: string): boolean => {
  const known = reordered.get(char)
  if (known !== undefined) return known
  const [lowest, highest] = ["\u0334", "\u0345"]
  const form = char.normalize("NFKD")
  const moves =
    `a${form}${lowest}`.normalize("NFD") !== `a${form}${lowest}` ||
    `a${highest}${form}`.normalize("NFD") !== `a${highest}${form}`
  reordered.set(char, moves)
  return moves
}
