/**
 * What somebody typed as a title or a person's name, as the server takes one: in one line without control characters. A tab, as between two cells of a
 * table, looks like a space in a field: it becomes one.
 */
export const typedName = (text: string): string => text.replace(/\p{Cc}+/gu, " ").trim()
