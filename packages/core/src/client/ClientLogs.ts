/**
 * All logs of one device: its conversations' feeds and its personal one, fed by the frames of the socket. Plain, without clock or I/O.
 * It settles the outbox's rows by the events, answers and pages in which they show, and says what to ask and to acknowledge.
 * Bounds: a feed that is not open keeps `closedRows` rows; accepted rows ahead of the stream are kept up to `aheadMax`, the oldest go first.
 */
import type { ConversationSummary, HistoryPage, PersonalSnapshot } from "../domain/Conversation.ts"
import type { LogEvent } from "../domain/Event.ts"
import type { CommandId, ConversationId, Epoch, UserId } from "../domain/Ids.ts"
import type { CursorPair } from "../protocol/ClientFrame.ts"
import type { ServerFrame } from "../protocol/ServerFrame.ts"
import type { CountHeld } from "./ConversationState.ts"
import { CursorBook } from "./CursorBook.ts"
import { Feed, type PagePlace } from "./Feed.ts"
import { eventOf } from "./FeedView.ts"
import type { Outbox } from "./Outbox.ts"
import type { OutboxRow } from "./OutboxRow.ts"
import { PersonalFeed } from "./PersonalFeed.ts"

const closedRows = 200
const aheadMax = 1_000

export type LogFrame = Extract<ServerFrame, { readonly op: "events" | "accepted" | "behind" | "withheld" | "reset" }>

interface Ahead {
  readonly seq: number
  readonly row: OutboxRow
}

export class ClientLogs {
  readonly #outbox: Outbox
  /** The personal log's events, as they come. */
  readonly #onPersonal: (event: LogEvent) => void
  #epoch: Epoch | null = null
  #personal: PersonalFeed | undefined
  readonly #feeds = new Map<ConversationId, Feed>()
  /** From the store, for logs without a feed yet. */
  #kept = new Map<ConversationId, number>()
  readonly #ahead = new Map<CommandId, Ahead>()
  readonly #open = new Map<ConversationId, number>()
  /** What there is to say about these places. */
  readonly book = new CursorBook()
  #changed = new Set<ConversationId>()
  #listChanged = false

  constructor(outbox: Outbox, onPersonal: (event: LogEvent) => void) {
    this.#outbox = outbox
    this.#onPersonal = onPersonal
  }

  get epoch(): Epoch | null {
    return this.#epoch
  }

  get personal(): PersonalFeed | undefined {
    return this.#personal
  }

  feed(conversationId: ConversationId): Feed | undefined {
    return this.#feeds.get(conversationId)
  }

  /** Takes the cursors that a store kept. */
  restore(epoch: Epoch | null, cursors: ReadonlyArray<CursorPair>): void {
    this.#epoch = epoch
    this.#kept = new Map(cursors)
  }

