/**
 * Finds mentions in plain code: `@` and a handle, anywhere in a text. Devices count and highlight by this rule, and the
 * store counts by the same rule in SQL. So it uses only properties of a character that both can check: its code point,
 * and case in ASCII.
 */
import type { TextRange } from "./SearchText.ts"

/** A text without one of these mentions nobody. Japanese input methods type the second one. */
export const mentionSigns = ["@", "＠"] as const

/** Whether a text may mention anybody: most texts have no sign, and need no further check. */
export const hasSign = (text: string): boolean => mentionSigns.some((sign) => text.includes(sign))

/**
 * Word characters of scripts that put spaces between words, in rising order: those of ASCII, and the letters, marks and
 * digits of the blocks from Latin-1 to Georgian, and of Latin and Greek with marks, without characters that end a
 * sentence there, such as `؟` and `।`. Thai, Lao, Tibetan and Burmese, and Japanese, Chinese and Korean, where a word
 * may follow without a space, are left out.
 */
export const mentionLetters = [
  "0-9A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u037d\u037f-\u0386\u0388-\u0559\u0560-\u0588",
  "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7-\u05f2",
  "\u0610-\u061a\u0620-\u0669\u066e-\u06d3\u06d5-\u06ff",
  "\u0710-\u07f6\u07fa\u07fd\u0800-\u082d\u0840-\u085d\u0860-\u0963\u0966-\u096f\u0971-\u09fc\u09fe-\u0a75",
  "\u0a77-\u0aef\u0af1-\u0c76\u0c78-\u0c83\u0c85-\u0df3",
  "\u10a0-\u10fa\u10fc-\u10ff\u1e00-\u1fff"
].join("")

/** The allowed context before a sign: no letter as in an email address, no `/` as in a web address, no other sign. */
const before = `(?<![${mentionLetters}/@])`

/** The forbidden context after a handle: a letter, or a dot or hyphen with one, because then it is another handle. */
const after = `(?![${mentionLetters}]|[.-][${mentionLetters}])`

/** Where a text mentions the user with this handle (in its canonical spelling), in UTF-16 units: sign and handle. */
export const mentionsOf = (text: string, handle: string): ReadonlyArray<TextRange> => {
  if (handle === "" || !hasSign(text)) return []
  const wanted = patternOf(handle)
  return [...plain(text).matchAll(wanted)].map(({ 0: { length }, index }) => ({ from: index, to: index + length }))
}

/** Whether a text mentions the user with this handle, in its canonical spelling. */
export const isMentioned = (text: string, handle: string): boolean => mentionsOf(text, handle).length > 0

/** Whether a sign at this place, in UTF-16 units, begins a mention, regardless of the text after it. */
export const mayMention = (text: string, at: number): boolean =>
  new RegExp(`${before}$`, "u").test(plain(text.slice(Math.max(0, at - 1), at)))

/**
 * The last expression. A text with many signs tests the same handle each time, and making an expression costs more than
 * running it.
 */
let latest: readonly [handle: string, pattern: RegExp] | undefined

const patternOf = (handle: string): RegExp => {
  if (latest?.[0] !== handle) latest = [handle, makePattern(handle)]
  return latest[1]
}

const makePattern = (handle: string): RegExp =>
  new RegExp(`${before}@${handle.replaceAll(".", "\\.")}${isSpaced(handle) ? after : ""}`, "gu")

/** After a handle that ends in a script without spaces, any character may follow, for example an honorific. */
const isSpaced = (handle: string): boolean => new RegExp(`[${mentionLetters}.-]$`, "u").test(handle)

/** Replaces the wide sign, and lowers ASCII case. The length stays the same. */
const plain = (text: string): string => text.replaceAll("＠", "@").replace(/[A-Z]/g, (letter) => letter.toLowerCase())
