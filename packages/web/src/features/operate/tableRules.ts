/** The order of a table's rows, and how fast an actor works. Plain rules. */
import type { ActorsRow } from "@hibiki/core/protocol/rpc/OperateRpcs"
import type { PanelState } from "./panelState.ts"

export interface Sort<Key extends string> {
  readonly key: Key
  readonly descending: boolean
}

/** The next order when a column's heading is pressed: numbers begin with the largest. */
export const nextSort = <Key extends string>(now: Sort<Key>, key: Key, largestFirst: boolean): Sort<Key> =>
  now.key === key ? { key, descending: !now.descending } : { key, descending: largestFirst }

/** Rows without a value come last in both orders; rows of the same value keep their order. */
export const sortedBy = <Row>(
  rows: ReadonlyArray<Row>,
  read: (row: Row) => string | number | undefined,
  descending: boolean,
  compare: (a: string, b: string) => number
): ReadonlyArray<Row> => {
  const sign = descending ? -1 : 1
  return [...rows].sort((a, b) => {
    const [one, other] = [read(a), read(b)]
    if (one === undefined || other === undefined) return Number(one === undefined) - Number(other === undefined)
    return typeof one === "number" && typeof other === "number"
      ? sign * (one - other)
      : sign * compare(String(one), String(other))
  })
}

/** Messages that each actor handled per second between the last two updates, by key. */
export const handledRates = (state: PanelState<ActorsRow>): ReadonlyMap<string, number> => {
  const { before } = state
  const seconds = before === undefined ? 0 : (state.at - before.at) / 1_000
  if (before === undefined || seconds <= 0) return new Map()
  const earlier = new Map(before.rows.map(({ handled, key }) => [key, handled]))
  return new Map(
    state.rows.flatMap(({ handled, key }) => {
      const known = earlier.get(key)
      return known === undefined ? [] : [[key, Math.max(0, handled - known) / seconds] as const]
    })
  )
}
