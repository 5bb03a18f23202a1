/** Where keys lead in the timeline: from row to row, and within a row from one button or link to the next. Plain. */

const rowsPerPage = 10

/** Where a key starts to look from a place among so many, and in which direction. */
const starts: Readonly<Record<string, (at: number, count: number) => readonly [from: number, step: 1 | -1]>> = {
  ArrowUp: (at) => [at - 1, -1],
  ArrowDown: (at) => [at + 1, 1],
  PageUp: (at) => [Math.max(0, at - rowsPerPage), 1],
  PageDown: (at, count) => [Math.min(count - 1, at + rowsPerPage), -1],
  Home: () => [0, 1],
  End: (_, count) => [count - 1, -1]
}

/** The place of the next row, or undefined: the key leads nowhere. */
export const nextRow = (
  key: string,
  at: number,
  count: number,
  isRow: (place: number) => boolean
): number | undefined => {
  const start = starts[key]?.(at, count)
  if (start === undefined) return undefined
  const [from, step] = start
  for (let place = from; place >= 0 && place < count; place += step) if (isRow(place)) return place
  return undefined
}

/** The row that comes in the place of one that is gone: the next one, else the one before. */
export const nearestRow = (place: number, count: number, isRow: (place: number) => boolean): number | undefined =>
  nextRow("ArrowDown", place - 1, count, isRow) ?? nextRow("ArrowUp", Math.min(place, count), count, isRow)

export const isRowKey = (key: string): boolean => Object.hasOwn(starts, key)

/** `row`: back out to the row. Undefined: the key keeps its own meaning. */
export const nextWithin = (key: string, shift: boolean, at: number, count: number): number | "row" | undefined => {
  switch (key) {
    case "Escape":
      return "row"
    case "ArrowRight":
      return (at + 1) % count
    case "ArrowLeft":
      return (at - 1 + count) % count
    case "Tab":
      if (shift) return at === 0 ? "row" : at - 1
      return at + 1 < count ? at + 1 : undefined
    default:
      return undefined
  }
}
