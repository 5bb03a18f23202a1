import { shownName } from "@hibiki/core/domain/NameRules"

/**
 * What somebody typed as a title or a person's name, as the server takes one. A tab, as between two cells of a table,
 * looks like a space in a field: it becomes one.
 */
export const typedName = (text: string): string => shownName(text.replace(/\p{Cc}+/gu, " ")).trim()
