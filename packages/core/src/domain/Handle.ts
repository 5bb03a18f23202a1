/**
 * Handles: each has one canonical spelling, so that twins (upper case, wide letters, composed or not) are the same
 * account.
 */
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

/** A handle in its canonical spelling. */
export type Handle = string & Brand.Brand<"Handle">

export type HandleProblem = "length" | "characters" | "mixed_scripts" | "look_alike" | "reserved"

const handleMin = 2
const handleMax = 32
/** Names that would pass for the system's own, or that mentions may need. */
const reserved = new Set(["admin", "system", "hibiki", "all", "here", "everyone"])
/**
 * Excludes every invisible character, though some count as letters or marks, and marks that may hide in a sign: they
 * would allow a twin of any handle.
 */
const shape = /^(?!.*(?:\p{Default_Ignorable_Code_Point}|[0-9_.-]\p{M}))[\p{L}\p{N}][\p{L}\p{M}\p{N}_.-]*$/u

/**
 * Returns the handle that was typed, or why it can't be one. Compatibility forms are folded (NFKC) and case is dropped.
 * Letters and digits of any script are allowed, but one handle keeps to one script (Latin may stand beside Chinese,
 * Japanese and Korean ones): mixtures such as Latin with Cyrillic serve to imitate another handle. For the same reason
 * these are refused: a word of another script whose letters all look like Latin ones, a Latin letter of no alphabet in
 * use, a character that passes for a letter beside Latin ones, and a number of no script. A handle that looks like a
 * reserved name is reserved.
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
 * Characters of no script that belong to words: apostrophes, primes and half rings in any script, signs of Japanese,
 * and tones of Bopomofo.
 */
const needed: ReadonlyArray<readonly [letters: RegExp, script: RegExp]> = [
  [/[\u02b9-\u02c1\u02ee]/gu, /\p{L}/u],
  [/[〆〼]/gu, /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u],
  [/[ˇˊˋ]/gu, /\p{Script=Bopomofo}/u]
]
const withoutNeeded = (handle: string): string =>
  needed.reduce((rest, [letters, script]) => (script.test(handle) ? rest.replace(letters, "") : rest), handle)

/** Letters and digits that look like others once marks are removed. */
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
 * Returns what a handle in Latin letters looks like: without marks, modifier letters, strokes and separators, and with
 * digits as the letters that they imitate. 1 is i or l.
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
 * Returns the canonical spelling of the typed text, for looking up an account. Undefined if no account can have it. A
 * handle may be older than a rule, and its account still exists.
 */
export const spelled = (typed: string): Handle | undefined =>
  textProblem(typed, 4 * handleMax) === undefined ? (fold(typed) as Handle) : undefined

/**
 * Returns the key for finding names: the same folding for handles, display names and the text that is typed to find
 * them.
 */
export const searchKey = (text: string): string => fold(text.trim())

/** Lower case can undo composition and the reverse (as with dotted capital I), so both repeat until nothing changes. */
const fold = (text: string): string => {
  let folded = text
  for (let round = 0; round < 4; round++) {
    const next = toNfkc(folded).toLowerCase()
    if (next === folded) break
    folded = next
  }
  return folded
}
