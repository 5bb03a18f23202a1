/** A name or a title as a sentence takes it, so that it turns nothing but itself. Pure. */
import { isTurned, shownName } from "@hibiki/core/domain/NameRules"

/**
 * All other names stay as they are for who copies or looks for them: both languages of the page run from left to right,
 * where isolating them changes nothing.
 */
export const isolated = (name: string): string => {
  const plain = shownName(name)
  return isTurned(plain) ? `\u2068${plain}\u2069` : plain
}

/**
 * What somebody typed as a title or a person's name, as the server takes one. A tab, as between two cells of a table,
 * looks like a space in a field: it becomes one.
 */
export const typedName = (text: string): string => shownName(text.replace(/\p{Cc}+/gu, " ")).trim()
