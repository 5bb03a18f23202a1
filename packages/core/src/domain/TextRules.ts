/**
 * Rules of texts, in plain code so that a web client's first paint can use them: which texts can be stored exactly,
 * which are visible, how they are normalized and folded for searching, and the spelling of a UUID.
 */
import { Limits } from "./Limits.ts"

/** Number of code points in `text`, counting at most one more than `max`. */
export const codePoints = (text: string, max: number): number => {
  if (text.length <= max) {
    // A text that is short in UTF-16 units is short in code points; only the exact number needs the loop below.
    let pairs = 0
    for (let i = 0; i < text.length; i++) if ((text.charCodeAt(i) & 0xfc00) === 0xd800) pairs++
    return text.length - pairs
  }
  if (text.length > 2 * max) return max + 1
  let count = 0
  for (const _ of text) if (++count > max) return count
  return count
}

/** Why a text is rejected, or undefined if it can be stored exactly. */
export const textProblem = (text: string, max: number): "nul" | "surrogate" | "too_long" | undefined => {
  if (text.includes("\u0000")) return "nul"
  if (!text.isWellFormed()) return "surrogate"
  return codePoints(text, max) > max ? "too_long" : undefined
}

// Characters that show nothing by themselves: white space, format and control characters, ignorable characters
// (including variation selectors and the Hangul fillers), and the Braille blank.
const blank = /^[\p{White_Space}\p{Cf}\p{Cc}\p{Default_Ignorable_Code_Point}\u2800]*$/u

/** Whether a reader would see nothing at all. */
export const isBlank = (text: string): boolean => blank.test(text)

/** Why a text for people to read is rejected, or undefined. */
export const shownTextProblem = (
  text: string,
  max: number
): "nul" | "surrogate" | "too_long" | "empty" | "blank" | "too_many_marks" | undefined =>
  textProblem(text, max) ??
  (text === "" ? "empty" : isBlank(text) ? "blank" : hasLongMarkRun(text) ? "too_many_marks" : undefined)

// The time to normalize a run of combining marks is quadratic in the run's length. Unicode's Stream-Safe Text Format
// (UAX #15, D4) bounds a run to 30, which is more than any language writes. New texts obey it, and older ones are cut
// by it before they are normalized.

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
 * Returns the text in Unicode's form NFKC, in time that grows linearly with its length. A run of more than
 * Limits.marksMax marks is normalized piece by piece, so two spellings of such a run may differ afterwards.
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

/** Returns the places, in UTF-16 units, where long runs of marks are cut: after each Limits.marksMax of them. */
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

/**
 * Returns the text without differences that do not matter in a search: width and other compatibility forms (NFKC),
 * case, and hiragana against katakana. The search in messages and every list that filters by typing compare folded
 * texts. Takes time proportional to the text's length for any content.
 */
export const folded = (text: string): string => {
  const lower = toNfkc(text).toLowerCase()
  // Lower case has two small sigmas, one only for the last letter of a word: without this, a search would miss a part
  // of a word.
  return lower.replace(/[ς\u30a1-\u30f6\u30fd\u30fe]/g, (char) =>
    char === "ς" ? "σ" : String.fromCharCode(char.charCodeAt(0) - 0x60)
  )
}

/** The one accepted spelling: lower case, with hyphens. */
export const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const v7Pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** Whether `value` is a UUID text in that spelling. */
export const isUuid = (value: unknown): value is string => typeof value === "string" && uuidPattern.test(value)

/** Whether `value` is a UUID of version 7 in that spelling, as required of a command's id. */
export const isUuidV7 = (value: unknown): value is string => typeof value === "string" && v7Pattern.test(value)

/** Has at most as many entries as Unicode has marks. */
const reordered = new Map<string, boolean>()

/**
 * Whether normalization reorders this mark: its combining class is not 0. The language has no other way to read the
 * class. So this puts the mark beside one of the lowest class and one of the highest, and checks whether it moves past
 * one of them.
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
