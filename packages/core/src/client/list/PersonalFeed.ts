/**
 * The user's own state as a device holds it: the conversation list with unread counts, folded from a snapshot, the
 * personal log above it, and the events of the conversations themselves. Plain, without clock or I/O; changed in place,
 * with `version` counting the changes.
 *
 * If events cannot provide something (a count below a place that was never read, a conversation just joined), the
 * client must request it: `takeWanted` names it.
 * Bound: as many conversations as the user has; ConversationState documents the bound of each.
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

/** Personal events stored to bring a snapshot up to the cursor. */
const recentMax = 1_000

export class PersonalFeed {
  readonly log = new LogCursor()
  version = 0
  me: PersonalSnapshot["me"] | undefined
  /** The users whom this user blocks. Replaced, never changed. */
  blocked: ReadonlySet<UserId> = new Set()
  /** Whether the list covers everything that was jumped over in the log. */
  isWhole = true
  /** Counts changes of the device list, which a call reads. */
  devicesVersion = 0
  readonly #states = new Map<ConversationId, ConversationState>()
  #recent: Array<LogEvent> = []
  /** All personal events above it are in `#recent`. */
  #floor = 0
  #snapshotWanted = true
  readonly #wanted = new Set<ConversationId>()
  /** The last received cells, for lines that are still to come. */
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

  /** Whether there is a list to show: a snapshot has arrived. */
  get isKnown(): boolean {
    return this.me !== undefined
  }

  /** The requests to make. Each is returned once, until something makes it necessary again. */
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
   * The numbers of its log or of the personal log start again. The line stays visible until it is read again; then the
   * new reading counts.
   */
  outdate(conversationId: ConversationId): void {
    const state = this.#states.get(conversationId)
    if (state !== undefined) state.isOld = true
  }

  /** Whether the conversation is in the list, or will be after its pending request. */
  knows(conversationId: ConversationId): boolean {
    return this.#states.has(conversationId) || this.#wanted.has(conversationId)
  }

  /**
   * Takes a snapshot, and returns the events that follow now. If the snapshot is too old to be brought up to the
   * cursor, requests it again and returns undefined.
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
    // Lines from before the user's handle was known may lack some mentions.
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

  /** Takes one line, requested when the cursor stood at `askedAt`. */
  summary(summary: ConversationSummary, askedAt: number, countHeld: CountHeld): void {
    if (this.#merge(summary, askedAt, countHeld)) this.#catchUp(summary.conversationId, askedAt)
    this.version++
  }

  /**
   * An answer reports that the conversation is not visible to this user; the request was made when the cursor stood at
   * `askedAt`. False: the user is known to have joined again since, so the answer is outdated, and the line is read
   * again.
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

  /** Takes a frame of the personal log. Returns the events that were new, in order. */
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
   * Takes events of a conversation's log, in order, after its feed took them. `rowAt` gives rows that are right as of
   * now.
   */
  conversationEvents(conversationId: ConversationId, events: ReadonlyArray<LogEvent>, rowAt: RowAt): void {
    const state = this.#states.get(conversationId)
    if (state === undefined || events.length === 0) return
    for (const event of events) state.event(event, rowAt)
    this.#after(state)
  }

  /** The conversation's stream jumped to `head`: its line is read again. */
  conversationJumped(conversationId: ConversationId, head: number): void {
    const state = this.#states.get(conversationId)
    if (state === undefined || state.summary.head >= head) return
    state.jumped(head)
    this.#after(state)
  }

  /** Takes the user's read position there from the server, in any order. */
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
   * Shows everything up to `upTo` as read at once; the server's cell follows. False: nothing changes. Undefined: not
   * known yet, since there is no list.
   */
  readHere(conversationId: ConversationId, upTo: number, countHeld: CountHeld): boolean | undefined {
    if (!this.isKnown) return undefined
    const state = this.#states.get(conversationId)
    if (state === undefined || !state.readHere(upTo, countHeld)) return false
    this.#after(state)
    return true
  }

  /** Applies the personal events of a conversation that came while its line was requested and did not exist. */
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
    // The skipped events may include a change of the devices.
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
        // State of an earlier membership is not valid.
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

  /** True: there was no such line, or only an outdated one. */
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
