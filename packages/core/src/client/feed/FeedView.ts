/** The view of a conversation: rows with this device's requested changes, gaps, and its own pending posts. Plain. */
import type { LogEvent } from "../../domain/Event.ts"
import type { CommandId, ConversationId, Epoch, UserId } from "../../domain/Ids.ts"
import type { MessageRow } from "../../domain/MessageRow.ts"
import { applyChange } from "../../domain/RowRules.ts"
import type { Outbox } from "../outbox/Outbox.ts"
import type { OutboxBody, OutboxRow, OutboxRowState } from "../outbox/OutboxRow.ts"
import type { Unkept } from "../outbox/OutboxTable.ts"
import type { Feed } from "./Feed.ts"
import { type FeedEntry, holdsSeq, placeOfRow } from "./FeedRows.ts"
import type { LogFrame } from "./LogCursor.ts"

/** A row's entry is the same object in the next view until its row, `stale` or `changing` differs. */
export type ShownEntry = FeedEntry

/** A post of this device that has no row yet. */
export interface PendingPost {
  readonly id: CommandId
  readonly at: number
  readonly text: string
  readonly replyTo?: number | undefined
  /** `stored`: accepted, but its place in the stream is still to come. */
  readonly state: OutboxRowState | "stored"
  readonly code?: string | undefined
  /** It was sent, and its answer was lost or the socket closed before one came: it may be stored. */
  readonly unanswered: boolean
  /** A crash now would lose it: it is not written yet, or the store refused it. Undefined: the store holds it. */
  readonly unkept?: Unkept | undefined
}

export interface FeedView {
  readonly conversationId: ConversationId
  /** Changes whenever anything in the view changes. */
  readonly version: number
  /** The epoch of the numbers here: in another one a number names another message. Null: unknown. */
  readonly epoch: Epoch | null
  readonly cursor: number
  readonly entries: ReadonlyArray<ShownEntry>
  readonly pending: ReadonlyArray<PendingPost>
  /** Edits, deletes and reactions that were finally refused. */
  readonly failed: ReadonlyArray<OutboxRow>
}

/** The log event of an accepted command of the viewer. */
const eventOf = ({ body, id }: OutboxRow, seq: number, at: number, by: UserId): LogEvent => {
  const base = { seq, id, by, at }
  switch (body.kind) {
    case "post":
      return body.replyTo === undefined
        ? { ...base, kind: "posted", text: body.text }
        : { ...base, kind: "posted", text: body.text, replyTo: body.replyTo }
    case "edit":
      return { ...base, kind: "edited", target: body.target, text: body.text }
    case "delete":
      return { ...base, kind: "deleted", target: body.target }
    case "react":
      return { ...base, kind: body.on ? "reacted" : "unreacted", target: body.target, emoji: body.emoji }
  }
}

/** `stored`: outbox rows that were accepted ahead of the stream. */
export const viewOf = (
  feed: Feed,
  rows: ReadonlyArray<OutboxRow>,
  stored: ReadonlyArray<OutboxRow>,
  unanswered: boolean,
  version: number,
  epoch: Epoch | null = null,
  unkept: (id: CommandId) => Unkept | undefined = () => undefined
): FeedView => {
  const pending = [
    ...stored.flatMap((row) => pendingPost(feed, row, "stored", false)),
    ...rows.flatMap((row) => pendingPost(feed, row, row.state, unanswered && row.state === "sent", unkept(row.id)))
  ]
  const failed = rows.filter((row) => row.state === "failed" && row.body.kind !== "post")
  const entries = withOwnChanges(feed.timeline(), [...stored, ...rows], feed.viewer)
  return { conversationId: feed.conversationId, version, epoch, cursor: feed.cursor, entries, pending, failed }
}

const posts = new WeakMap<OutboxRow, PendingPost>()

