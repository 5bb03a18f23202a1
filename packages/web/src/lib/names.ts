/**
 * Prepares a name or a title for use in a sentence, so that it changes the writing direction of nothing but itself.
 * Pure.
 */
import { isTurned, shownName } from "@hibiki/core/domain/NameRules"

/**
 * Leaves all other names as they are, so that users can copy and find them. Both languages of the page run from left to
 * right, where isolating these names changes nothing.
 */
export const isolated = (name: string): string => {
  const plain = shownName(name)
  return isTurned(plain) ? `\u2068${plain}\u2069` : plain
}

/**
 * Returns a typed title or a person's name as the server accepts it. A tab, as between two cells of a table, looks like
 * a space in a field, so it becomes one.
 */
export const typedName = (text: string): string => shownName(text.replace(/\p{Cc}+/gu, " ")).trim()
