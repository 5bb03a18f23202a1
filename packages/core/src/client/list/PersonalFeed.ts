/**
 * The user's own state as a device holds it: the conversation list with unread counts, folded from a snapshot, the
 * personal log above it, and the events of the conversations themselves. Plain, without clock or I/O; changed in place,
 * with `version` counting the changes.
 *
 * What can't be known from events (a count below a place that was never read, a conversation just joined) is asked for:
 * `takeWanted` names it.
 * Bound: as many conversations as the user has; ConversationState says what each keeps.
 */
import type { ConversationSummary, PersonalSnapshot } from "../../domain/Conversation.ts"
import type { LogEvent } from "../../domain/Event.ts"
import type { ConversationId, UserId } from "../../domain/Ids.ts"
import { isMentioned } from "../../domain/Mentions.ts"
import { laterCell, type ReadCell } from "../../domain/ReadCell.ts"
import { LogCursor, type LogFrame } from "../feed/LogCursor.ts"
import { ConversationState, type CountHeld, type Mentions, type RowAt } from "./ConversationState.ts"

export interface Wanted {
  readonly snapshot: boolean
  readonly conversations: ReadonlyArray<ConversationId>
}

/** Personal events kept to bring a snapshot up to the cursor. */
const recentMax = 1_000

export class PersonalFeed {
  readonly log = new LogCursor()
  version = 0
  me: PersonalSnapshot["me"] | undefined
  /** Whom the user blocks. Replaced, never changed. */
  blocked: ReadonlySet<UserId> = new Set()
  /** The list tells of everything that was jumped over in the log. */
  isWhole = true
  /** Counts changes of the device list, which is asked for by a call. */
  devicesVersion = 0
  readonly #states = new Map<ConversationId, ConversationState>()
  #recent: Array<LogEvent> = []
  /** All personal events above it are in `#recent`. */
  #floor = 0
  #snapshotWanted = true
  readonly #wanted = new Set<ConversationId>()
  /** As they were last heard of, for lines that are still to come. */
  readonly #cells = new Map<ConversationId, ReadCell>()
  readonly #mentionsMe: Mentions = (text) => this.me !== undefined && isMentioned(text, this.me.handle)

  constructor(readonly userId: UserId) {}

  get cursor(): number {
    return this.log.at ?? 0
  }

  conversation(conversationId: ConversationId): ConversationState | undefined {
    return this.#states.get(conversationId)
  }

