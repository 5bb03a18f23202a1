/**
 * The newest change events of one log, by which rows that are right as of an earlier seq are brought up to the log's
 * cursor. Bound: `most` given; the oldest go.
 */
import type { LogEvent } from "../../domain/Event.ts"
import type { UserId } from "../../domain/Ids.ts"
import type { MessageRow } from "../../domain/MessageRow.ts"
import { changeKinds } from "../../domain/RowKinds.ts"
import { applyChange } from "../../domain/RowRules.ts"

type ChangeEvent = Extract<LogEvent, { readonly kind: (typeof changeKinds)[number] }>

/** Kinds of later versions may have a target too, and are not folded. */
export const isChange = (event: LogEvent): event is ChangeEvent =>
  (changeKinds as ReadonlyArray<string>).includes(event.kind)

export class RecentChanges {
  readonly #viewer: UserId
  readonly #most: number
  #events: Array<ChangeEvent> = []
  #floor = 0

  constructor(viewer: UserId, most: number) {
    this.#viewer = viewer
    this.#most = most
  }

  /** All changes above it are here: rows that are right as of it, or of a later seq, can be brought up. */
  get floor(): number {
    return this.#floor
  }

  /** Nothing is known of what happened up to here. */
  beginAt(seq: number): void {
    this.#events = []
    this.#floor = seq
  }

  add(event: ChangeEvent): void {
    this.#events.push(event)
    if (this.#events.length > this.#most) this.#floor = this.#events.shift()?.seq ?? this.#floor
  }

  /** The same row when nothing changed it since. */
  bringUp(row: MessageRow, asOf: number): MessageRow {
    const newest = this.#events[this.#events.length - 1]
    if (newest === undefined || newest.seq <= asOf) return row
    let now = row
    for (const event of this.#events) if (event.seq > asOf) now = applyChange(now, event, this.#viewer)
    return now
  }
}
