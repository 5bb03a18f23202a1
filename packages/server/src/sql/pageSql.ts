/** History pages in SQL. Each is one statement, so that its rows and its head are of one moment. */

import type { HistoryPage } from "@hibiki/core/domain/Conversation"
import { rowParts, sideBytes } from "@hibiki/core/domain/HistorySize"
import { Limits } from "@hibiki/core/domain/Limits"
import type { PageFrom } from "@hibiki/core/ports/Conversations"
import { type RowTuple, rowFrom } from "./rowTuple.ts"
import { seqNumber } from "./seqNumber.ts"
import { rowKindList, visibleFrom } from "./summarySql.ts"

/** One row; none for a user who is not a member. */
export interface PageRow {
  readonly head: string | number
  readonly moreBefore: boolean
  readonly moreAfter: boolean
  readonly rows: ReadonlyArray<RowTuple>
}

/** The requested log, as its member sees it. */
export const readable = `
  select c.last_seq as head, ${visibleFrom} as visible
  from conversations c join memberships m on m.conversation_id = c.id and m.user_id = $1::uuid
  where c.id = $2::uuid`

/** The rows of the log. */
export const rowsWhere = (condition: string): string =>
  `from events e where e.conversation_id = $2::uuid and e.kind in ${rowKindList} and e.seq >= me.visible and ${condition}`
const hasRow = (condition: string): string => `exists (select ${rowsWhere(condition)})`

/** `rowWeight` of a row as `timeline_row` returns it. */
export const weightOf = (row: string): string => `(${rowParts.fields}
  + octet_length(to_json(coalesce(${row}->>8, ${row}->6->>'text', ${row}->6->>'title', ''))::text)
  + ${rowParts.user} * coalesce(jsonb_array_length(coalesce(${row}->6->'userIds', ${row}->6->'members')), (${row}->6 ? 'userId')::int)
  + ${rowParts.reaction} * case when jsonb_typeof(${row}->10) = 'array' then jsonb_array_length(${row}->10) else 0 end)`

/**
 * Rows from a place on, each with the weight of all up to it, one after the other until they weigh more than
 * `sideBytes`. So no row is made for which the answer has no room. The first line stands at the place itself and is no
 * row.
 */
const walk = (order: "asc" | "desc", from: string, condition: string, limit: string): string => `
  with recursive walked(n, seq, tuple, weight) as (
    select 0, ${from}, null::jsonb, 0
    union all
    select w.n + 1, r.seq, r.tuple, w.weight + ${weightOf("r.tuple")}
    from walked w cross join lateral (
      select e.seq, timeline_row(e, $1::uuid) as tuple
      ${rowsWhere(`e.seq ${order === "asc" ? ">" : "<"} w.seq and ${condition}`)} order by e.seq ${order} limit 1
    ) r
    where w.n < ${limit} and w.weight <= ${sideBytes}
  ) select w.seq, w.tuple, w.weight from walked w where w.n > 0`

/** The rows for which the condition on the event `e` holds. */
const pageWhere = (condition: string): string => `
  select me.head, page.rows,
    ${hasRow(`e.seq < coalesce(page.first, $8::bigint) and ${condition}`)} as "moreBefore",
    ${hasRow(`e.seq > coalesce(page.last, $9::bigint) and ${condition}`)} as "moreAfter"
  from (${readable}) me
  cross join lateral (
    select coalesce(jsonb_agg(w.tuple order by w.seq), '[]') as rows, min(w.seq) as first, max(w.seq) as last
    from (
      (${walk("desc", "$3::bigint", condition, "$4::int")})
      union all
      (select e.seq, timeline_row(e, $1::uuid), 0 ${rowsWhere("e.seq = $5::bigint")})
      union all
      (${walk("asc", "$6::bigint", condition, "$7::int")})
    ) w
    where w.weight <= ${sideBytes}
  ) page`

const [anyPage, pinnedPage] = [pageWhere("true"), pageWhere("e.pinned")]
/** Takes the user, the conversation and the result of `pageParameters`. */
export const pageQuery = ({ _tag }: PageFrom): string => (_tag === "Pinned" ? pinnedPage : anyPage)

/** The number of rows below a seq, at a seq and above a seq; and the place of a page without rows. */
export const pageParameters = (from: PageFrom, limit: number): ReadonlyArray<number | null> => {
  const top = Number.MAX_SAFE_INTEGER
  switch (from._tag) {
    case "Latest":
      return [top, limit, null, top, 0, top, top]
    case "Pinned": {
      const below = from.below ?? top
      return [below, limit, null, top, 0, below, below - 1]
    }
    case "Before":
      return [from.seq, limit, null, top, 0, from.seq, from.seq - 1]
    case "After":
      return [0, 0, null, from.seq, limit, from.seq + 1, from.seq]
    case "Around": {
      const before = Math.floor(limit / 2)
      return [from.seq, before, from.seq, from.seq, limit - before - 1, from.seq, from.seq]
    }
  }
}

/** Takes the user, the conversation, a seq, and the first and last seq of the window. */
export const changedQuery = `
  select me.head, page.rows, false as "moreBefore", page."moreAfter"
  from (${readable}) me
  cross join lateral (
    select coalesce(jsonb_agg(w.tuple order by w.seq) filter (where w.weight <= ${sideBytes}), '[]') as rows,
      coalesce(max(w.weight) > ${sideBytes}, false) as "moreAfter"
    from (${walk("asc", "$4::bigint - 1", "e.seq <= $5::bigint and e.rev > $3::bigint", String(Limits.changedWindow))}) w
  ) page`

export const changedParameters = (asOf: number, from: number, to: number): ReadonlyArray<number> => [
  asOf,
  from,
  Math.min(to, from + Limits.changedWindow - 1)
]

export const pageOf = (row: PageRow): HistoryPage => ({
  rows: row.rows.map(rowFrom),
  asOf: seqNumber(row.head),
  moreBefore: row.moreBefore,
  moreAfter: row.moreAfter
})
