/**
 * What is to be said about the places in logs: ranges to ask for again, acknowledgements, and cursors to keep. Only
 * logs that moved are looked at. Plain.
 * Bound: one entry per log; one range of a log is under way at a time, and asked for again after 5 s, or when a server
 * that was busy says so.
 */
import type { ConversationId } from "../../domain/Ids.ts"
import type { CursorPair } from "../../protocol/ClientFrame.ts"
import { askedDelay } from "../connection/askedDelay.ts"
import type { LogCursor, SeqRange } from "./LogCursor.ts"

const askAgainMs = 5_000

export class CursorBook {
  readonly #holed = new Map<ConversationId, LogCursor>()
  readonly #asked = new Map<ConversationId, { readonly to: number; readonly until: number }>()
  readonly #unacknowledged = new Map<ConversationId, LogCursor>()
  readonly #acknowledged = new Map<ConversationId, number>()
  readonly #moved = new Set<ConversationId>()
  #gone = new Set<ConversationId>()

  /** The log took something in. */
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

  /** Ranges to ask for now: at most `most`. */
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

  /** The range of this log was not answered: none of it is asked for before the delay is over. */
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
      // A lower one is that of a log whose numbers are given anew.
      if (acknowledgeable === (this.#acknowledged.get(id) ?? 0)) continue
      this.#acknowledged.set(id, acknowledgeable)
      pairs.push([id, acknowledgeable])
    }
    return pairs
  }

  /**
   * Logs that took something in, and logs that are no more, since the last call; those that are not ready come later.
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

  /** These could not be kept, and are to be told again. */
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

  /** The logs are those of another store. */
  clear(): void {
    this.disconnected()
    this.#moved.clear()
    this.#gone = new Set()
  }
}
