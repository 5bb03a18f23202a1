/** What makes a text one that can be stored and given back exactly, and seen: checked without any library. */
import { hasLongMarkRun } from "./CombiningMarks.ts"

/** Number of code points in `text`, counting at most one more than `max`. */
export const codePoints = (text: string, max: number): number => {
  if (text.length <= max) {
    // Short in UTF-16 units is short in code points; only the exact number needs the walk below.
    let pairs = 0
    for (let i = 0; i < text.length; i++) if ((text.charCodeAt(i) & 0xfc00) === 0xd800) pairs++
    return text.length - pairs
  }
  if (text.length > 2 * max) return max + 1
  let count = 0
  for (const _ of text) if (++count > max) return count
  return count
}

/** Why a text was not taken, or undefined when it can be stored exactly. */
export const textProblem = (text: string, max: number): "nul" | "surrogate" | "too_long" | undefined => {
  if (text.includes("\u0000")) return "nul"
  if (!text.isWellFormed()) return "surrogate"
  return codePoints(text, max) > max ? "too_long" : undefined
}

// What shows nothing by itself: white space, format and control characters, what is made to be ignored (variation
// selectors and the Hangul fillers are), and the Braille blank.
const blank = /^[\p{White_Space}\p{Cf}\p{Cc}\p{Default_Ignorable_Code_Point}\u2800]*$/u

/** Whether a reader would see nothing at all. */
export const isBlank = (text: string): boolean => blank.test(text)

/** Why a text that people are to see was not taken, or undefined. */
export const shownTextProblem = (
  text: string,
  max: number
): "nul" | "surrogate" | "too_long" | "empty" | "blank" | "too_many_marks" | undefined =>
  textProblem(text, max) ??
  (text === "" ? "empty" : isBlank(text) ? "blank" : hasLongMarkRun(text) ? "too_many_marks" : undefined)
