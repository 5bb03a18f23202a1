/**
 * The rules for names and titles: one visible line, without characters that act unseen or extend over neighbouring
 * lines. Pure.
 */
import { Limits } from "./Limits.ts"
import { shownTextProblem } from "./TextRules.ts"

const ignored = "\\p{Default_Ignorable_Code_Point}"
const scripts = (names: string): string =>
  names
    .split(" ")
    .map((name) => `\\p{Script=${name}}`)
    .join("")
/** Scripts whose letters join each other, on the baseline or by viramas: a joiner changes how they are drawn. */
const joined = scripts(
  "Adlam Arabic Balinese Bengali Brahmi Chakma Devanagari Grantha Gujarati Gurmukhi Javanese Kaithi Kannada Khmer Khojki Khudawadi Lepcha Limbu " +
    "Malayalam Mandaic Meetei_Mayek Modi Mongolian Myanmar Newa Nko Oriya Phags_Pa Saurashtra Sharada Siddham Sinhala Sundanese Syloti_Nagri Syriac " +
    "Tai_Tham Takri Tamil Telugu Tibetan Tirhuta"
)
/** Scripts without spaces, in which a zero-width space may separate words. */
const spaceless = scripts("Khmer Lao Myanmar Thai")
const mongolian = "(?=\\p{Script=Mongolian})\\p{L}"
const joinable = `(?=[${joined}])\\p{L}\\p{M}*`
const afterEmoji = "(?<=\\p{Extended_Pictographic}\\ufe0f?|\\p{Emoji_Modifier})"
/** Without selectors that no standard sequence of a living script uses. */
const variation = "\\u180b-\\u180d\\u180f\\ufe00-\\ufe02\\ufe0e\\ufe0f\\u{e0100}-\\u{e01ef}"

/**
 * Characters that have no picture but still an effect. Some are allowed where a language or an emoji needs them: marks
 * of direction (see `isTurned`), a joiner between emoji or after a letter of a joining script, a zero-width space
 * between words of a script without other spaces, the separator before a Mongolian vowel, one variation selector after
 * the character it varies, and the tags of a flag.
 */
const unshown = new RegExp(
  [
    // Controls, line ends, embeddings, overrides and isolates of direction, and annotations.
    "[\\p{Cc}\\p{Zl}\\p{Zp}\\u202a-\\u202e\\u2066-\\u2069\\ufff9-\\ufffb]",
    // Tags except those of a flag.
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

/** The blocks of right-to-left scripts, without the mark of direction in one of them. */
const turned = /[\u0590-\u061b\u061d-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u
/** Whether part of a text runs from right to left. In any other text a mark of direction is useless or harmful. */
export const isTurned = (text: string): boolean => turned.test(text)
const undirected = (name: string): string => (isTurned(name) ? name : name.replace(/[\u061c\u200e\u200f]/gu, ""))

const marks = "\\p{Mn}\\p{Me}\\u302e\\u302f\\u{1d165}\\u{1d166}\\u{1d16d}-\\u{1d172}"
/** Marks above or below a letter, with the ignored characters between them, which would hide how many there are. */
const stack = new RegExp(`(?:(?!${ignored})[${marks}]${ignored}*){${Limits.nameMarksMax}}`, "u").source
const highStack = new RegExp(`(${stack})(?:${ignored}*[${marks}])+`, "gu")

/**
 * Characters that put the next letter below the one before: Khmer coeng does so for any number of letters. The viramas
 * of scripts from Devanagari to Sinhala are excluded: beyond the second letter, they mostly join letters side by side,
 * and foreign names have long runs of them.
 */
const below =
  "[\\u1039\\u17d2\\u1a60\\u1b44\\u1bab\\ua806\\ua82c\\ua8c4\\ua9c0\\uaaf6" +
  "\\u{10a3f}\\u{11046}\\u{1107f}\\u{110b9}\\u{11133}\\u{111c0}\\u{11235}\\u{112ea}\\u{1134d}\\u{113d0}\\u{11442}\\u{114c2}\\u{115bf}\\u{1163f}\\u{116b6}\\u{11839}" +
  "\\u{1193e}\\u{119e0}\\u{11a34}\\u{11a47}\\u{11a99}\\u{11c3f}\\u{11d45}\\u{11d97}\\u{11f42}]"
/**
 * Viramas of Devanagari, Bengali, Oriya and Telugu, after which a few letters go lower each time: ra, va and ta, in
 * fonts of Noto.
 */
const beside = "[\\u094d\\u09cd\\u0b4d\\u0c4d]"
/** Matches a virama that joins one letter too many. Without it the letter stands beside the others. */
const beyond = (most: number, virama: string): RegExp => {
  const letter = `\\p{L}(?:(?!${virama})[\\p{M}${ignored}])*`
  return new RegExp(`((?:${letter}${virama}[\\p{M}${ignored}]*){${most}}${letter})${virama}`, "gu")
}
const tooLow = beyond(Limits.nameBelowMax, below)
const tooLong = beyond(Limits.nameJoinedMax, beside)

/** Returns the name with its stacks cut. Marks that are part of a letter count like separate ones. */
const lowered = (name: string): string => {
  const apart = name.normalize("NFD")
  const low = apart.replace(highStack, "$1").replace(tooLow, "$1").replace(tooLong, "$1")
  return low === apart ? name : low.normalize("NFC")
}

/** Whether a new name or title is allowed. Older ones may break a rule: see `shownName`. */
export const isName = (text: string, max: number): boolean =>
  shownTextProblem(text, max) === undefined && shownName(text) === text

/**
 * Returns a name as a line shows it: without invisible characters, with a space in place of each line end, and without
 * marks and viramas beyond the bounds.
 */
export const shownName = (name: string): string => {
  const shown = lowered(undirected(name).replace(unshown, (char) => (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(char) ? " " : "")))
  // Removing an invisible character may turn its neighbour into one.
  return shown === name ? name : shownName(shown)
}
