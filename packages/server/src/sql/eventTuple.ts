/** Events as SQL returns them: short tuples, since field names repeated a thousand times cost more than the values. */
import type { EventKind, LogEvent } from "@hibiki/core/domain/Event"
import { seqNumber } from "./seqNumber.ts"

/** [seq, id, by, at, kind, the event's own fields]. */
export type EventTuple = readonly [
  seq: number,
  id: string,
  by: string,
  at: number,
  kind: EventKind,
  body: Readonly<Record<string, unknown>>
]

/** The store built its events from checked commands, so nothing is decoded again here. */
export const eventOf = ([seq, id, by, at, kind, body]: EventTuple): LogEvent =>
  ({ seq: seqNumber(seq), id, by, at, kind, ...body }) as LogEvent
