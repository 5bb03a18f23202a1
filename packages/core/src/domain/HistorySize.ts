/** The bounds of one answer of history. The store's queries use the same numbers. */
import type { MessageRow } from "./MessageRow.ts"

/**
 * Bytes of the rows on one side of the requested place; an answer around a place has two sides. The bound is far above
 * the heaviest row, so that each side has at least one row if any exist. A store that answers one query at a time
 * (PGlite) works about 5 ms for such a side, and other users' messages wait no longer than that.
 */
export const sideBytes = 131_072

/**
 * UTF-8 bytes of the texts that a search examines in one step, for the same reason. The bound is above the longest
 * text, too.
 */
export const textsBytes = 65_536

/** The maximum size of a row besides its text: its other fields, and each of its users and of its reactions. */
export const rowParts = { fields: 300, user: 40, reaction: 150 } as const

/** Returns an upper bound of the row's bytes as JSON, which are up to six for a character. */
export const rowWeight = ({ reactions = [], text, title, userIds = [] }: MessageRow): number =>
  rowParts.fields +
  new TextEncoder().encode(JSON.stringify(text ?? title ?? "")).length +
  rowParts.user * userIds.length +
  rowParts.reaction * reactions.length

/** How many of these rows, nearest first, fit into one side of an answer. */
export const rowsThatFit = (rows: ReadonlyArray<MessageRow>): number => {
  let bytes = 0
  const end = rows.findIndex((row) => {
    bytes += rowWeight(row)
    return bytes > sideBytes
  })
  return end < 0 ? rows.length : end
}
