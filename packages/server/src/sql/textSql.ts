/**
 * The data of a search, in SQL: the texts of one step, and rows by their places. SearchText matches the texts in the
 * process that reads them.
 */

import { textsBytes } from "@hibiki/core/domain/HistorySize"
import type { ConversationId } from "@hibiki/core/domain/Ids"
import type { MessageRow } from "@hibiki/core/domain/MessageRow"
import type { Place, Texts } from "@hibiki/core/ports/Conversations"
import { readable, rowsWhere } from "./pageSql.ts"
import { type RowTuple, rowFrom } from "./rowTuple.ts"
import { seqNumber } from "./seqNumber.ts"
import { rowKindList, visibleFrom } from "./summarySql.ts"

/** One row; none for a user who is not a member. */
export interface TextsRow {
  readonly texts: ReadonlyArray<readonly [seq: number, text: string]>
  readonly looked: number
  readonly bytes: number
  readonly below: string | number | null
}

/**
 * Takes the user, the conversation, a seq, and the number of rows. The query counts rows before it checks which of them
 * have a text. So it reads no more of a log of deleted messages than of any other. The limit also keeps the query from
 * making each text more than once.
 */
export const textsQuery = `
  select step.texts, step.looked, step.bytes,
    case when exists (select ${rowsWhere("e.seq < coalesce(step.lowest, $3::bigint)")}) then coalesce(step.lowest, $3::bigint) end as below
  from (${readable}) me
  cross join lateral (
    select coalesce(jsonb_agg(jsonb_build_array(w.seq, w.text) order by w.seq desc) filter (where w.text is not null), '[]') as texts,
      count(*)::int as looked, coalesce(max(w.weight), 0)::int as bytes, min(w.seq) as lowest
    from (
      select r.seq, r.text, sum(coalesce(octet_length(r.text), 0)) over (order by r.seq desc) as weight
      from (
        select e.seq, case when e.kind = 'posted' and not e.deleted then coalesce(e.edited_text, e.body->>'text') end as text
        ${rowsWhere("e.seq < $3::bigint")} order by e.seq desc limit $4::int
      ) r
    ) w
    where w.weight <= ${textsBytes}
  ) step`

export const textsOf = ({ below, bytes, looked, texts }: TextsRow): Texts => ({
  texts,
  looked,
  bytes,
  below: below === null ? undefined : seqNumber(below)
})

export interface PlacedRow {
  readonly conversationId: ConversationId
  readonly row: RowTuple
}

/**
 * Takes the user, and the places' conversations and seqs. Each is looked up by itself ("offset 0"), as in `summaries`.
 */
export const rowsAtQuery = `
  select p.id as "conversationId", timeline_row(e, $1::uuid) as row
  from unnest($2::uuid[], $3::bigint[]) with ordinality p(id, seq, n)
  cross join lateral (
    select ${visibleFrom} as visible
    from (select * from memberships where conversation_id = p.id and user_id = $1::uuid offset 0) m
    cross join lateral (select * from conversations where id = p.id offset 0) c
  ) me
  cross join lateral (select * from events where conversation_id = p.id and seq = p.seq offset 0) e
  where e.kind in ${rowKindList} and e.seq >= me.visible
  order by p.n`

export const rowsAtParameters = (
  places: ReadonlyArray<Place>
): readonly [ReadonlyArray<ConversationId>, ReadonlyArray<number>] => [
  places.map(({ conversationId }) => conversationId),
  places.map(({ seq }) => seq)
]

export const placedOf = ({
  conversationId,
  row
}: PlacedRow): { readonly conversationId: ConversationId; readonly row: MessageRow } => ({
  conversationId,
  row: rowFrom(row)
})
