/**
 * One log as a batch sees it: the facts loaded under its lock, the changes of each command decided since, and
 * everything the batch will write to it. Each fact has one copy.
 */
import { type Closed, type ConversationRules, openRules } from "../domain/ConversationRules.ts"
import type { ConversationKind, HistoryRule, LogEvent, Role } from "../domain/Event.ts"
import type { Flag } from "../domain/Flags.ts"
import type { CommandId, ConversationId, DeviceId, UserId } from "../domain/Ids.ts"
import { Limits } from "../domain/Limits.ts"
import type { ReadCell } from "../domain/ReadCell.ts"
import type { RefusalCode } from "../domain/Refusal.ts"
import type { RowKind } from "../domain/RowKinds.ts"
import { slowWaitMs } from "../domain/SlowMode.ts"
import { SmallMap } from "../domain/SmallMap.ts"

/**
 * The log's own row. `members` counts them; `first` is the first seq that is still stored, `head` the last, `lastAt`
 * the time (ms) of the newest event.
 */
export interface LogRow {
  readonly kind: ConversationKind | "personal"
  readonly title: string
  readonly history: HistoryRule
  readonly rules: ConversationRules
  /** Undefined: it is open. */
  readonly closed: Closed | undefined
  readonly members: number
  readonly first: number
  readonly head: number
  readonly lastAt: number
}

export interface Membership {
  readonly role: Role
  /** The seq of the event that started the membership; 0 in a direct conversation. */
  readonly joinedSeq: number
  /** When (ms) a plain member last posted, or joined, in slow mode. */
  readonly postedAt?: number | undefined
}

/** A user's relation to a conversation. A former member may know that it exists. */
export type Standing = Membership | "former" | "stranger"

export interface Cursor {
  readonly readUpTo: number
  /** The unread mark: its place, and the seq of its event in the personal log. */
  readonly mark: { readonly at: number; readonly seq: number } | undefined
  readonly flags: ReadonlySet<Flag>
}

/** Who banned a user, and when (ms). */
export interface Ban {
  readonly by: UserId
  readonly at: number
}

/** A timeline row. */
export interface RowFacts {
  readonly kind: RowKind
  readonly by: UserId
  readonly deleted: boolean
  readonly edits: number
  /** Those of the requested texts that the row has now: at most one, or the text that this batch set. */
  readonly texts: ReadonlySet<string>
  /** Number of users by emoji. */
  readonly reactions: ReadonlyMap<string, number>
}

/**
 * The record under an id. `asked`: the command's body if the event does not contain all of it; false: no command had
 * this id.
 */
export interface StoredEvent {
  readonly event: LogEvent
  readonly asked: object | false | undefined
}

export interface DecidedId {
  readonly by: UserId
  readonly code: RefusalCode
}

export interface NewEvent extends StoredEvent {
  readonly device: DeviceId | null
}

/** The change of an earlier row. `text` and `editedAt` are set together. */
export interface RowChange {
  readonly rev: number
  readonly text?: string
  readonly editedAt?: number
  readonly deleted?: true
  readonly pinned?: boolean
}

/**
 * The writes of a batch to one log. Each entry is the state after the batch, so that one statement can write all
 * entries of a kind.
 */
export interface LogWrites {
  readonly log: ConversationId
  readonly isCreated: boolean
  readonly row: LogRow
  /** Whether the batch changed its title, rules or number of members, or closed it. */
  readonly hasChangedRow: boolean
  /** True for most logs by far: the batch only appended events. */
  readonly hasOnlyEvents: boolean
  readonly events: ReadonlyArray<NewEvent>
  readonly rows: Iterable<readonly [seq: number, RowChange]>
  /** Messages whose text and reactions the store must erase, in the log and in every row. */
  readonly blanked: Iterable<number>
  readonly reactions: ReadonlyArray<{
    readonly seq: number
    readonly emoji: string
    readonly userId: UserId
    readonly on: boolean
  }>
  /** Undefined: the membership ended. */
  readonly members: Iterable<readonly [UserId, Membership | undefined]>
  /** The cursors of those members. A member's cursor is created and deleted with the membership. */
  readonly cursors: Iterable<readonly [UserId, Cursor | undefined]>
  /** Cursors of other members, which only moved. */
  readonly moved: ReadonlyArray<readonly [UserId, Cursor]>
  /** Undefined: the ban ended. */
  readonly bans: Iterable<readonly [UserId, Ban | undefined]>
  readonly decided: Iterable<readonly [CommandId, DecidedId]>
}

