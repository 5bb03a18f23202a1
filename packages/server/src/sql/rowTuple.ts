/** Timeline rows as SQL returns them. */
import type { EventKind } from "@hibiki/core/domain/Event"
import type { MessageRow } from "@hibiki/core/domain/MessageRow"
import { rowOf } from "@hibiki/core/domain/RowRules"
import { eventOf } from "./eventTuple.ts"
import { seqNumber } from "./seqNumber.ts"

/** As `timeline_row` returns it. */
export type RowTuple = readonly [
  seq: number,
  rev: number,
  id: string,
  by: string,
  at: number,
  kind: EventKind,
  body: Readonly<Record<string, unknown>>,
  deleted: boolean,
  editedText: string | null,
  editedAt: number | null,
  reactions: ReadonlyArray<readonly [emoji: string, count: number, mine: boolean]> | null,
  pinned: boolean
]

/** The row as its event made it, with all later changes. */
export const rowFrom = ([
  seq,
  rev,
  id,
  by,
  at,
  kind,
  body,
  ,
  editedText,
  editedAt,
  reactions,
  pinned
]: RowTuple): MessageRow => {
  const row = rowOf(eventOf([seq, id, by, at, kind, body]))
  if (row === undefined) throw new Error(`an event of kind ${kind} is no row`)
  return {
    ...row,
    rev: seqNumber(rev),
    ...(editedText === null ? {} : { text: editedText }),
    ...(editedAt === null ? {} : { editedAt }),
    ...(pinned ? { pinned } : {}),
    ...(reactions === null ? {} : { reactions: reactions.map(([emoji, count, mine]) => ({ emoji, count, mine })) })
  }
}
