/**
 * A device's place in one log: passes events on once and in order, buffers those behind a hole, and names the range to
 * request again. Bound: `heldMax` events behind a hole; above it the farthest are dropped, and requested later.
 */
import type { LogEvent } from "../../domain/Event.ts"
import type { ConversationId } from "../../domain/Ids.ts"
import { Limits } from "../../domain/Limits.ts"
import type { CursorPair } from "../../protocol/ClientFrame.ts"
import type { ServerFrame } from "../../protocol/ServerFrame.ts"
import { askedDelay } from "../connection/ClientTime.ts"

/** The frames about a log. */
export type LogFrame = Extract<ServerFrame, { readonly op: "events" | "accepted" | "behind" | "withheld" | "reset" }>

export interface SeqRange {
  readonly from: number
  /** Inclusive. */
  readonly to: number
}

export const heldMax = 1_000

export class LogCursor {
  /** Everything up to here was passed on, withheld or jumped over; undefined while the place is unknown. */
  #at: number | undefined
  /** Events up to here may be acknowledged on this socket. */
  #acknowledgeable = 0
  /** The server reported events up to here outside of its stream, so its own place may be lower. */
  #toldAside = 0
  /** The highest seq known to exist. */
  #known = 0
  readonly #held = new Map<number, LogEvent>()
  #withheld: Array<SeqRange> = []

  get at(): number | undefined {
    return this.#at
  }

  /** The next place of the stream, as far as it is known; undefined while the stream has stated none. */
  get next(): number | undefined {
    return this.#at === undefined ? undefined : Math.max(this.#at, this.#known) + 1
  }

  /** 0 when there is nothing to acknowledge. Never above what the server's stream sent. */
  get acknowledgeable(): number {
    return this.#acknowledgeable
  }