/**
 * The time (ms) of the log's next event. It is never below the newest event's time, unless that is ahead by more than a
 * corrected clock explains.
 */
export const nextTime = ({ lastAt }: Pick<LogRow, "lastAt">, now: number): number =>
  lastAt - now > Limits.logLeadMs ? now : Math.max(now, lastAt)

export class LogOverlay {
  readonly id: ConversationId
  #row: LogRow | undefined = undefined
  #isCreated = false
  #hasChangedRow = false
  #isTold = false
  #cellsTold: Set<ConversationId> | undefined
  #owners: number | undefined
  #pins: Set<number> | undefined
  #banCount: number | undefined
  /** Either user of a direct conversation blocks the other. */
  isBlocked = false

  readonly #stored = new SmallMap<CommandId, StoredEvent>()
  readonly #decided = new SmallMap<CommandId, DecidedId>()
  readonly #standings = new SmallMap<UserId, Standing>()
  readonly #cursors = new SmallMap<UserId, Cursor>()
  readonly #rows = new SmallMap<number, RowFacts | undefined>()
  readonly #banned = new SmallMap<UserId, boolean>()
  readonly #reacted = new SmallMap<string, boolean>()

  readonly #events: Array<NewEvent> = []
  readonly #rowChanges = new SmallMap<number, RowChange>()
  readonly #blanked = new SmallMap<number, true>()
  readonly #reactionChanges = new SmallMap<string, LogWrites["reactions"][number]>()
  readonly #memberChanges = new SmallMap<UserId, true>()
  readonly #cursorChanges = new SmallMap<UserId, true>()
  readonly #banChanges = new SmallMap<UserId, Ban | undefined>()
  readonly #newlyDecided = new SmallMap<CommandId, DecidedId>()

  constructor(id: ConversationId) {
    this.id = id
  }

  // The loaded facts. A store calls these before the first decision.

  loadExisting(row: LogRow): void {
    this.#row = row
  }
  loadStored(stored: StoredEvent): void {
    this.#stored.set(stored.event.id, stored)
  }
  loadDecided(id: CommandId, decided: DecidedId): void {
    this.#decided.set(id, decided)
  }
  loadStanding(userId: UserId, standing: Standing): void {
    this.#standings.set(userId, standing)
  }
  loadCursor(userId: UserId, cursor: Cursor): void {
    this.#cursors.set(userId, cursor)
  }
  /** Undefined: there is no such row. */
  loadRow(seq: number, row: RowFacts | undefined): void {
    this.#rows.set(seq, row)
  }
  loadReacted(seq: number, emoji: string, userId: UserId, isSet: boolean): void {
    this.#reacted.set(reactionKey(seq, emoji, userId), isSet)
  }
  loadPins(seqs: Iterable<number>): void {
    this.#pins = new Set(seqs)
  }
  loadOwners(count: number): void {
    this.#owners = count
  }
  loadBan(userId: UserId, isSet: boolean): void {
    this.#banned.set(userId, isSet)
  }
  loadBanCount(count: number): void {
    this.#banCount = count
  }

  // The facts as the batch's earlier commands left them.

