/**
 * All logs of one device: its conversations' feeds and its personal log, fed by the frames of the socket. Plain,
 * without clock or I/O. Settles the outbox's rows by the events, answers and pages that contain them, and names the
 * requests and acknowledgements to send.
 */
import type { ConversationSummary, HistoryPage, PersonalSnapshot } from "../../domain/Conversation.ts"
import type { LogEvent } from "../../domain/Event.ts"
import type { ConversationId, Epoch, UserId } from "../../domain/Ids.ts"
import type { AnyRow } from "../../domain/MessageRow.ts"
import type { ReadCell } from "../../domain/ReadCell.ts"
import type { CursorPair } from "../../protocol/ClientFrame.ts"
import type { Feed, PagePlace } from "../feed/Feed.ts"
import { FeedTable, OpenFeeds } from "../feed/FeedTable.ts"
import { AheadRows } from "../feed/FeedView.ts"
import type { KeptFeed } from "../feed/KeptFeed.ts"
import { CursorBook, type LogFrame } from "../feed/LogCursor.ts"
import type { CountHeld } from "../list/ConversationState.ts"
import { PersonalFeed } from "../list/PersonalFeed.ts"
import type { Outbox } from "../outbox/Outbox.ts"
import type { OutboxRow } from "../outbox/OutboxRow.ts"
import { KeptFeeds } from "../store/KeptFeeds.ts"

/** A personal log has the id of its user. */
const logOf = (userId: UserId) => userId as string as ConversationId

