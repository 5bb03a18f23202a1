/** Whether a word of one script imitates another word. Rules for handles, and for hosts in addresses. */

const beside = (...names: ReadonlyArray<string>): RegExp =>
  new RegExp(`^[\\p{Script=Common}\\p{Script=Inherited}${names.map((name) => `\\p{Script=${name}}`).join("")}]+$`, "u")

const scripts: ReadonlyArray<RegExp> = [
  beside("Latin", "Han", "Hiragana", "Katakana"),
  beside("Latin", "Han", "Hangul"),
  beside("Latin", "Han", "Bopomofo"),
  ...[
    "Arabic",
    "Armenian",
    "Bengali",
    "Cyrillic",
    "Devanagari",
    "Ethiopic",
    "Georgian",
    "Greek",
    "Gujarati",
    "Gurmukhi",
    "Hebrew",
    "Kannada",
    "Khmer",
    "Lao",
    "Malayalam",
    "Mongolian",
    "Myanmar",
    "Oriya",
    "Sinhala",
    "Tamil",
    "Telugu",
    "Thaana",
    "Thai",
    "Tibetan"
  ].map((name) => beside(name))
]

/**
 * Whether a word keeps to one script, or to Latin beside Chinese, Japanese or Korean ones. Mixtures serve to look like
 * another word.
 */
export const keepsToOneScript = (word: string): boolean => scripts.some((script) => script.test(word))

/**
 * Letters of Cyrillic, Greek, Armenian and Coptic that look like Latin ones, in lower case: the browsers' lists of
 * whole-script confusables.
 */
const latinLooks = "асԁеԍһіјӏкорԛѕԝхуъьҽпгѵѡүⲟαικνρυωηοτϳхօոսցհքզյագէլւ"
/**
 * Letters that no two living alphabets share, which imitations need: beside them a letter that looks like a small Latin
 * capital counts as an imitation, too.
 */
const rare = /[ԁԍһӏԛѕԝҽѵѡ]/u
const imitation = new RegExp(`^[\\p{Script=Common}${latinLooks}]*$`, "u")
const looseImitation = new RegExp(`^[\\p{Script=Common}${latinLooks}вмнт]*$`, "u")
/** Letters that look like digits. */
const number = /^[\p{N}зӡбо]*$/u
const foreign = /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Coptic}]/u

/**
 * Whether every letter of a word in another script looks like a Latin letter or a digit, as in `аррӏе`. Marks on them
 * change nothing.
 */
export const looksLatin = (word: string): boolean => {
  if (!foreign.test(word)) return false
  const letters = bare(word)
  return imitation.test(letters) || (rare.test(letters) && looseImitation.test(letters)) || number.test(letters)
}

/**
 * As `looksLatin`, but also by letters that look like small Latin capitals: `сом`. Many plain words consist of such
 * letters.
 */
export const resemblesLatin = (word: string): boolean =>
  foreign.test(word) && (looksLatin(word) || looseImitation.test(bare(word)))

const bare = (word: string): string => word.normalize("NFC").toLowerCase().normalize("NFD").replace(/\p{M}/gu, "")

/**
 * Latin letters of the alphabets in use, in lower case: those that UTS 39 recommends for identifiers, and those of
 * African alphabets that look like no other. All others are phonetic, medieval or small capitals, and look like these.
 */
const writtenLatin =
  /^[a-z\xdf-\xf6\xf8-\u0131\u0135-\u0137\u0139-\u013e\u0142-\u0148\u014b-\u017e\u0199\u01a1\u01b0\u01b4\u01ce-\u01dc\u01dd\u01df-\u01e3\u01e7-\u01f0\u01f5\u01f9-\u021b\u021f\u0227-\u0233\u0253-\u0254\u0256\u0257\u0259\u025b\u0272\u1e01-\u1e99\u1ea1-\u1ef9]$/u

/** Whether a word has a Latin letter of no alphabet in use, as `ɡoogle`, `ᴀpple` and `hibiĸi` do. */
export const holdsOddLatin = (word: string): boolean =>
  (
    word
      .normalize("NFC")
      .toLowerCase()
      .match(/\p{Script=Latin}/gu) ?? []
  ).some((letter) => !writtenLatin.test(letter))

/**
 * Letters, marks and numbers of no script, except ー and the digits of ASCII: they look like strokes and punctuation.
 */
const stray = /(?![ー0-9])(?=\p{Script=Common})[\p{L}\p{M}\p{N}]/u

/** Whether a word has a letter, a mark or a number of no script, such as U+10107, which looks like an l. */
export const holdsStray = (word: string): boolean => stray.test(word)

/**
 * Strokes and hooks that turn a letter into another, such as o into ø, and that composition leaves separate, and a dot
 * that makes an i or hides in one.
 */
const makesAnother = /[\u0321\u0322\u0334-\u0338]|[ıjl]\p{M}*\u0307/u

/** Whether a mark makes a letter look like one that has a code point of its own, so that two words look the same. */
export const holdsMadeLetter = (word: string): boolean => makesAnother.test(word.normalize("NFD"))

/**
 * Single letters of Hangul, Bopomofo that looks like capitals, and Chinese characters and numbers that look like a
 * small l and an o.
 */
const besideLatin = /[\u1100-\u11ff丨〇〡-〩ㄥㄧㄒㄚㄟㄨㄩㄈ]/u
/** Characters that look like a hyphen, after Latin letters and not before Chinese or Japanese ones. */
const hyphen = /\p{Script=Latin}[0-9._-]*[ー一](?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])/u

/**
 * Whether a word of Latin letters has a Chinese or Korean character that passes for a letter or a hyphen there, as in
 * `b丨ll`. By themselves these characters are words.
 */
export const passesBesideLatin = (word: string): boolean =>
  /\p{Script=Latin}/u.test(word) && (besideLatin.test(word) || hyphen.test(word))