  /** Starts here if the log has no place yet. */
  placeAt(seq: number): boolean {
    if (this.#at !== undefined) return false
    this.#at = seq
    return true
  }

  /** Returns the events that follow now, in order. A log without a place takes the place of the first. */
  take(events: ReadonlyArray<LogEvent>): ReadonlyArray<LogEvent> {
    const first = events[0]
    if (first === undefined) return events
    this.placeAt(first.seq - 1)
    const through: Array<LogEvent> = []
    for (const event of events) {
      const at = this.#at ?? 0
      if (event.seq <= at) continue
      if (event.seq > at + 1) this.#hold(event)
      else {
        this.#pass(event, through)
        if (this.#held.size > 0 || this.#withheld.length > 0) this.#release(through)
      }
    }
    return through
  }

  /** Takes an own event that its answer reported; its place in the stream may still be to come. */
  takeAside(event: LogEvent): ReadonlyArray<LogEvent> {
    this.#toldAside = Math.max(this.#toldAside, event.seq)
    return this.take([event])
  }

  /** An answer reported an own event at the next place without its content. */
  missAside(seq: number): void {
    this.#toldAside = Math.max(this.#toldAside, seq)
    this.#known = Math.max(this.#known, seq)
  }

  /** The range is not for this reader. Returns the events that follow now. */
  withhold(from: number, to: number): ReadonlyArray<LogEvent> {
    this.placeAt(from - 1)
    const at = this.#at ?? 0
    if (to <= at) return []
    this.#known = Math.max(this.#known, to)
    // Ranges come in order; if too many wait behind a hole, the rest are requested again instead.
    if (this.#withheld.length < heldMax) this.#withheld.push({ from, to })
    const through: Array<LogEvent> = []
    this.#release(through)
    return through
  }

  /**
   * The stream goes on above `head`: the range between is jumped over. Returns the events that follow now; the place
   * never goes back.
   */
  jump(head: number): ReadonlyArray<LogEvent> {
    if (this.#at !== undefined && head <= this.#at) return []
    this.#move(head)
    const through: Array<LogEvent> = []
    this.#release(through)
    return through
  }

  /** Like `jump`, when the state at `head` did not come by this socket's stream. */
  jumpAside(head: number): ReadonlyArray<LogEvent> {
    this.#toldAside = Math.max(this.#toldAside, head)
    return this.jump(head)
  }

  /** The log was replaced by another one: its stream goes on above `head`. */
  reset(head: number): void {
    this.#at = head
    this.#acknowledgeable = head
    this.#known = 0
    this.#toldAside = 0
    this.#held.clear()
    this.#withheld = []
  }

  /**
   * Prepares for a new socket, which states its place again, receives everything above it, and acknowledges only that.
   */
  disconnected(): void {
    this.#acknowledgeable = 0
    this.#toldAside = 0
    this.#known = 0
    this.#held.clear()
    this.#withheld = []
  }

  /** Drops all buffered events and ranges, but not the place: they are a hole now. */
  letGo(): void {
    this.#held.clear()
    this.#withheld = []
  }

  /** The range to request again, at most as much as one answer holds. */
  hole(): SeqRange | undefined {
    if (this.#at === undefined || this.#known <= this.#at) return undefined
    const from = this.#at + 1
    let to = Math.min(this.#known, this.#at + Limits.catchUpMax)
    for (const seq of this.#held.keys()) to = Math.min(to, seq - 1)
    for (const range of this.#withheld) to = Math.min(to, range.from - 1)
    return { from, to }
  }

  #hold(event: LogEvent): void {
    this.#known = Math.max(this.#known, event.seq)
    this.#held.set(event.seq, event)
    if (this.#held.size > heldMax) this.#held.delete(Math.max(...this.#held.keys()))
  }

  #pass(event: LogEvent, through: Array<LogEvent>): void {
    this.#move(event.seq)
    through.push(event)
  }

  #move(seq: number): void {
    this.#at = seq
    this.#known = Math.max(this.#known, seq)
    if (seq > this.#toldAside) this.#acknowledgeable = seq
  }

  #release(through: Array<LogEvent>): void {
    for (;;) {
      const at = this.#at ?? 0
      const open = this.#withheld.find((range) => range.from <= at + 1 && range.to > at)
      const event = this.#held.get(at + 1)
      if (open !== undefined) this.#move(open.to)
      else if (event !== undefined) this.#pass(event, through)
      else break
    }
    const at = this.#at ?? 0
    for (const seq of this.#held.keys()) if (seq <= at) this.#held.delete(seq)
    if (this.#withheld.length > 0) this.#withheld = this.#withheld.filter((range) => range.to > at)
  }
}

const askAgainMs = 5_000

/**
 * The pending work on places in logs: ranges to request again, acknowledgements, and cursors to store. Only logs that
 * moved are checked. Plain.
 * Bound: one entry per log. One range of a log is in flight at a time; it is requested again after 5 s, or after the
 * delay that a busy server asked for.
 */
export class CursorBook {
  readonly #holed = new Map<ConversationId, LogCursor>()
  readonly #asked = new Map<ConversationId, { readonly to: number; readonly until: number }>()
  readonly #unacknowledged = new Map<ConversationId, LogCursor>()
  readonly #acknowledged = new Map<ConversationId, number>()
  readonly #moved = new Set<ConversationId>()
  #gone = new Set<ConversationId>()

  /** Reports that the log has taken something in. */
  touch(id: ConversationId, log: LogCursor): void {
    this.#gone.delete(id)
    this.#moved.add(id)
    this.#unacknowledged.set(id, log)
    if (log.hole() !== undefined) this.#holed.set(id, log)
  }

  forget(id: ConversationId): void {
    this.#holed.delete(id)
    this.#asked.delete(id)
    this.#unacknowledged.delete(id)
    this.#acknowledged.delete(id)
    this.#moved.delete(id)
    this.#gone.add(id)
  }

  /** Ranges to request now: at most `most`. */
  takeRanges(now: number, most: number): ReadonlyArray<readonly [ConversationId, SeqRange]> {
    const ranges: Array<readonly [ConversationId, SeqRange]> = []
    for (const [id, log] of this.#holed) {
      if (ranges.length >= most) break
      const hole = log.hole()
      const asked = this.#asked.get(id)
      if (hole === undefined) {
        this.#holed.delete(id)
        this.#asked.delete(id)
      } else if (asked === undefined || hole.from > asked.to || now >= asked.until) {
        this.#asked.set(id, { to: hole.to, until: now + askAgainMs })
        ranges.push([id, hole])
      }
    }
    return ranges
  }

  /** The server did not answer the range of this log: do not request any of it before the delay is over. */
  busy(id: ConversationId, retryAfterMs: number, now: number): void {
    if (this.#asked.has(id))
      this.#asked.set(id, { to: Number.POSITIVE_INFINITY, until: now + askedDelay(retryAfterMs) })
  }

  nextAt(): number | undefined {
    let at: number | undefined
    for (const id of this.#holed.keys()) {
      const due = this.#asked.get(id)?.until ?? 0
      if (at === undefined || due < at) at = due
    }
    return at
  }

  /** Whether there is something for `takeAcknowledgements`. */
  get isUnacknowledged(): boolean {
    return this.#unacknowledged.size > 0
  }

  /** Whether there is something for `takeMoved`. */
  get isMoved(): boolean {
    return this.#moved.size > 0 || this.#gone.size > 0
  }

  /** Places that this socket has not acknowledged yet; those of logs that are not ready come later. */
  takeAcknowledgements(isReady: (id: ConversationId) => boolean): ReadonlyArray<CursorPair> {
    const pairs: Array<CursorPair> = []
    for (const [id, { acknowledgeable }] of this.#unacknowledged) {
      if (!isReady(id)) continue
      this.#unacknowledged.delete(id)
      // A lower place belongs to a log whose numbers start again.
      if (acknowledgeable === (this.#acknowledged.get(id) ?? 0)) continue
      this.#acknowledged.set(id, acknowledgeable)
      pairs.push([id, acknowledgeable])
    }
    return pairs
  }

  /**
   * Logs that took something in, and logs that were dropped, since the last call; those that are not ready come later.
   */
  takeMoved(isReady: (id: ConversationId) => boolean): {
    readonly moved: ReadonlyArray<ConversationId>
    readonly gone: ReadonlyArray<ConversationId>
  } {
    const moved = [...this.#moved].filter((id) => isReady(id))
    const gone = [...this.#gone]
    for (const id of moved) this.#moved.delete(id)
    this.#gone = new Set()
    return { moved, gone }
  }

  /** The store did not take these, so `takeMoved` must return them again. */
  putBack(moved: ReadonlyArray<ConversationId>, gone: ReadonlyArray<ConversationId>): void {
    for (const id of moved) if (!this.#gone.has(id)) this.#moved.add(id)
    for (const id of gone) if (!this.#moved.has(id)) this.#gone.add(id)
  }

  disconnected(): void {
    this.#holed.clear()
    this.#asked.clear()
    this.#unacknowledged.clear()
    this.#acknowledged.clear()
  }

  /** The logs belong to another store now. */
  clear(): void {
    this.disconnected()
    this.#moved.clear()
    this.#gone = new Set()
  }
}
