/** The rule for reactions: one emoji, as people see it, in its one canonical spelling. */
import { Limits } from "./Limits.ts"
import { codePoints } from "./TextRules.ts"

/**
 * One part of an emoji, by the pattern of UTS #51: a flag, a keycap, or a picture with its variation, skin tone and
 * tags. Extended_Pictographic includes code points that have no picture yet, so a new Unicode version's emoji passes if
 * it stands alone.
 */
const part =
  /^(?:(?<flag>\p{Regional_Indicator}{2})|(?<key>[0-9#*])\ufe0f?\u20e3|(?<picture>\p{Extended_Pictographic}|\p{Emoji_Modifier})[\ufe0e\ufe0f]?(?<tone>\p{Emoji_Modifier}?)\ufe0f?(?<tags>(?:[\u{e0020}-\u{e007e}]+\u{e007f})?))$/u

/** Flags that look the same as the flags of the countries to which these places belong. */
const sameFlags: Readonly<Record<string, string>> = {
  "🇺🇲": "🇺🇸",
  "🇧🇻": "🇳🇴",
  "🇸🇯": "🇳🇴",
  "🇭🇲": "🇦🇺",
  "🇲🇫": "🇫🇷",
  "🇨🇵": "🇫🇷",
  "🇪🇦": "🇪🇸",
  "🇩🇬": "🇮🇴"
}

/**
 * A flag of regular expressions that browsers know since 2023. As a literal, it would keep an older browser from
 * parsing this file.
 */
const ofSets: string = "v"
/**
 * Everything that Unicode recommends to draw as one picture. Undefined in an older browser: there the server's answer
 * counts.
 */
const drawn = ((): RegExp | undefined => {
  try {
    return new RegExp("^\\p{RGI_Emoji}$", ofSets)
  } catch {
    return undefined
  }
})()

/**
 * Returns the canonical spelling of the typed emoji, or undefined if the text is none. Spellings that look alike are
 * one: with and without a variation selector, and flags with the same picture. Parts joined by U+200D, tones, tags and
 * letters of flags are allowed if Unicode recommends to draw them as one picture: any others look like their first part
 * to some readers. A picture that this program does not know yet is allowed only alone.
 */
export const oneEmoji = (typed: string): string | undefined => {
  if (codePoints(typed, Limits.emojiMax) > Limits.emojiMax) return undefined
  const parts = typed.split("\u200d").map(spelledPart)
  if (!parts.every((each) => each !== undefined)) return undefined
  const emoji = parts.join("\u200d")
  const isSimple = /^\P{Regional_Indicator}\ufe0f?$/u.test(emoji)
  return isSimple || drawn === undefined || drawn.test(emoji) ? emoji : undefined
}

/** Whether the text is one emoji in its canonical spelling. */
export const isOneEmoji = (text: string): boolean => oneEmoji(text) === text

const spelledPart = (text: string): string | undefined => {
  const { flag, key, picture, tags = "", tone = "" } = part.exec(text)?.groups ?? {}
  if (flag !== undefined) return sameFlags[flag] ?? flag
  if (key !== undefined) return `${key}\ufe0f\u20e3`
  if (picture === undefined) return undefined
  // A picture that is drawn as a letter by default needs a selector to be an emoji, unless it has a tone.
  const isText = tone === "" && /^\p{Emoji}$/u.test(picture) && !/^\p{Emoji_Presentation}$/u.test(picture)
  return picture + (isText ? "\ufe0f" : tone) + tags
}
