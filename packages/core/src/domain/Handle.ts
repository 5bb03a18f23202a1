/** Handles: one spelling for each, so that twins (upper case, wide letters, composed or not) are the same account. */
import { type Brand, Either } from "effect"
import { shownName } from "./NameRules.ts"
import {
  holdsMadeLetter,
  holdsOddLatin,
  holdsStray,
  keepsToOneScript,
  looksLatin,
  passesBesideLatin
} from "./Scripts.ts"
import { codePoints, textProblem, toNfkc } from "./TextRules.ts"

/** A handle in its one spelling. */
export type Handle = string & Brand.Brand<"Handle">

export type HandleProblem = "length" | "characters" | "mixed_scripts" | "look_alike" | "reserved"

const handleMin = 2
const handleMax = 32
/** Names that would pass for the system's own, or that mentions may need. */
const reserved = new Set(["admin", "system", "hibiki", "all", "here", "everyone"])
/**
 * Nothing that does not show is in it, though some of it counts as a letter or a mark, and no mark that may hide in a
 * sign: it would make twins of any handle.
 */
const shape = /^(?!.*(?:\p{Default_Ignorable_Code_Point}|[0-9_.-]\p{M}))[\p{L}\p{N}][\p{L}\p{M}\p{N}_.-]*$/u

/**
 * The handle that was typed, or why it can't be one. Compatibility forms are folded (NFKC) and case is dropped; letters
 * and digits of any script are fine, but one handle keeps to one script (Latin may stand beside Chinese, Japanese and
 * Korean ones), since mixtures such as Latin with Cyrillic serve to look like another's handle. So does a word of
 * another script in letters that all look like Latin ones, and a Latin letter of no alphabet in use, a character that
 * passes for a letter beside Latin ones, and a number of no script. What looks like a reserved name is reserved.
 */
export const parseHandle = (typed: string): Either.Either<Handle, HandleProblem> => {
  if (textProblem(typed, 4 * handleMax) !== undefined)
    return Either.left(typed.length > handleMax ? "length" : "characters")
  const handle = fold(typed)
  const length = codePoints(handle, handleMax)
  if (length < handleMin || length > handleMax) return Either.left("length")
  if (!shape.test(handle) || shownName(handle) !== handle) return Either.left("characters")
  if (!keepsToOneScript(handle)) return Either.left("mixed_scripts")
  if (looksLatin(handle) || holdsOddLatin(handle)) return Either.left("look_alike")
  if (skeletonsOf(handle).some((skeleton) => reserved.has(skeleton))) return Either.left("reserved")
  const isOdd = passesBesideLatin(handle) || holdsMadeLetter(handle) || holdsStray(withoutNeeded(handle))
  return isOdd ? Either.left("look_alike") : Either.right(handle as Handle)
}

/**
 * What is of no script and belongs to words: apostrophes, primes and half rings in any, signs of Japanese, and tones of
 * Bopomofo.
 */
const needed: ReadonlyArray<readonly [letters: RegExp, script: RegExp]> = [
  [/[\u02b9-\u02c1\u02ee]/gu, /\p{L}/u],
  [/[〆〼]/gu, /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u],
  [/[ˇˊˋ]/gu, /\p{Script=Bopomofo}/u]
]
const withoutNeeded = (handle: string): string =>
  needed.reduce((rest, [letters, script]) => (script.test(handle) ? rest.replace(letters, "") : rest), handle)

/** Letters and digits that pass for others once marks are gone. */
const lookAlikes: Readonly<Record<string, string>> = {
  ı: "i",
  〇: "o",
  丨: "l",
  ł: "l",
  ø: "o",
  đ: "d",
  ħ: "h",
  ŧ: "t",
  þ: "p",
  ð: "d",
  ə: "e",
  ǝ: "e",
  ɛ: "e",
  ɔ: "o",
  ɓ: "b",
  ɗ: "d",
  ɖ: "d",
  ŋ: "n",
  ɲ: "n",
  ƙ: "k",
  ƴ: "y",
  0: "o",
  3: "e",
  4: "a",
  5: "s",
  7: "t",
  8: "b"
}

/**
 * What a handle in Latin letters looks like: without marks, modifier letters, strokes and separators, and with digits
 * as the letters that they stand for. 1 is i or l.
 */
const skeletonsOf = (handle: string): ReadonlyArray<string> => {
  const bare = handle
    .normalize("NFD")
    .replace(/[\p{M}\p{Lm}._-]/gu, "")
    .replace(/[^a-z]/gu, (char) => lookAlikes[char] ?? char)
    .replaceAll("rn", "m")
    .replaceAll("cl", "d")
  return [bare, bare.replaceAll("1", "i"), bare.replaceAll("1", "l")]
}

/**
 * The one spelling of what was typed, by which an account is looked for, or undefined where no account can have it: a
 * handle may be older than a rule, and its account is still there.
 */
export const spelled = (typed: string): Handle | undefined =>
  textProblem(typed, 4 * handleMax) === undefined ? (fold(typed) as Handle) : undefined

/** What names are found by: the same folding for handles, display names and what is typed to find them. */
export const searchKey = (text: string): string => fold(text.trim())

/**
 * Lower case can undo composition and the reverse (as with dotted capital I), so both are done until nothing changes.
 */
const fold = (text: string): string => {
  let folded = text
  for (let round = 0; round < 4; round++) {
    const next = toNfkc(folded).toLowerCase()
    if (next === folded) break
    folded = next
  }
  return folded
}
