/**
 * Read cells of many users at once. Gateways ask for these when many sockets connect together, and after they missed an
 * envelope.
 */

import type { ConversationId, UserId } from "@hibiki/core/domain/Ids"
import type { ReadCell } from "@hibiki/core/domain/ReadCell"
import type { ReadCellsOfUsers } from "@hibiki/core/ports/Conversations"
import { seqNumber } from "./seqNumber.ts"

/** One text: rows would cost PGlite and the transfer between threads several times as much. */
export interface CellsRow {
  readonly now: string | number
  readonly users: string
}

type CellTuple = readonly [log: ConversationId, readUpTo: number, markedAt: number | null, markedSeq: number | null]
type UserTuple = readonly [userId: UserId, asOf: number, cells: ReadonlyArray<CellTuple> | null]

// User by user by the index ("offset 0" keeps the planner from joining otherwise). The personal head and the cells are
// of one snapshot: a transaction that moves a cell holds the lock of the personal log.
export const readCellsQuery = `
  select store_now() as now, coalesce(json_agg(json_build_array(a.id, p.last_seq, (
      select json_agg(json_build_array(r.conversation_id, r.read_up_to, r.marked_unread, r.marked_seq))
      from read_cursors r where r.user_id = a.id and r.at >= $2::bigint
    ))), '[]')::text as users
  from (select distinct unnest($1::uuid[]) as id) a
  cross join lateral (select c.last_seq from conversations c where c.id = a.id and c.kind = 'personal' offset 0) p`

/** From the one row, which always exists. */
export const cellsOf = ([row]: ReadonlyArray<CellsRow>): ReadCellsOfUsers => ({
  now: Number(row?.now ?? 0),
  of: new Map(
    (JSON.parse(row?.users ?? "[]") as ReadonlyArray<UserTuple>).map(([userId, asOf, cells]) => [
      userId,
      (cells ?? []).map(cellOf(seqNumber(asOf)))
    ])
  )
})

const cellOf =
  (asOf: number) =>
  ([conversationId, readUpTo, markedAt, markedSeq]: CellTuple): ReadCell => ({
    conversationId,
    asOf,
    readUpTo: seqNumber(readUpTo),
    ...(markedAt === null || markedSeq === null
      ? {}
      : { markedUnreadAt: seqNumber(markedAt), markedSeq: seqNumber(markedSeq) })
  })
