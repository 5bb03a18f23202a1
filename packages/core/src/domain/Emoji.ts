/** What may be a reaction: one emoji, as people see it. */
import { Limits } from "./Limits.ts"
import { codePoints } from "./TextRules.ts"

/**
 * One part of an emoji, by the pattern of UTS #51: a flag, a keycap, or a picture with its variation, skin tone and tags. Extended_Pictographic holds code
 * points that have no picture yet, so an emoji of a newer Unicode passes.
 */
const part =
  "(?:\\p{Regional_Indicator}{2}|[0-9#*]\\ufe0f?\\u20e3|(?:\\p{Extended_Pictographic}|\\p{Emoji_Modifier})[\\ufe0e\\ufe0f]?\\p{Emoji_Modifier}?\\ufe0f?(?:[\\u{e0020}-\\u{e007e}]+\\u{e007f})?)"

const oneEmoji = new RegExp(`^${part}(?:\\u200d${part})*$`, "u")

/** Whether the text is one emoji: joined sequences, flags and keycaps are one. */
export const isOneEmoji = (text: string): boolean => codePoints(text, Limits.emojiMax) <= Limits.emojiMax && oneEmoji.test(text)