const pendingPost = (
  feed: Feed,
  row: OutboxRow,
  state: PendingPost["state"],
  unanswered: boolean,
  unkept?: Unkept
): ReadonlyArray<PendingPost> => {
  if (row.body.kind !== "post" || feed.holds(row.id)) return []
  const before = posts.get(row)
  if (before?.state === state && before.unanswered === unanswered && before.unkept === unkept) return [before]
  const { at, code, id } = row
  const post: PendingPost = { id, at, text: row.body.text, replyTo: row.body.replyTo, state, code, unanswered, unkept }
  posts.set(row, post)
  return [post]
}

const withOwnChanges = (
  entries: ReadonlyArray<ShownEntry>,
  rows: ReadonlyArray<OutboxRow>,
  viewer: UserId
): ReadonlyArray<ShownEntry> => {
  const changes = new Map<number, Array<OutboxRow>>()
  for (const row of rows) {
    if (row.body.kind === "post" || row.state === "failed") continue
    const ofTarget = changes.get(row.body.target)
    if (ofTarget === undefined) changes.set(row.body.target, [row])
    else ofTarget.push(row)
  }
  if (changes.size === 0) return entries
  const changed = entries.slice()
  for (const [target, own] of changes) {
    const at = placeOfRow(entries, target)
    const entry = at === undefined ? undefined : entries[at]
    if (at !== undefined && entry?._tag === "row") changed[at] = changingEntry(entry, own, viewer)
  }
  return changed
}

const changing = new WeakMap<ShownEntry, { readonly by: ReadonlyArray<OutboxRow>; readonly entry: ShownEntry }>()

const changingEntry = (
  entry: Extract<ShownEntry, { _tag: "row" }>,
  by: ReadonlyArray<OutboxRow>,
  viewer: UserId
): ShownEntry => {
  const before = changing.get(entry)
  if (before?.by.length === by.length && before.by.every((row, i) => row.id === by[i]?.id && row.body === by[i].body))
    return before.entry
  const made: ShownEntry = { ...entry, row: withChanges(entry.row, by, viewer), changing: true }
  changing.set(entry, { by, entry: made })
  return made
}

/** The row as it will be when these changes are stored; its `rev` stays that of the log. */
const withChanges = (row: MessageRow, changes: ReadonlyArray<OutboxRow>, viewer: UserId): MessageRow => {
  let shown = row
  for (const change of changes)
    shown = {
      ...applyChange({ ...shown, rev: 0 }, eventOf(change, row.rev + 1, change.at, viewer), viewer),
      rev: row.rev
    }
  return shown
}

const aheadMax = 1_000

/**
 * Outbox rows that were accepted before their place in the stream came: shown until it comes. Plain. Bound: `aheadMax`,
 * the oldest are dropped first.
 */
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
   * Takes an answer to an own command, which may replace the event. If the stream still has to bring the event, the row
   * is shown until then.
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
    // In a conversation that is not open, rows below the cursor are read when it is opened. If the row's place has
    // come, `settle` drops it at once.
    const isShown = frame.seq > feed.cursor || isOpen
    if (settled !== undefined && settled.state !== "withdrawn" && isShown) this.keep(frame.seq, settled)
    return through
  }

  /** Drops the rows whose place has come: the held row, or the gap there, replaces them now. */
  settle(feed: Feed): void {
    for (const [id, { row, seq }] of this.#rows)
      if (row.conversationId === feed.conversationId && (feed.holds(id) || hasCome(feed, row.body, seq)))
        this.#rows.delete(id)
  }

  /** The conversation is no longer shown. */
  forget(conversationId: ConversationId): void {
    for (const [id, { row }] of this.#rows) if (row.conversationId === conversationId) this.#rows.delete(id)
  }

  clear(): void {
    this.#rows.clear()
  }
}

/**
 * A change is part of its target once the target is right as of the change. A post in a gap at the end is shown until
 * the newest rows, which are read next, have come.
 */
const hasCome = (feed: Feed, body: OutboxBody, seq: number): boolean => {
  if (seq > feed.cursor) return false
  if (body.kind !== "post") return !holdsSeq(feed.stale, body.target)
  return !feed.gaps.some((gap) => gap.from <= seq && gap.to >= feed.cursor)
}
