/** What may be a reaction. */
import { Limits } from "@hibiki/core/domain/Limits"
import { codePoints } from "@hibiki/core/domain/TextRules"

/** One emoji, as people see it: joined sequences and flags are one. */
export const isOneEmoji = (text: string): boolean => {
  if (codePoints(text, Limits.emojiMax) > Limits.emojiMax) return false
  const [first, ...more] = new Intl.Segmenter().segment(text)
  return (
    first !== undefined && more.length === 0 && /\p{Extended_Pictographic}|\p{Regional_Indicator}{2}|^[0-9#*]\ufe0f?\u20e3$/u.test(text)
  )
}
