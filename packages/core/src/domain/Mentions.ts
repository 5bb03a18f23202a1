/**
 * Whom a text mentions, in plain code: `@` and a handle, wherever it stands. What a device counts and marks goes by this rule, and what the
 * store counts by the same one in SQL (`hibiki_mentioned`), so it is made of what both can tell of a character: its code point, and case in ASCII.
 */
import type { TextRange } from "./SearchText.ts"

/** Without one of them no text mentions anybody: the second is what Japanese input methods type. */
export const mentionSigns = ["@", "＠"] as const

/** Whether a text may mention anybody: most hold no sign, and are looked at no further. */
export const hasSign = (text: string): boolean => mentionSigns.some((sign) => text.includes(sign))

/**
 * Characters that words are made of in scripts that put spaces between words: those of ASCII, and the blocks from Latin-1's letters to Georgian,
 * and of Latin and Greek with marks. Japanese, Chinese and Korean, where a word may follow without a space, are left out.
 */
export const mentionLetters = "0-9A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u10ff\u1e00-\u1fff"

/** What stands before a sign: no letter as in an address of mail, no `/` as in one of a page, no other sign. */
const before = `(?<![${mentionLetters}/@])`

/** What may not follow a handle: a letter, or a dot or hyphen with one, by which it would be another's handle. */
const after = `(?![${mentionLetters}]|[.-][${mentionLetters}])`

/** Where a text mentions whoever has this handle (in its one spelling), in UTF-16 units: sign and handle. */
export const mentionsOf = (text: string, handle: string): ReadonlyArray<TextRange> => {
  if (handle === "" || !hasSign(text)) return []
  const wanted = patternOf(handle)
  return [...plain(text).matchAll(wanted)].map(({ 0: { length }, index }) => ({ from: index, to: index + length }))
}

/** Whether a text mentions whoever has this handle, in its one spelling. */
export const isMentioned = (text: string, handle: string): boolean => mentionsOf(text, handle).length > 0

/** Whether a sign at this place, in UTF-16 units, begins a mention, whatever follows it. */
export const mayMention = (text: string, at: number): boolean =>
  new RegExp(`${before}$`, "u").test(plain(text.slice(Math.max(0, at - 1), at)))

const patternOf = (handle: string): RegExp => new RegExp(`${before}@${handle.replaceAll(".", "\\.")}${isSpaced(handle) ? after : ""}`, "gu")

/** A handle that ends in a script without spaces may be followed by anything, as by an honorific. */
const isSpaced = (handle: string): boolean => new RegExp(`[${mentionLetters}.-]$`, "u").test(handle)

/** One sign, and ASCII in lower case: of the same length. */
const plain = (text: string): string => text.replaceAll("＠", "@").replace(/[A-Z]/g, (letter) => letter.toLowerCase())