  conversations(): ReadonlyArray<ConversationState> {
    return [...this.#states.values()]
  }

  /** Whether there is a list to show: a snapshot was taken in. */
  get isKnown(): boolean {
    return this.me !== undefined
  }

  /** What is to be asked for. Each is named once, until something else makes it wanted again. */
  takeWanted(): Wanted {
    const wanted = { snapshot: this.#snapshotWanted, conversations: this.#snapshotWanted ? [] : [...this.#wanted] }
    this.#snapshotWanted = false
    this.#wanted.clear()
    return wanted
  }

  wantSnapshot(): void {
    this.#snapshotWanted = true
  }

  want(conversationId: ConversationId): void {
    this.#wanted.add(conversationId)
  }

  /**
   * Numbers are given anew, those of its log or of the personal one: the line stays shown until it was read anew, and
   * then counts as it was read.
   */
  outdate(conversationId: ConversationId): void {
    const state = this.#states.get(conversationId)
    if (state !== undefined) state.isOld = true
  }

  /** Whether the conversation is in the list, or will be once it was asked for. */
  knows(conversationId: ConversationId): boolean {
    return this.#states.has(conversationId) || this.#wanted.has(conversationId)
  }

  /**
   * Takes a snapshot in, and answers the events that follow now; one that is too old to be brought up to the cursor is
   * asked for again. Undefined: it was not taken.
   */
  snapshot(snapshot: PersonalSnapshot): ReadonlyArray<LogEvent> | undefined {
    if (snapshot.asOf < this.#floor) {
      this.#snapshotWanted = true
      return undefined
    }
    let through: ReadonlyArray<LogEvent> = []
    if (this.log.at === undefined || snapshot.asOf > this.log.at) {
      this.#recent = []
      this.#floor = snapshot.asOf
      this.devicesVersion++
      this.log.placeAt(snapshot.asOf)
      through = this.log.jumpAside(snapshot.asOf)
      for (const event of through) this.#keep(event)
    }
    this.#snapshotWanted = false
    this.isWhole = true
    // Lines from before it was known whom a mention means may lack some.
    if (this.me === undefined) for (const id of this.#states.keys()) this.want(id)
    this.me = snapshot.me
    if (snapshot.blocked !== undefined) this.blocked = new Set(snapshot.blocked)
    const listed = new Set(snapshot.conversations.map((summary) => summary.conversationId))
    for (const id of this.#states.keys()) if (!listed.has(id)) this.#states.delete(id)
    for (const summary of snapshot.conversations) this.#merge(summary, snapshot.asOf, unknownCount)
    for (const event of this.#recent) if (event.seq > snapshot.asOf) this.#fold(event)
    this.version++
    return through
  }

  /** Takes one line in, asked for when the cursor stood at `askedAt`. */
  summary(summary: ConversationSummary, askedAt: number, countHeld: CountHeld): void {
    if (this.#merge(summary, askedAt, countHeld)) this.#catchUp(summary.conversationId, askedAt)
    this.version++
  }

  /**
   * The conversation is not for this user, says an answer asked for when the cursor stood at `askedAt`. False: the user
   * is known to have joined again since, so the answer says nothing of now, and the line is read anew.
   */
  gone(conversationId: ConversationId, askedAt: number): boolean {
    const state = this.#states.get(conversationId)
    if (state !== undefined && state.memberAsOf > askedAt) {
      this.#wanted.add(conversationId)
      return false
    }
    if (this.#states.delete(conversationId)) this.version++
    return true
  }

  /** A frame of the personal log: the events that were new, in order. */
  frame(frame: LogFrame): ReadonlyArray<LogEvent> {
    switch (frame.op) {
      case "events":
        return this.events(frame.events)
      case "withheld":
        return this.withheld(frame.from, frame.to)
      case "behind":
        return this.behind(frame.head)
      case "reset":
        this.reset(frame.head)
        return []
      case "accepted":
        return []
    }
  }

  events(events: ReadonlyArray<LogEvent>): ReadonlyArray<LogEvent> {
    const first = events[0]
    if (first !== undefined && this.log.at === undefined) this.#floor = first.seq - 1
    return this.#applyAll(this.log.take(events))
  }

  withheld(from: number, to: number): ReadonlyArray<LogEvent> {
    if (this.log.at === undefined) this.#floor = from - 1
    return this.#applyAll(this.log.withhold(from, to))
  }

  behind(head: number): ReadonlyArray<LogEvent> {
    if (this.log.at !== undefined && head <= this.log.at) return []
    const through = this.log.jump(head)
    this.#lost(head)
    return this.#applyAll(through)
  }

  reset(head: number): void {
    if (head < this.cursor) {
      for (const id of this.#states.keys()) this.outdate(id)
      this.#cells.clear()
    }
    this.log.reset(head)
    this.#lost(head)
  }

  /**
   * Events of a conversation's log, in order, after its feed took them. `rowAt` gives rows that are right as of now.
   */
  conversationEvents(conversationId: ConversationId, events: ReadonlyArray<LogEvent>, rowAt: RowAt): void {
    const state = this.#states.get(conversationId)
    if (state === undefined || events.length === 0) return
    for (const event of events) state.event(event, rowAt)
    this.#after(state)
  }

  /** The conversation's stream jumped to `head`: its line is read anew. */
  conversationJumped(conversationId: ConversationId, head: number): void {
    const state = this.#states.get(conversationId)
    if (state === undefined || state.summary.head >= head) return
    state.jumped(head)
    this.#after(state)
  }

  /** How far the user has read there, as the server tells, in any order. */
  cell(cell: ReadCell): void {
    const { conversationId } = cell
    const known = this.#cells.get(conversationId)
    this.#cells.set(conversationId, known === undefined ? cell : laterCell(known, cell))
    const state = this.#states.get(conversationId)
    if (state === undefined) return
    state.cell(cell, unknownCount)
    this.#after(state)
  }

  /**
   * Shown as read at once; the server's cell follows. False when nothing changes; undefined: there is no list yet that
   * would say so.
   */
  readHere(conversationId: ConversationId, upTo: number, countHeld: CountHeld): boolean | undefined {
    if (!this.isKnown) return undefined
    const state = this.#states.get(conversationId)
    if (state === undefined || !state.readHere(upTo, countHeld)) return false
    this.#after(state)
    return true
  }

  /** What was told of a conversation while its line was asked for, and there was none to fold it into. */
  #catchUp(conversationId: ConversationId, asOf: number): void {
    if (asOf < this.#floor) this.#wanted.add(conversationId)
    for (const event of this.#recent)
      if (event.seq > asOf && "conversationId" in event && event.conversationId === conversationId) this.#fold(event)
  }

  #lost(floor: number): void {
    this.#recent = []
    this.#floor = floor
    this.#snapshotWanted = true
    this.isWhole = false
    // It may have been told in what was jumped over.
    this.devicesVersion++
    this.version++
  }

  #applyAll(events: ReadonlyArray<LogEvent>): ReadonlyArray<LogEvent> {
    for (const event of events) {
      this.#keep(event)
      this.#fold(event)
    }
    if (events.length > 0) this.version++
    return events
  }

  #keep(event: LogEvent): void {
    this.#recent.push(event)
    if (this.#recent.length > recentMax) this.#floor = this.#recent.shift()?.seq ?? this.#floor
  }

  #fold(event: LogEvent): void {
    switch (event.kind) {
      case "added":
        // Whatever was known of an earlier membership is of no use.
        this.#states.delete(event.conversationId)
        this.#wanted.add(event.conversationId)
        break
      case "removed":
        this.#states.delete(event.conversationId)
        this.#wanted.delete(event.conversationId)
        this.#cells.delete(event.conversationId)
        break
      case "markedUnread":
      case "muted":
      case "favourite": {
        const state = this.#states.get(event.conversationId)
        if (state === undefined) break
        if (event.kind === "markedUnread") state.mark(event.upTo, event.seq)
        else state.flag(event.kind, event.on, event.seq)
        this.#after(state)
        break
      }
      case "profileChanged":
        if (this.me !== undefined) this.me = { ...this.me, displayName: event.displayName }
        break
      case "settingsChanged":
        if (this.me !== undefined) this.me = { ...this.me, invisible: event.invisible }
        break
      case "blocked":
        this.blocked = withOrWithout(this.blocked, event.userId, event.on)
        break
      case "deviceAdded":
      case "deviceRevoked":
        this.devicesVersion++
        break
    }
  }

  /** True: there was no such line, or only one that is of no use. */
  #merge(summary: ConversationSummary, asOf: number, countHeld: CountHeld): boolean {
    const state = this.#states.get(summary.conversationId)
    if (state?.isOld !== false) {
      const made = new ConversationState(summary, asOf, this.userId, this.#mentionsMe)
      this.#states.set(summary.conversationId, made)
      const cell = this.#cells.get(summary.conversationId)
      if (cell !== undefined) made.cell(cell, unknownCount)
      this.#after(made)
      return true
    }
    state.newer(summary, asOf, countHeld)
    this.#after(state)
    return false
  }

  #after(state: ConversationState): void {
    this.version++
    if (state.takeUncertain()) this.#wanted.add(state.conversationId)
  }
}

const unknownCount: CountHeld = () => undefined

const withOrWithout = (before: ReadonlySet<UserId>, userId: UserId, on: boolean): ReadonlySet<UserId> => {
  const users = new Set(before)
  users[on ? "add" : "delete"](userId)
  return users
}