  /** Undefined: no such log. */
  get row(): LogRow | undefined {
    return this.#row
  }
  /** The row. Call this only if the log exists. */
  get existing(): LogRow {
    return named(this.#row, "log")
  }
  get kind(): LogRow["kind"] | undefined {
    return this.#row?.kind
  }
  storedUnder(id: CommandId): StoredEvent | undefined {
    return this.#stored.get(id)
  }
  /** A refused stranger's id counts for that stranger alone; to all others the id is unused. */
  decidedUnder(id: CommandId, by: UserId): DecidedId | undefined {
    const before = this.#decided.get(id)
    return before === undefined || before.by === by || before.code !== "not_found" || this.isKnownTo(before.by)
      ? before
      : undefined
  }
  standing(userId: UserId): Standing {
    return named(this.#standings.get(userId), "standing")
  }
  member(userId: UserId): Membership | undefined {
    const standing = this.standing(userId)
    return typeof standing === "string" ? undefined : standing
  }
  /** Whether the user may know that the log exists: it is their own personal log, or they are or were a member. */
  isKnownTo(userId: UserId): boolean {
    return this.id === (userId as string) || this.standing(userId) !== "stranger"
  }
  cursor(userId: UserId): Cursor {
    return named(this.#cursors.get(userId), "cursor")
  }
  /** The pinned messages. */
  get pins(): ReadonlySet<number> {
    return named(this.#pins, "pin")
  }
  isLastOwner(userId: UserId): boolean {
    return this.member(userId)?.role === "owner" && named(this.#owners, "number of owners") === 1
  }
  isBanned(userId: UserId): boolean {
    return named(this.#banned.get(userId), "ban")
  }
  /** The number of bans. */
  get bans(): number {
    return named(this.#banCount, "number of bans")
  }
  /** A row, if the member may see it. */
  visibleRow(userId: UserId, seq: number): RowFacts | undefined {
    if (!this.#rows.has(seq)) throw unnamed("row")
    const member = this.member(userId)
    if (member === undefined) return undefined
    const { first, history } = this.existing
    return seq < Math.max(first, history === "joined" ? member.joinedSeq : 1) ? undefined : this.#rows.get(seq)
  }
  /** A message that is not deleted, if the member may see it. */
  livePost(userId: UserId, seq: number): RowFacts | undefined {
    const row = this.visibleRow(userId, seq)
    return row?.kind === "posted" && !row.deleted ? row : undefined
  }
  /** Whether the rules reserve this for owners and admins, and the member is neither. */
  isKeptFrom(userId: UserId, act: "post" | "add"): boolean {
    return this.existing.rules[act] === "admins" && this.member(userId)?.role === "member"
  }
  /** How long (ms) slow mode makes the member wait; 0: not at all. */
  slowWait(userId: UserId, now: number): number {
    const row = this.existing
    const { slowSeconds } = row.rules
    const member = slowSeconds === 0 ? undefined : this.member(userId)
    return member?.role === "member" ? slowWaitMs(slowSeconds, member.postedAt, nextTime(row, now)) : 0
  }
  hasReacted(seq: number, emoji: string, userId: UserId): boolean {
    return named(this.#reacted.get(reactionKey(seq, emoji, userId)), "reaction")
  }

  // The changes that commands make.

  create(row: Pick<LogRow, "kind" | "title" | "history">): void {
    this.#row = { ...row, rules: openRules, closed: undefined, members: 0, first: 1, head: 0, lastAt: 0 }
    this.#isCreated = true
    this.#hasChangedRow = true
  }
  /**
   * Numbers an event and adds it to the log. It changes the very object that was decided: a copy with more fields costs
   * a third of what a post's decision does.
   */
  append(
    event: object,
    { by, id, now }: { readonly by: UserId; readonly id: CommandId; readonly now: number },
    device: DeviceId | null,
    asked: StoredEvent["asked"]
  ): LogEvent {
    const row = this.existing
    const numbered = event as { -readonly [Field in keyof LogEvent]: LogEvent[Field] }
    numbered.seq = row.head + 1
    numbered.id = id
    numbered.by = by
    numbered.at = nextTime(row, now)
    const stored = { event: numbered as LogEvent, device, asked }
    this.#row = { ...row, head: numbered.seq, lastAt: numbered.at }
    this.#events.push(stored)
    this.#stored.set(id, stored)
    return stored.event
  }
  /** Publishes the log's changes even if there are none: the first publication may have been lost. */
  retell(): void {
    if (this.#row !== undefined) this.#isTold = true
  }
  /** Publishes a read cell to the user's devices. Only for a personal log. */
  tellCell(of: ConversationId): void {
    this.#cellsTold ??= new Set()
    this.#cellsTold.add(of)
    this.retell()
  }
  remember(id: CommandId, decided: DecidedId): void {
    const before = this.#decided.get(id)
    if (before !== undefined && (before.code !== "not_found" || decided.code === "not_found")) return
    this.#decided.set(id, decided)
    this.#newlyDecided.set(id, decided)
  }
  #changeOwnRow(change: Partial<LogRow>): void {
    this.#row = { ...this.existing, ...change }
    this.#hasChangedRow = true
  }
  rename(title: string): void {
    this.#changeOwnRow({ title })
  }
  setRules(rules: ConversationRules): void {
    this.#changeOwnRow({ rules })
  }
  setClosed(closed: Closed | undefined): void {
    this.#changeOwnRow({ closed })
  }
  /** Records the time of a member's post for slow mode. */
  notePost(userId: UserId, at: number): void {
    const member = this.existing.rules.slowSeconds === 0 ? undefined : this.member(userId)
    if (member?.role !== "member") return
    this.#standings.set(userId, { ...member, postedAt: at })
    this.#memberChanges.set(userId, true)
  }
  /** Records a message of this batch. Its facts are computed only if a later command needs them. */
  addPost(seq: number, by: UserId, text: string): void {
    if (this.#rows.has(seq))
      this.#rows.set(seq, {
        kind: "posted",
        by,
        deleted: false,
        edits: 0,
        texts: new Set([text]),
        reactions: new Map()
      })
  }
  editRow(seq: number, text: string, editedAt: number, rev: number): void {
    const row = this.#rows.get(seq)
    this.#changeRow(seq, { rev, text, editedAt }, { edits: (row?.edits ?? 0) + 1, texts: new Set([text]) })
  }
  #changeRow(seq: number, change: RowChange, facts: Partial<RowFacts>): void {
    const row = this.#rows.get(seq)
    if (row !== undefined) this.#rows.set(seq, { ...row, ...facts })
    this.#rowChanges.set(seq, { ...this.#rowChanges.get(seq), ...change })
  }
  /**
   * Erases a deleted text everywhere: from the log, from the data that detects repeats, and from everything published.
   */
  blank(seq: number, rev: number): void {
    const blankedOf = (stored: StoredEvent): StoredEvent["event"] | undefined => {
      const { event } = stored
      if (event.kind === "posted" && event.seq === seq) {
        const { at, by, id } = event
        return { seq, id, by, at, kind: "posted", text: "", blanked: true }
      }
      return event.kind === "edited" && event.target === seq ? { ...event, text: "", blanked: true } : undefined
    }
    for (const [id, stored] of this.#stored) {
      const event = blankedOf(stored)
      if (event !== undefined) this.#stored.set(id, { event, asked: undefined })
    }
    for (const [i, stored] of this.#events.entries()) {
      const event = blankedOf(stored)
      if (event !== undefined) this.#events[i] = { event, device: stored.device, asked: undefined }
    }
    for (const [key, change] of this.#reactionChanges) if (change.seq === seq) this.#reactionChanges.delete(key)
    this.#blanked.set(seq, true)
    this.#rowChanges.set(seq, { rev, deleted: true, pinned: false })
    this.#pins?.delete(seq)
    const row = this.#rows.get(seq)
    if (row !== undefined) this.#rows.set(seq, { ...row, deleted: true, texts: new Set(), reactions: new Map() })
  }
  setPinned(seq: number, on: boolean, rev: number): void {
    this.#changeRow(seq, { rev, pinned: on }, {})
    this.#pins?.[on ? "add" : "delete"](seq)
  }
  setReaction(seq: number, emoji: string, userId: UserId, on: boolean, rev: number): void {
    const key = reactionKey(seq, emoji, userId)
    this.#reacted.set(key, on)
    this.#reactionChanges.set(key, { seq, emoji, userId, on })
    const reactions = new Map(this.#rows.get(seq)?.reactions)
    const people = (reactions.get(emoji) ?? 0) + (on ? 1 : -1)
    if (people > 0) reactions.set(emoji, people)
    else reactions.delete(emoji)
    this.#changeRow(seq, { rev }, { reactions })
  }
  enter(userId: UserId, membership: Membership, readUpTo: number): void {
    this.#changeOwnRow({ members: this.existing.members + 1 })
    if (membership.role === "owner" && this.#owners !== undefined) this.#owners++
    this.#standings.set(userId, membership)
    this.#memberChanges.set(userId, true)
    this.setCursor(userId, { readUpTo, mark: undefined, flags: new Set() })
  }
  dismiss(userId: UserId): void {
    if (this.member(userId)?.role === "owner" && this.#owners !== undefined) this.#owners--
    this.#changeOwnRow({ members: this.existing.members - 1 })
    this.#standings.set(userId, "former")
    this.#memberChanges.set(userId, true)
    this.#cursors.delete(userId)
    this.#cursorChanges.set(userId, true)
  }
  setRole(userId: UserId, role: Role): void {
    const member = named(this.member(userId), "membership")
    if (this.#owners !== undefined) this.#owners += (role === "owner" ? 1 : 0) - (member.role === "owner" ? 1 : 0)
    this.#standings.set(userId, { ...member, role })
    this.#memberChanges.set(userId, true)
  }
  /** Undefined: ends the ban. */
  setBan(userId: UserId, ban: Ban | undefined): void {
    if (this.#banCount !== undefined) this.#banCount += ban === undefined ? -1 : 1
    this.#banned.set(userId, ban !== undefined)
    this.#banChanges.set(userId, ban)
  }
  setCursor(userId: UserId, cursor: Cursor): void {
    this.#cursors.set(userId, cursor)
    this.#cursorChanges.set(userId, true)
  }

  // The results.

  get cellsTold(): ReadonlyArray<ConversationId> {
    return this.#cellsTold === undefined ? [] : [...this.#cellsTold]
  }
  /** Undefined: the user is no longer a member. */
  cellOf(userId: UserId, asOf: number): ReadCell | undefined {
    if (this.member(userId) === undefined) return undefined
    const { mark, readUpTo } = this.cursor(userId)
    return {
      conversationId: this.id,
      asOf,
      readUpTo,
      ...(mark === undefined ? {} : { markedUnreadAt: mark.at, markedSeq: mark.seq })
    }
  }

  /**
   * The log's events after the batch, without texts that were deleted in the meantime. Undefined: there is nothing to
   * publish.
   */
  get told():
    | { readonly log: ConversationId; readonly head: number; readonly events: ReadonlyArray<LogEvent> }
    | undefined {
    if (this.#events.length === 0 && !this.#isTold) return undefined
    return { log: this.id, head: this.existing.head, events: this.#events.map(({ event }) => event) }
  }

  /** Undefined: there is nothing to write. */
  get writes(): LogWrites | undefined {
    const row = this.#row
    const isQuiet = this.#cursorChanges.size === 0 && this.#newlyDecided.size === 0
    if (row === undefined || (isQuiet && !this.#isCreated && this.#events.length === 0)) return undefined
    const hasOnlyEvents =
      isQuiet &&
      !this.#hasChangedRow &&
      this.#rowChanges.size === 0 &&
      this.#memberChanges.size === 0 &&
      this.#banChanges.size === 0
    return {
      log: this.id,
      isCreated: this.#isCreated,
      row,
      hasChangedRow: this.#hasChangedRow,
      hasOnlyEvents,
      events: this.#events,
      rows: this.#rowChanges,
      blanked: hasOnlyEvents ? nothing : this.#blanked.keys(),
      reactions: hasOnlyEvents ? nothing : [...this.#reactionChanges.values()],
      members: hasOnlyEvents
        ? nothing
        : Array.from(this.#memberChanges.keys(), (userId) => [userId, this.member(userId)] as const),
      cursors: hasOnlyEvents
        ? nothing
        : Array.from(this.#memberChanges.keys(), (userId) => [userId, this.#cursors.get(userId)] as const).filter(
            ([userId]) => this.#cursorChanges.has(userId)
          ),
      moved: hasOnlyEvents
        ? nothing
        : [...this.#cursorChanges.keys()]
            .filter((userId) => !this.#memberChanges.has(userId))
            .map((userId) => [userId, this.cursor(userId)] as const),
      bans: this.#banChanges,
      decided: this.#newlyDecided
    }
  }
}

const nothing: ReadonlyArray<never> = []

const reactionKey = (seq: number, emoji: string, userId: UserId): string => `${seq} ${emoji} ${userId}`

const unnamed = (fact: string): Error => new Error(`a decision read a ${fact} that its command does not name`)

const named = <A>(value: A | undefined, fact: string): A => {
  if (value === undefined) throw unnamed(fact)
  return value
}
