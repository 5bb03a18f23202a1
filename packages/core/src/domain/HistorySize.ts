/** How much one answer of history brings. The store's queries go by the same numbers. */
import type { MessageRow } from "./MessageRow.ts"

/**
 * Bytes of the rows on one side of the place that was asked for; an answer around a place has two. It stands far above
 * the heaviest row, so that there is always one where there are any. A store that answers one question at a time
 * (PGlite) works for such a side for some 5 ms, and everybody else's messages wait for no longer.
 */
export const sideBytes = 131_072

/**
 * UTF-8 bytes of the texts that a search looks at in one step, for the same reason. It stands above the longest text,
 * too.
 */
export const textsBytes = 65_536

/** What a row has besides its text, at most: its other fields, and one of its users and of its reactions. */
export const rowParts = { fields: 300, user: 40, reaction: 150 } as const

/** Not less than its bytes as JSON, which are up to six for a character. */
export const rowWeight = ({ reactions = [], text, title, userIds = [] }: MessageRow): number =>
  rowParts.fields +
  new TextEncoder().encode(JSON.stringify(text ?? title ?? "")).length +
  rowParts.user * userIds.length +
  rowParts.reaction * reactions.length

/** How many of these rows, the nearest first, one side of an answer brings. */
export const rowsThatFit = (rows: ReadonlyArray<MessageRow>): number => {
  let bytes = 0
  const end = rows.findIndex((row) => {
    bytes += rowWeight(row)
    return bytes > sideBytes
  })
  return end < 0 ? rows.length : end
}