  /** Who this is and which store it talks to. True: another than before, so that every log was dropped. */
  enter(userId: UserId, epoch: Epoch): boolean {
    const another = (this.#epoch !== null && this.#epoch !== epoch) || (this.#personal !== undefined && this.#personal.userId !== userId)
    if (another) {
      for (const id of this.#feeds.keys()) this.#changed.add(id)
      this.#feeds.clear()
      this.#kept.clear()
      this.#ahead.clear()
      this.book.clear()
      this.#personal = undefined
      this.#listChanged = true
    }
    this.#epoch = epoch
    this.#personal ??= new PersonalFeed(userId)
    // What the store kept of the personal log serves nothing: its state comes by snapshot.
    this.#kept.delete(this.#log(userId))
    for (const id of this.#open.keys()) this.#feedOf(id)
    return another
  }

  snapshot(snapshot: PersonalSnapshot): void {
    const personal = this.#personal
    if (personal === undefined) return
    personal.snapshot(snapshot)
    this.#listChanged = true
    for (const state of personal.conversations()) this.#placed(state.summary)
  }

  summary(summary: ConversationSummary, askedAt: number): void {
    this.#personal?.summary(summary, askedAt, this.#countHeld(summary.conversationId))
    this.#placed(summary)
    this.#listChanged = true
  }

  /** Absent, or not for this user any more. */
  drop(conversationId: ConversationId): void {
    this.#personal?.gone(conversationId)
    this.#forget(conversationId)
  }

  page(conversationId: ConversationId, page: HistoryPage, place: PagePlace): void {
    const feed = this.#feeds.get(conversationId)
    if (feed === undefined) return
    feed.page(page, place)
    this.#settleRows(feed, page)
  }

  changedSince(conversationId: ConversationId, answer: HistoryPage, since: number, from: number, to: number): void {
    const feed = this.#feeds.get(conversationId)
    if (feed === undefined) return
    feed.changed(answer, since, from, to)
    this.#settleRows(feed, answer)
  }

  frame(frame: LogFrame): void {
    const personal = this.#personal
    if (personal === undefined) return
    const { conversationId } = frame
    if (conversationId === this.#log(personal.userId)) return this.#personalFrame(personal, frame)
    const feed = this.#feedOf(conversationId)
    if (feed === undefined) return
    const events = this.#take(feed, personal, frame)
    for (const event of events) if (event.by === personal.userId) this.#outbox.accepted(conversationId, event.id)
    if (events.length > 0) personal.conversationEvents(conversationId, events, (seq) => (feed.isHeld(seq, seq) ? feed.row(seq) : undefined))
    this.book.touch(conversationId, feed.log)
    this.#dropAhead(feed)
    if (feed.size > 2 * closedRows && !this.#open.has(conversationId)) feed.trim(closedRows)
    this.#changed.add(conversationId)
    this.#listChanged = true
  }

  /** The user has read up to a seq. False: nothing to tell. */
  readHere(conversationId: ConversationId, upTo: number): boolean {
    const told = this.#personal?.readHere(conversationId, upTo, this.#countHeld(conversationId)) ?? false
    if (told) this.#listChanged = true
    return told
  }

  /** While it is open a feed is kept whole where the user looks, and keeps its rows. */
  open(conversationId: ConversationId): void {
    this.#open.set(conversationId, (this.#open.get(conversationId) ?? 0) + 1)
    this.#feedOf(conversationId)
  }

  close(conversationId: ConversationId): void {
    const left = (this.#open.get(conversationId) ?? 0) - 1
    if (left > 0) this.#open.set(conversationId, left)
    else this.#open.delete(conversationId)
  }

  openFeeds(): ReadonlyArray<Feed> {
    return [...this.#open.keys()].flatMap((id) => this.#feeds.get(id) ?? [])
  }

  /** Accepted rows of the conversation whose place in the stream is still to come. */
  ahead(conversationId: ConversationId): ReadonlyArray<OutboxRow> {
    if (this.#ahead.size === 0) return []
    return [...this.#ahead.values()].filter(({ row }) => row.conversationId === conversationId).map(({ row }) => row)
  }

  /** Every place that this device holds, for hello. */
  cursors(): ReadonlyArray<CursorPair> {
    const pairs: Array<CursorPair> = [...this.#kept].filter(([id]) => !this.#feeds.has(id))
    for (const [id, feed] of this.#feeds) if (feed.log.at !== undefined) pairs.push([id, feed.log.at])
    const personal = this.#personal
    if (personal?.log.at !== undefined) pairs.push([this.#log(personal.userId), personal.log.at])
    return pairs
  }

  takeChanged(): { readonly feeds: ReadonlySet<ConversationId>; readonly list: boolean } {
    const changed = { feeds: this.#changed, list: this.#listChanged }
    this.#changed = new Set()
    this.#listChanged = false
    return changed
  }

  disconnected(): void {
    this.book.disconnected()
    this.#personal?.log.disconnected()
    for (const feed of this.#feeds.values()) feed.log.disconnected()
  }

  /** A personal log has its user's id. */
  #log(userId: UserId): ConversationId {
    return userId as string as ConversationId
  }

  #feedOf(conversationId: ConversationId): Feed | undefined {
    const known = this.#feeds.get(conversationId)
    if (known !== undefined || this.#personal === undefined) return known
    const feed = new Feed(conversationId, this.#personal.userId)
    const kept = this.#kept.get(conversationId)
    if (kept !== undefined) feed.placeAt(kept)
    this.#kept.delete(conversationId)
    this.#feeds.set(conversationId, feed)
    return feed
  }

  /** The list knows this conversation's head: its feed starts there unless it stands somewhere. */
  #placed(summary: ConversationSummary): void {
    const feed = this.#feedOf(summary.conversationId)
    if (feed === undefined) return
    feed.placeAt(summary.head)
    this.#changed.add(summary.conversationId)
    this.book.touch(summary.conversationId, feed.log)
    // What the stream brought since was given to nobody: there was no line of it in the list.
    const line = this.#personal?.conversation(summary.conversationId)?.summary
    if (line !== undefined && line.head < feed.cursor) this.#personal?.want(summary.conversationId)
  }

  #take(feed: Feed, personal: PersonalFeed, frame: LogFrame): ReadonlyArray<LogEvent> {
    switch (frame.op) {
      case "events":
        return feed.events(frame.events)
      case "withheld":
        return feed.withheld(frame.from, frame.to)
      case "behind":
        personal.conversationJumped(frame.conversationId, frame.head)
        return feed.behind(frame.head)
      case "reset":
        personal.want(frame.conversationId)
        feed.reset(frame.head)
        return []
      case "accepted": {
        const row = this.#outbox.row(frame.id)
        const own = row?.conversationId === frame.conversationId ? row : this.#ahead.get(frame.id)?.row
        const through = feed.accepted(frame.seq, own === undefined ? undefined : eventOf(own, frame.seq, frame.at, personal.userId))
        const settled = this.#outbox.accepted(frame.conversationId, frame.id)
        if (settled !== undefined && settled.state !== "withdrawn" && frame.seq > feed.cursor) this.#keepAhead(frame.seq, settled)
        return through
      }
    }
  }

  #personalFrame(personal: PersonalFeed, frame: LogFrame): void {
    this.#listChanged = true
    for (const event of this.#takePersonal(personal, frame)) {
      if (event.kind === "removed") this.#forget(event.conversationId)
      this.#onPersonal(event)
    }
    this.book.touch(frame.conversationId, personal.log)
  }

  #takePersonal(personal: PersonalFeed, frame: LogFrame): ReadonlyArray<LogEvent> {
    switch (frame.op) {
      case "events":
        return personal.events(frame.events)
      case "withheld":
        return personal.withheld(frame.from, frame.to)
      case "behind":
        return personal.behind(frame.head)
      case "reset":
        personal.reset(frame.head)
        return []
      case "accepted":
        return []
    }
  }

  #settleRows(feed: Feed, page: HistoryPage): void {
    for (const row of page.rows) if (row.by === feed.viewer && feed.holds(row.id)) this.#outbox.accepted(feed.conversationId, row.id)
    this.#dropAhead(feed)
    this.#changed.add(feed.conversationId)
  }

  #keepAhead(seq: number, row: OutboxRow): void {
    this.#ahead.set(row.id, { seq, row })
    if (this.#ahead.size > aheadMax) for (const oldest of this.#ahead.keys()) return void this.#ahead.delete(oldest)
  }

  /** Those whose place has come, as a row or as a change; in a gap they stay shown until it is loaded. */
  #dropAhead(feed: Feed): void {
    if (this.#ahead.size === 0) return
    for (const [id, { row, seq }] of this.#ahead)
      if (row.conversationId === feed.conversationId && (feed.isHeld(seq, seq) || feed.holds(id))) this.#ahead.delete(id)
  }

  #forget(conversationId: ConversationId): void {
    this.#feeds.delete(conversationId)
    this.#kept.delete(conversationId)
    this.book.forget(conversationId)
    this.#changed.add(conversationId)
    this.#listChanged = true
  }

  #countHeld(conversationId: ConversationId): CountHeld {
    return (from, to) => this.#feeds.get(conversationId)?.countOthers(from, to)
  }
}
