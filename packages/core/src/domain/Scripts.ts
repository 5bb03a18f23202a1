/** Whether a word of one script passes for another: what handles keep to, and hosts in addresses are judged by. */

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

/** Whether a word keeps to one script, or to Latin beside Chinese, Japanese or Korean ones. Mixtures serve to look like another word. */
export const keepsToOneScript = (word: string): boolean => scripts.some((script) => script.test(word))

/** Letters of Cyrillic, Greek and Armenian that look like Latin ones, in lower case. */
const latinLooks = /^[\p{Script=Common}асԁеһіјӏорԛѕԝхуъьҽпгѵѡⲟαικνρυωηοτхօոսցհքզյ]*$/u
const foreign = /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Coptic}]/u

/** Whether a word of another script is written in letters alone that look like Latin ones, as `аррӏе` is. */
export const looksLatin = (word: string): boolean => foreign.test(word) && latinLooks.test(word.toLowerCase())
