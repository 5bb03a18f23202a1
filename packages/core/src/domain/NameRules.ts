/** What a name or a title may hold: one visible line, in which nothing acts unseen and nothing grows over the lines beside it. Pure. */
import { Limits } from "./Limits.ts"
import { shownTextProblem } from "./TextRules.ts"

const ignored = "\\p{Default_Ignorable_Code_Point}"
/** Letters of scripts in which no joiner changes anything. */
const unjoined = ["Latin", "Greek", "Cyrillic", "Han", "Hiragana", "Katakana", "Hangul"].map((name) => `\\p{Script=${name}}`).join("")
/** Of scripts that are written without spaces, whose words a zero-width space may part. */
const spaceless = ["Khmer", "Lao", "Myanmar", "Thai"].map((name) => `\\p{Script=${name}}`).join("")
const mongolian = "(?=\\p{Script=Mongolian})\\p{L}"
const variation = "\\u180b-\\u180d\\u180f\\ufe00-\\ufe0f\\u{e0100}-\\u{e01ef}"

/**
 * What a line does not show and yet acts by. Some of it may stand where a language or an emoji needs it: marks of direction, a joiner behind an emoji or
 * a letter of a script that is joined, a zero-width space between words of a script that has no other, the separator before a Mongolian vowel, one variation
 * selector behind what it varies, and the tags of a flag.
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
    `(?<!(?![${unjoined}\\p{Script=Inherited}])[\\p{L}\\p{M}]|[\\u064b-\\u0655\\u0670\\p{Extended_Pictographic}\\p{Emoji_Modifier}]|\\p{Extended_Pictographic}\\ufe0f)[\\u200c\\u200d]`,
    `(?<!(?!${ignored})[^\\p{White_Space}])[${variation}]`
  ].join("|"),
  "gu"
)

const marks = "\\p{Mn}\\p{Me}\\u302e\\u302f\\u{1d165}\\u{1d166}\\u{1d16d}-\\u{1d172}"
/** Marks that stand above or below a letter, and with them what is ignored between them: it would hide how many there are. */
const stack = new RegExp(`(?:(?!${ignored})[${marks}]${ignored}*){${Limits.nameMarksMax}}`, "u").source
const highStack = new RegExp(`(${stack})(?:${ignored}*[${marks}])+`, "gu")

/** Marks that are part of a letter count as those that stand beside it. */
const lowered = (name: string): string => {
  const apart = name.normalize("NFD")
  const low = apart.replace(highStack, "$1")
  return low === apart ? name : low.normalize("NFC")
}

/** Whether a new name or title is taken. Those from before a rule may break it: see `shownName`. */
export const isName = (text: string, max: number): boolean => shownTextProblem(text, max) === undefined && shownName(text) === text

/** Returns a name as a line shows it: without what is unshown, in place of which a space stands where it ended a line, and without marks beyond the bound. */
export const shownName = (name: string): string => {
  const shown = lowered(name.replace(unshown, (char) => (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(char) ? " " : "")))
  // What stood behind something unshown may be such a thing by now.
  return shown === name ? name : shownName(shown)
}
