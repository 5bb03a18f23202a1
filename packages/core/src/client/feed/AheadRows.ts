/**
 * Rows of the outbox that were accepted before their place in the stream came: shown until it does. Plain. Bound:
 * `aheadMax`, the oldest go first.
 */
import type { LogEvent } from "../../domain/Event.ts"
import type { CommandId, ConversationId } from "../../domain/Ids.ts"
import type { Outbox } from "../outbox/Outbox.ts"
import type { OutboxBody, OutboxRow } from "../outbox/OutboxRow.ts"
import type { Feed } from "./Feed.ts"
import { eventOf } from "./FeedView.ts"
import type { LogFrame } from "./LogCursor.ts"
import { holdsSeq } from "./SeqRanges.ts"

const aheadMax = 1_000

export class AheadRows {
  readonly #rows = new Map<CommandId, { readonly seq: number; readonly row: OutboxRow }>()

  row(id: CommandId): OutboxRow | undefined {
    return this.#rows.get(id)?.row
  }

  of(conversationId: ConversationId): ReadonlyArray<OutboxRow> {
    if (this.#rows.size === 0) return []
    return [...this.#rows.values()].filter(({ row }) => row.conversationId === conversationId).map(({ row }) => row)
  }

  keep(seq: number, row: OutboxRow): void {
    this.#rows.set(row.id, { seq, row })
    if (this.#rows.size > aheadMax) for (const oldest of this.#rows.keys()) return void this.#rows.delete(oldest)
  }

  /**
   * An answer to an own command: it may stand for the event. What the stream still has to bring is shown until then.
   */
  accepted(
    feed: Feed,
    frame: Extract<LogFrame, { readonly op: "accepted" }>,
    outbox: Outbox,
    isOpen: boolean
  ): ReadonlyArray<LogEvent> {
    const row = outbox.row(frame.id)
    const own = row?.conversationId === frame.conversationId ? row : this.row(frame.id)
    const through = feed.accepted(
      frame.seq,
      own === undefined ? undefined : eventOf(own, frame.seq, frame.at, feed.viewer)
    )
    const settled = outbox.accepted(frame.conversationId, frame.id)
    // Where nobody looks, what is below the cursor is read when it is opened. Let go again at once if its place has
    // come.
    const isShown = frame.seq > feed.cursor || isOpen
    if (settled !== undefined && settled.state !== "withdrawn" && isShown) this.keep(frame.seq, settled)
    return through
  }

  /** Lets those go whose place has come: what is held, or the gap there, stands for them now. */
  settle(feed: Feed): void {
    for (const [id, { row, seq }] of this.#rows)
      if (row.conversationId === feed.conversationId && (feed.holds(id) || hasCome(feed, row.body, seq)))
        this.#rows.delete(id)
  }

  /** Nothing of this conversation is shown any more. */
  forget(conversationId: ConversationId): void {
    for (const [id, { row }] of this.#rows) if (row.conversationId === conversationId) this.#rows.delete(id)
  }

  clear(): void {
    this.#rows.clear()
  }
}

/**
 * A change is part of its target once that is right as of the change; a post in a gap at the end is shown until the
 * newest rows, which are read next, have come.
 */
const hasCome = (feed: Feed, body: OutboxBody, seq: number): boolean => {
  if (seq > feed.cursor) return false
  if (body.kind !== "post") return !holdsSeq(feed.stale, body.target)
  return !feed.gaps.some((gap) => gap.from <= seq && gap.to >= feed.cursor)
}