export class ClientLogs {
  readonly #outbox: Outbox
  readonly #listener: LogListener
  #epoch: Epoch | null = null
  #personal: PersonalFeed | undefined
  readonly #feeds = new FeedTable()
  readonly #ahead = new AheadRows()
  readonly #open = new OpenFeeds()
  readonly #left: LeftConversations
  /** The pending requests, acknowledgements and writes for these logs. */
  readonly book = new CursorBook()
  /** Stored rows that were not read yet, with or without a feed. */
  readonly kept = new KeptFeeds(this.book, this.#feeds)
  #changed = new Set<ConversationId>()
  #listChanged = false

  constructor(outbox: Outbox, listener: LogListener) {
    this.#outbox = outbox
    this.#left = new LeftConversations(this.#feeds, outbox)
    this.#listener = listener
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

  /** Takes the stored cursors. */
  restore(epoch: Epoch | null, cursors: ReadonlyArray<CursorPair>): void {
    this.#epoch = epoch
    this.kept.restore(cursors)
  }

  /** Takes the user and the store's epoch. True: one of them differs from before, so every log was dropped. */
  enter(userId: UserId, epoch: Epoch): boolean {
    const another =
      (this.#epoch !== null && this.#epoch !== epoch) ||
      (this.#personal !== undefined && this.#personal.userId !== userId)
    if (another) {
      for (const id of this.#feeds.ids()) this.#changed.add(id)
      this.#feeds.clear()
      this.kept.clear()
      this.#ahead.clear()
      this.#left.clear()
      this.book.clear()
      this.#personal = undefined
      this.#listChanged = true
    }
    this.#epoch = epoch
    this.#personal ??= new PersonalFeed(userId)
    // The stored cursor of the personal log is of no use: its state comes by snapshot.
    this.kept.forget(logOf(userId))
    for (const id of this.#open.ids.keys()) this.#feedOf(id)
    return another
  }

  /** Takes the stored rows of a conversation; undefined: there are none, or they could not be read. */
  restored(conversationId: ConversationId, kept: KeptFeed | undefined): void {
    const feed = this.#feedOf(conversationId)
    if (feed === undefined || !this.kept.has(conversationId)) return
    this.kept.forget(conversationId)
    if (kept !== undefined) feed.restore(kept)
    // Store the changes from before the read from now on.
    this.book.touch(conversationId, feed.log)
    this.#settleRows(feed, kept?.rows ?? [])
  }

  snapshot(snapshot: PersonalSnapshot): void {
    const personal = this.#personal
    const released = personal?.snapshot(snapshot)
    if (personal === undefined || released === undefined) return
    this.#told(released)
    for (const state of personal.conversations()) this.#placed(state.summary)
    // If the list does not know a conversation, the user has left it without an event here.
    for (const id of [...this.#feeds.ids(), ...this.kept.cursors().map(([id]) => id)])
      if (!personal.knows(id)) this.#forget(id)
    this.#listener.listed()
  }

  summary(summary: ConversationSummary, askedAt: number): void {
    this.#personal?.summary(summary, askedAt, this.#countHeld(summary.conversationId))
    // If the user left again while the answer was on its way, there is no line, and nothing to store.
    if (this.#personal?.conversation(summary.conversationId) !== undefined) this.#placed(summary)
    this.#listChanged = true
  }

  /**
   * The conversation is absent or no longer visible to this user, as of when the personal cursor stood at `askedAt`.
   */
  drop(conversationId: ConversationId, askedAt: number): void {
    if (this.#personal?.gone(conversationId, askedAt) !== false) this.#forget(conversationId)
  }

  page(conversationId: ConversationId, page: HistoryPage, place: PagePlace): void {
    this.#answered(conversationId, page, (feed) => feed.page(page, place))
  }

  changedSince(conversationId: ConversationId, answer: HistoryPage, since: number, from: number, to: number): void {
    this.#answered(conversationId, answer, (feed) => feed.changed(answer, since, from, to))
  }

  frame(frame: LogFrame): void {
    const personal = this.#personal
    if (personal === undefined) return
    const { conversationId } = frame
    if (conversationId === logOf(personal.userId)) {
      this.#told(personal.frame(frame))
      return this.book.touch(conversationId, personal.log)
    }
    const feed =
      this.#feeds.get(conversationId) ?? (this.#left.has(conversationId) ? undefined : this.#feedOf(conversationId))
    if (feed === undefined) return this.#left.frame(personal.userId, frame)
    const events = this.#take(feed, personal, frame)
    for (const event of events) {
      if (event.by === personal.userId) this.#outbox.accepted(conversationId, event.id)
      else if (event.kind === "posted") this.#listener.posted(conversationId, event.by)
    }
    if (events.length > 0)
      personal.conversationEvents(conversationId, events, (seq) => (feed.isHeld(seq, seq) ? feed.row(seq) : undefined))
    this.book.touch(conversationId, feed.log)
    this.kept.want(conversationId)
    this.#ahead.settle(feed)
    this.#open.trim(feed, true)
    this.#changed.add(conversationId)
    this.#listChanged = true
  }

  /** Takes the user's read positions from the server. */
  cells(cells: ReadonlyArray<ReadCell>): void {
    const personal = this.#personal
    if (personal === undefined) return
    for (const cell of cells) {
      personal.cell(cell)
      this.#hearMark(cell.conversationId)
    }
    this.#listChanged = true
  }

  /**
   * The user has read up to a seq. False: no change to send, or no user to send it for. Undefined: not known yet, since
   * there is no list.
   */
  readHere(conversationId: ConversationId, upTo: number): boolean | undefined {
    const told =
      this.#personal === undefined
        ? false
        : this.#personal.readHere(conversationId, upTo, this.#countHeld(conversationId))
    this.#listChanged ||= told !== false
    return told
  }

  /** While a feed is open, the client keeps it complete where the user looks, and drops none of its rows. */
  open(conversationId: ConversationId): void {
    this.#open.open(conversationId)
    this.#feedOf(conversationId)
    this.kept.want(conversationId)
  }

  close(conversationId: ConversationId): void {
    this.#open.close(conversationId)
    const feed = this.#feeds.get(conversationId)
    if (feed === undefined || !this.#open.trim(feed, false)) return
    this.book.touch(conversationId, feed.log)
    this.#changed.add(conversationId)
  }

  get opened(): ReadonlyMap<ConversationId, unknown> {
    return this.#open.ids
  }

  /** Open feeds that are ready to be shown. */
  openFeeds(): ReadonlyArray<Feed> {
    return [...this.#open.ids.keys()].flatMap((id) => (this.kept.has(id) ? [] : (this.#feeds.get(id) ?? [])))
  }

  /** Accepted rows of the conversation that the stream has not reached yet. */
  ahead(conversationId: ConversationId): ReadonlyArray<OutboxRow> {
    return this.#ahead.of(conversationId)
  }

  /** Every place of this device, for hello: the personal one first, because without it everything is read again. */
  cursors(): ReadonlyArray<CursorPair> {
    const [personal, places] = [this.#personal, this.kept.places()]
    return personal?.log.at === undefined ? places : [[logOf(personal.userId), personal.log.at], ...places]
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
    this.#feeds.disconnected()
  }

  #feedOf(conversationId: ConversationId): Feed | undefined {
    const known = this.#feeds.get(conversationId)
    if (known !== undefined || this.#personal === undefined) return known
    const feed = this.#feeds.make(conversationId, this.#personal.userId)
    const kept = this.kept.cursor(conversationId)
    if (kept !== undefined) feed.placeAt(kept)
    return feed
  }

  /** The list has this conversation's head: its feed starts there unless it already has a place. */
  #placed(summary: ConversationSummary): void {
    this.#left.delete(summary.conversationId)
    const isNew = this.#feeds.get(summary.conversationId)?.log.at === undefined
    const feed = this.#feedOf(summary.conversationId)
    if (feed === undefined) return
    feed.placeAt(summary.head)
    if (feed.hide(summary.visibleFrom - 1) || isNew) {
      this.#changed.add(summary.conversationId)
      // Stored rows that were not read yet have not moved.
      if (!this.kept.has(summary.conversationId)) this.book.touch(summary.conversationId, feed.log)
    }
    // The list had no line to take the events that the stream brought since.
    const line = this.#personal?.conversation(summary.conversationId)
    if (line !== undefined && line.summary.head < feed.cursor) this.#personal?.want(summary.conversationId)
    this.#hearMark(summary.conversationId)
  }

  #hearMark(conversationId: ConversationId): void {
    if (this.#personal?.conversation(conversationId)?.takeMarkedAnew() === true)
      this.#listener.markedAnew(conversationId)
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
        if (frame.head < feed.cursor) {
          personal.outdate(frame.conversationId)
          this.#ahead.forget(frame.conversationId)
          this.#listener.forgotten(frame.conversationId)
        }
        this.kept.forget(frame.conversationId)
        feed.reset(frame.head)
        return []
      case "accepted":
        return this.#ahead.accepted(feed, frame, this.#outbox, this.#open.has(frame.conversationId))
    }
  }

  /** Takes the new events of the personal log, in order. */
  #told(events: ReadonlyArray<LogEvent>): void {
    this.#listChanged = true
    for (const event of events) {
      if (event.kind === "removed") this.#forget(event.conversationId)
      if (event.kind === "added") this.#left.delete(event.conversationId)
      if (event.kind === "markedUnread") this.#hearMark(event.conversationId)
    }
  }

  #answered(conversationId: ConversationId, answer: HistoryPage, take: (feed: Feed) => void): void {
    const feed = this.#feeds.get(conversationId)
    if (feed === undefined) return
    take(feed)
    this.book.touch(conversationId, feed.log)
    this.#settleRows(feed, answer.rows)
  }

  #settleRows(feed: Feed, rows: ReadonlyArray<AnyRow>): void {
    for (const row of rows)
      if (row.by === feed.viewer && feed.holds(row.id)) this.#outbox.accepted(feed.conversationId, row.id)
    this.#ahead.settle(feed)
    this.#changed.add(feed.conversationId)
  }

  #forget(conversationId: ConversationId): void {
    this.#left.add(conversationId)
    this.#feeds.forget(conversationId)
    this.#ahead.forget(conversationId)
    this.kept.forget(conversationId)
    this.book.forget(conversationId)
    this.#listener.forgotten(conversationId)
    this.#changed.add(conversationId)
    this.#listChanged = true
  }

  #countHeld(conversationId: ConversationId): CountHeld {
    return (from, to, counts) => this.#feeds.get(conversationId)?.countOthers(from, to, counts)
  }
}

/** Called for each report from the logs of a device, as it comes. */
interface LogListener {
  /** There is a new mark that the user set by hand. */
  readonly markedAnew: (conversationId: ConversationId) => void
  readonly posted: (conversationId: ConversationId, by: UserId) => void
  /** There is a first list, or a newer one. */
  readonly listed: () => void
  /** The conversation's state is no longer valid: it is not visible to this user, or its numbers start again. */
  readonly forgotten: (conversationId: ConversationId) => void
}

/**
 * Conversations that the user has left, as far as is known: further frames of their streams only settle own commands.
 * Plain. Bound: one entry for each left conversation.
 */
class LeftConversations {
  readonly #ids = new Set<ConversationId>()
  readonly #feeds: FeedTable
  readonly #outbox: Outbox

  constructor(feeds: FeedTable, outbox: Outbox) {
    this.#feeds = feeds
    this.#outbox = outbox
  }

  has(id: ConversationId): boolean {
    return this.#ids.has(id)
  }

  add(id: ConversationId): void {
    this.#ids.add(id)
  }

  /** The user joined again. */
  delete(id: ConversationId): void {
    this.#ids.delete(id)
  }

  clear(): void {
    this.#ids.clear()
  }

  /**
   * Takes a late frame, or the first frames of a new membership that is not known yet; in the second case the new feed
   * begins behind them.
   */
  frame(viewer: UserId, frame: LogFrame): void {
    const { conversationId } = frame
    switch (frame.op) {
      case "events":
        for (const event of frame.events) if (event.by === viewer) this.#outbox.accepted(conversationId, event.id)
        return this.#feeds.moved(conversationId, frame.events.at(-1)?.seq ?? 0, false)
      case "withheld":
        return this.#feeds.moved(conversationId, frame.to, false)
      case "behind":
        return this.#feeds.moved(conversationId, frame.head, false)
      case "reset":
        return this.#feeds.reset(conversationId, frame.head)
      case "accepted":
        this.#outbox.accepted(conversationId, frame.id)
        return this.#feeds.moved(conversationId, frame.seq, true)
    }
  }
}
