/** Tables that travel as a snapshot and then as changes: the difference of two tables, and its application. */

/** A row with a name of its own in its table. */
export interface Keyed {
  readonly key: string
}

/** What turns one table into the next. `order` lists all keys, if appending the new rows does not give the order. */
export interface RowChanges<Row extends Keyed> {
  /** New rows and changed ones. */
  readonly rows: ReadonlyArray<Row>
  /** Keys of rows that are no longer in the table. */
  readonly gone: ReadonlyArray<string>
  readonly order: ReadonlyArray<string> | undefined
}

/** Returns the changes from `before` to `after`. `isSame` compares two rows of the same key. */
export const changesBetween = <Row extends Keyed>(
  before: ReadonlyArray<Row>,
  after: ReadonlyArray<Row>,
  isSame: (a: Row, b: Row) => boolean
): RowChanges<Row> => {
  const earlier = new Map(before.map((row) => [row.key, row]))
  const keys = new Set(after.map(({ key }) => key))
  const gone = before.flatMap(({ key }) => (keys.has(key) ? [] : [key]))
  const rows = after.filter((row) => {
    const known = earlier.get(row.key)
    return known === undefined || !isSame(known, row)
  })
  const appended = applyChanges(before, { rows, gone, order: undefined })
  const isInOrder = appended.every(({ key }, at) => key === after[at]?.key)
  return { rows, gone, order: isInOrder ? undefined : [...keys] }
}

/** Returns the table after the changes. Ignores a key in `order` that has no row. */
export const applyChanges = <Row extends Keyed>(
  before: ReadonlyArray<Row>,
  { gone, order, rows }: RowChanges<Row>
): ReadonlyArray<Row> => {
  const table = new Map(before.map((row) => [row.key, row]))
  for (const key of gone) table.delete(key)
  for (const row of rows) table.set(row.key, row)
  if (order === undefined) return [...table.values()]
  return order.flatMap((key) => {
    const row = table.get(key)
    return row === undefined ? [] : [row]
  })
}
