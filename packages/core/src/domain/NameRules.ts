/**
 * What a name or a title may hold: one visible line, in which nothing acts unseen and nothing grows over the lines
 * beside it. Pure.
 */
import { Limits } from "./Limits.ts"
import { shownTextProblem } from "./TextRules.ts"

const ignored = "\\p{Default_Ignorable_Code_Point}"
const scripts = (names: string): string =>
  names
    .split(" ")
    .map((name) => `\\p{Script=${name}}`)
    .join("")
/** Scripts whose letters join each other, in lines or by viramas: a joiner changes how they are drawn. */
const joined = scripts(
  "Adlam Arabic Balinese Bengali Brahmi Chakma Devanagari Grantha Gujarati Gurmukhi Javanese Kaithi Kannada Khmer Khojki Khudawadi Lepcha Limbu " +
    "Malayalam Mandaic Meetei_Mayek Modi Mongolian Myanmar Newa Nko Oriya Phags_Pa Saurashtra Sharada Siddham Sinhala Sundanese Syloti_Nagri Syriac " +
    "Tai_Tham Takri Tamil Telugu Tibetan Tirhuta"
)
/** Of scripts that are written without spaces, whose words a zero-width space may part. */
const spaceless = scripts("Khmer Lao Myanmar Thai")
const mongolian = "(?=\\p{Script=Mongolian})\\p{L}"
const joinable = `(?=[${joined}])\\p{L}\\p{M}*`
const afterEmoji = "(?<=\\p{Extended_Pictographic}\\ufe0f?|\\p{Emoji_Modifier})"
/** Without the selectors that no standard sequence of a living script has. */
const variation = "\\u180b-\\u180d\\u180f\\ufe00-\\ufe02\\ufe0e\\ufe0f\\u{e0100}-\\u{e01ef}"

/**
 * What a line does not show and yet acts by. Some of it may stand where a language or an emoji needs it: marks of
 * direction (see `isTurned`), a joiner between emoji or behind a letter of a script that is joined, a zero-width space
 * between words of a script that has no other, the separator before a Mongolian vowel, one variation selector behind
 * what it varies, and the tags of a flag.
 */
const unshown = new RegExp(
  [
    // Controls, what ends a line, embeddings, overrides and isolates of direction, and annotations.
    "[\\p{Cc}\\p{Zl}\\p{Zp}\\u202a-\\u202e\\u2066-\\u2069\\ufff9-\\ufffb]",
    // Tags but those of a flag.
    "(?<!\\u{1f3f4}[\\u{e0020}-\\u{e007e}]{0,12})[\\u{e0000}-\\u{e007f}]|[\\u{e0020}-\\u{e007e}](?![\\u{e0020}-\\u{e007f}])",
    `(?<![${spaceless}])\\u200b|\\u200b(?![${spaceless}])`,
    `(?<!${mongolian}[\\u180b-\\u180d\\u180f]?)\\u180e|\\u180e(?!${mongolian})`,
    `(?![\\u061c\\u180e\\u200b-\\u200f\\u{e0000}-\\u{e007f}${variation}])${ignored}`,
    `(?<!${joinable})(?!${afterEmoji}\\u200d(?=\\p{Extended_Pictographic}))[\\u200c\\u200d]`,
    "(?<!\\p{Script=Han})[\\u{e0100}-\\u{e01ef}]",
    `(?<![${scripts("Han Myanmar Phags_Pa")}])[\\ufe00-\\ufe02]`,
    "(?<!\\p{Extended_Pictographic}|[0-9#*](?=\\ufe0f\\u20e3))[\\ufe0e\\ufe0f]",
    `(?<!${mongolian})[\\u180b-\\u180d\\u180f]`
  ].join("|"),
  "gu"
)

/** The blocks of the scripts that run from right to left, but for a mark of direction in one of them. */
const turned = /[\u0590-\u061b\u061d-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u
/** Whether part of a text runs from right to left. Where none does, a mark of direction does nothing, or harm. */
export const isTurned = (text: string): boolean => turned.test(text)
const undirected = (name: string): string => (isTurned(name) ? name : name.replace(/[\u061c\u200e\u200f]/gu, ""))

const marks = "\\p{Mn}\\p{Me}\\u302e\\u302f\\u{1d165}\\u{1d166}\\u{1d16d}-\\u{1d172}"
/**
 * Marks that stand above or below a letter, and with them what is ignored between them: it would hide how many there
 * are.
 */
const stack = new RegExp(`(?:(?!${ignored})[${marks}]${ignored}*){${Limits.nameMarksMax}}`, "u").source
const highStack = new RegExp(`(${stack})(?:${ignored}*[${marks}])+`, "gu")

/**
 * What puts the letter behind it below the one before: Khmer coeng does so for as many as there are. The viramas of
 * scripts from Devanagari to Sinhala are none of these: what they join mostly stands side by side beyond the second
 * letter, and foreign names have long runs of them.
 */
const below =
  "[\\u1039\\u17d2\\u1a60\\u1b44\\u1bab\\ua806\\ua82c\\ua8c4\\ua9c0\\uaaf6" +
  "\\u{10a3f}\\u{11046}\\u{1107f}\\u{110b9}\\u{11133}\\u{111c0}\\u{11235}\\u{112ea}\\u{1134d}\\u{113d0}\\u{11442}\\u{114c2}\\u{115bf}\\u{1163f}\\u{116b6}\\u{11839}" +
  "\\u{1193e}\\u{119e0}\\u{11a34}\\u{11a47}\\u{11a99}\\u{11c3f}\\u{11d45}\\u{11d97}\\u{11f42}]"
/**
 * Viramas of Devanagari, Bengali, Oriya and Telugu, in which a few letters go lower each time: ra, va and ta, in fonts
 * of Noto.
 */
const beside = "[\\u094d\\u09cd\\u0b4d\\u0c4d]"
/** A virama that joins one letter too many. Without it the letter stands beside the others. */
const beyond = (most: number, virama: string): RegExp => {
  const letter = `\\p{L}(?:(?!${virama})[\\p{M}${ignored}])*`
  return new RegExp(`((?:${letter}${virama}[\\p{M}${ignored}]*){${most}}${letter})${virama}`, "gu")
}
const tooLow = beyond(Limits.nameBelowMax, below)
const tooLong = beyond(Limits.nameJoinedMax, beside)

/** Marks that are part of a letter count as those that stand beside it. */
const lowered = (name: string): string => {
  const apart = name.normalize("NFD")
  const low = apart.replace(highStack, "$1").replace(tooLow, "$1").replace(tooLong, "$1")
  return low === apart ? name : low.normalize("NFC")
}

/** Whether a new name or title is taken. Those from before a rule may break it: see `shownName`. */
export const isName = (text: string, max: number): boolean =>
  shownTextProblem(text, max) === undefined && shownName(text) === text

/**
 * Returns a name as a line shows it: without what is unshown, in place of which a space stands where it ended a line,
 * and without marks and viramas beyond the bounds.
 */
export const shownName = (name: string): string => {
  const shown = lowered(undirected(name).replace(unshown, (char) => (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(char) ? " " : "")))
  // What stood behind something unshown may be such a thing by now.
  return shown === name ? name : shownName(shown)
}
