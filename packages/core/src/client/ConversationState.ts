/**
 * One line of the conversation list: a summary as of some head, and what the events above it made of it. Plain; changed in place.
 * Bounds: the newest `keptEvents` events, and what UnreadCount keeps one by one; beyond them the line is read anew when it matters.
 */
import type { ConversationSummary } from "../domain/Conversation.ts"
import type { LogEvent } from "../domain/Event.ts"
import { type Flag, flagFields, flags } from "../domain/Flags.ts"
import type { ConversationId, UserId } from "../domain/Ids.ts"
import type { MessageRow } from "../domain/MessageRow.ts"
import { isKnownRow } from "../domain/RowKinds.ts"
import { applyChange, rowOf } from "../domain/RowRules.ts"
import { isChange } from "./RecentChanges.ts"
import { UnreadCount } from "./UnreadCount.ts"

const keptEvents = 200

/** Whether a text mentions the user. */
export type Mentions = (text: string) => boolean
/** Counts others' undeleted messages in a range whose rows are all held, or those of such a text, or answers undefined. */
export type CountHeld = (from: number, to: number, counts?: Mentions) => number | undefined
export type RowAt = (seq: number) => MessageRow | undefined

export class ConversationState {
  /** What it stands on means nothing any more: another takes its place when the line was read anew. */
  isOld = false
  readonly conversationId: ConversationId
  readonly #viewer: UserId
  readonly #mentionsViewer: Mentions
  /** The personal log's seq as of which, at least, the user is known to be a member. */
  #memberAsOf: number
  /** As of its `head`, but for what the events since changed; what it says of unread messages is as of `#asOf`. */
  #line: ConversationSummary
  #asOf: number
  /** Others' messages above the read cursor, and those of them that mention the user, of which a direct conversation has none. */
  readonly #unread: UnreadCount
  readonly #mentions: UnreadCount
  /** Ascending. Those up to `#asOf` say what a text was before it is changed. */
  #events: Array<LogEvent> = []
  /** All events above it and above `#asOf` are in `#events`. */
  #floor: number
  /** The personal log's seq at which reading or marking last changed, and those at which the flags did. */
  #touchedAt: number
  readonly #flaggedAt: Record<Flag, number>
  /** The read cursor as the server has told it; the line's own may be ahead of it. */
  #confirmed: number
  /** The mark set by hand as the server has told it; it may be gone from the line by a reading that is still to be told. */
  #mark: number | undefined
  #isMarkedAnew: boolean
  #uncertain = false
  #shown: { readonly line: ConversationSummary; readonly summary: ConversationSummary } | undefined

  constructor(summary: ConversationSummary, asOf: number, viewer: UserId, mentionsViewer: Mentions) {
    this.conversationId = summary.conversationId
    this.#viewer = viewer
    this.#mentionsViewer = mentionsViewer
    this.#unread = new UnreadCount(summary.unread, summary.head)
    this.#mentions = new UnreadCount(mentionsIn(summary), summary.head)
    this.#memberAsOf = asOf
    this.#line = summary
    this.#asOf = summary.head
    this.#floor = summary.head
    this.#touchedAt = asOf
    this.#flaggedAt = { muted: asOf, favourite: asOf }
    this.#confirmed = summary.readUpTo
    this.#mark = summary.markedUnreadAt
    this.#isMarkedAnew = this.#mark !== undefined
  }

  /** The line as it is now, the same object until it changes; `unread` and `mentions` stop at Limits.unreadCap. */
  get summary(): ConversationSummary {
    const [unread, mentions] = [this.#unread.shown, this.#mentions.shown]
    const shown = this.#shown
    if (shown?.line === this.#line && shown.summary.unread === unread && mentionsIn(shown.summary) === mentions) return shown.summary
    const { mentions: _, ...line } = this.#line
    const summary = { ...line, unread, ...(mentions === 0 ? {} : { mentions }) }
    this.#shown = { line: this.#line, summary }
    return summary
  }

  get memberAsOf(): number {
    return this.#memberAsOf
  }

  /** Whether the line has to be read anew, told once. */
  takeUncertain(): boolean {
    const uncertain = this.#uncertain
    this.#uncertain = false
    return uncertain
  }

  /** Whether a reading of the line brought a mark that no event had told, told once. */
  takeMarkedAnew(): boolean {
    const isMarkedAnew = this.#isMarkedAnew
    this.#isMarkedAnew = false
    return isMarkedAnew
  }

  /** An event of its log, in order. What the summary knew already changes nothing. */
  event(event: LogEvent, rowAt: RowAt): void {
    this.#events.push(event)
    if (this.#events.length > keptEvents) this.#floor = Math.max(this.#floor, this.#events.shift()?.seq ?? 0)
    if (event.seq > this.#line.head) this.#fold(event, rowAt)
  }

  /** The stream jumped to `head`: what this line says is read anew. */
  jumped(head: number): void {
    this.#events = []
    this.#floor = head
    this.#line = { ...this.#line, head: Math.max(head, this.#line.head) }
    this.#uncertain = true
  }

  /** A newer reading of the line. `asOf`: the personal log's seq that it is at least as of. */
  newer(summary: ConversationSummary, asOf: number, countHeld: CountHeld): void {
    this.#memberAsOf = Math.max(this.#memberAsOf, asOf)
    if (summary.head < this.#asOf) return
    const before = this.#line
    const events = this.#events.filter((event) => event.seq > summary.head)
    // An answer that was on its way for longer does not take back what was changed since.
    const { markedUnreadAt, ...rest } = summary
    const isSince = asOf >= this.#touchedAt
    const marked = isSince ? markedUnreadAt : before.markedUnreadAt
    // Reading takes a mark away, so the same one was set again if the server's cursor has moved.
    const isAnew = isSince && marked !== undefined && (marked !== this.#mark || summary.readUpTo > this.#confirmed)
    if (isSince) this.#mark = marked
    if (isAnew) this.#isMarkedAnew = true
    const line = flaggedAs(rest, (flag) => (asOf >= this.#flaggedAt[flag] ? summary : before)[flag] === true)
    this.#line = marked === undefined ? line : { ...line, markedUnreadAt: marked }
    this.#touchedAt = Math.max(this.#touchedAt, asOf)
    for (const flag of flags) this.#flagAt(flag, asOf)
    this.#asOf = summary.head
    this.#unread.begin(summary.unread, summary.head)
    this.#mentions.begin(mentionsIn(summary), summary.head)
    // Jumped past it since: what lies between is still unknown.
    this.#uncertain = summary.head < this.#floor
    this.#confirmed = Math.max(this.#confirmed, summary.readUpTo)
    // Texts are held as they are by now, which the events are still to make of them.
    const isEdited = events.some((event) => event.kind === "edited" || event.kind === "deleted")
    const held: CountHeld = (from, to, counts) => (isEdited && counts !== undefined ? undefined : countHeld(from, to, counts))
    if (!isAnew && before.readUpTo > summary.readUpTo) this.#advance(before.readUpTo, held)
    if (this.#isInexact && this.#confirmed >= before.readUpTo) this.#uncertain = true
    for (const event of events) this.#fold(event, () => undefined)
    if (this.#line.head < this.#floor) this.#line = { ...this.#line, head: this.#floor }
  }

  /** Read up to a place, as the personal log's event at `at` tells. */
  read(upTo: number, at: number, countHeld: CountHeld): void {
    this.#confirmed = Math.max(this.#confirmed, upTo)
    this.#mark = undefined
    this.#touch(at)
    if (upTo > this.#line.readUpTo) this.#advance(upTo, countHeld)
    // By now the server counts above this place, so that asking it helps.
    if (this.#isInexact) this.#uncertain = true
  }

  /** The user just read so far; the event follows. False: nothing changed. */
  readHere(upTo: number, at: number, countHeld: CountHeld): boolean {
    const marked = this.#line.markedUnreadAt !== undefined
    this.#touch(at)
    if (upTo <= this.#line.readUpTo) return marked
    this.#advance(upTo, countHeld)
    return true
  }

  /** Marked unread by hand. What was read here and not told by then never will be, so the line goes back to what the server knows. */
  mark(upTo: number, at: number): void {
    const isNew = at > this.#touchedAt
    this.#touchedAt = Math.max(this.#touchedAt, at)
    this.#mark = upTo
    this.#line = { ...this.#line, markedUnreadAt: upTo }
    if (!isNew || this.#line.readUpTo <= this.#confirmed) return
    this.#line = { ...this.#line, readUpTo: this.#confirmed }
    this.#uncertain = true
  }

  flag(changed: Flag, on: boolean, at: number): void {
    this.#flagAt(changed, at)
    this.#line = flaggedAs(this.#line, (flag) => (flag === changed ? on : this.#line[flag] === true))
  }

  #flagAt(flag: Flag, at: number): void {
    this.#flaggedAt[flag] = Math.max(this.#flaggedAt[flag], at)
  }

  /** Reading takes a mark away. */
  #touch(at: number): void {
    this.#touchedAt = Math.max(this.#touchedAt, at)
    const { markedUnreadAt: _, ...rest } = this.#line
    this.#line = rest
  }

  get #isInexact(): boolean {
    return this.#unread.isInexact || this.#mentions.isInexact
  }

  #advance(upTo: number, countHeld: CountHeld): void {
    const { head } = this.#line
    this.#unread.advance(upTo, head, countHeld)
    this.#mentions.advance(upTo, head, (from, to) => countHeld(from, to, this.#mentionsViewer))
    this.#line = { ...this.#line, readUpTo: upTo }
  }

  #fold(event: LogEvent, rowAt: RowAt): void {
    const line = { ...this.#line, head: event.seq }
    const row = rowOf(event)
    if (row !== undefined) line.last = row
    else if (line.last !== undefined && isKnownRow(line.last) && isChange(event)) line.last = applyChange(line.last, event, this.#viewer)
    switch (event.kind) {
      case "posted":
        if (event.by !== this.#viewer && event.blanked !== true) this.#posted(event.seq, event.text)
        break
      case "edited":
        // Only its author edits a message. What a blanked text was is told no more, and its deletion is still to come.
        if (event.by !== this.#viewer && event.blanked !== true) this.#edited(event.target, event.text, event.seq)
        break
      case "deleted":
        this.#deleted(event.target, rowAt, event.seq)
        break
      case "created":
        line.title = event.title
        line.members = event.members.length
        break
      case "joined":
        line.members += event.userIds.length
        break
      case "left":
        line.members -= 1
        break
      case "renamed":
        line.title = event.title
        break
      case "roleChanged":
        if (event.userId === this.#viewer) line.role = event.role
        break
    }
    this.#line = line
  }

  /** Whether a message of somebody else at this place counts as long as it is not deleted. */
  #isUnread(seq: number): boolean {
    return seq > this.#line.readUpTo && seq >= this.#line.visibleFrom
  }

  get #mayMention(): boolean {
    return this.#line.kind !== "direct"
  }

  #posted(seq: number, text: string): void {
    if (!this.#isUnread(seq)) return
    this.#unread.set(seq, true, isNew)
    if (this.#mayMention && this.#mentionsViewer(text)) this.#mentions.set(seq, true, isNew)
  }

  #edited(target: number, text: string, at: number): void {
    if (!this.#mayMention || !this.#isUnread(target)) return
    if (!this.#mentions.set(target, this.#mentionsViewer(text), () => this.#mentionedBefore(target, at))) this.#uncertain = true
  }

  #deleted(target: number, rowAt: RowAt, at: number): void {
    if (!this.#isUnread(target)) return
    // Who wrote it may not be known here.
    const isOthers = () => {
      const row = rowAt(target)
      return row === undefined ? undefined : row.by !== this.#viewer
    }
    const isKnown = this.#unread.set(target, false, isOthers)
    const isMentionKnown = this.#mentions.set(target, false, () => isOthers() !== false && this.#mentionedBefore(target, at))
    if (!isKnown || !isMentionKnown) this.#uncertain = true
  }

  /** Whether a message of somebody else mentioned the user before the event at `at`; undefined: what it said was not heard here. */
  #mentionedBefore(target: number, at: number): boolean | undefined {
    let next = at
    for (let i = this.#events.length - 1; i >= 0; i--) {
      const event = this.#events[i]
      if (event === undefined || event.seq >= at) continue
      // Across a hole it may have been changed without a word here.
      if (event.seq + 1 !== next) return undefined
      next = event.seq
      const isText = (event.kind === "posted" && event.seq === target) || (event.kind === "edited" && event.target === target)
      if (isText) return event.blanked === true ? undefined : event.by !== this.#viewer && this.#mentionsViewer(event.text)
    }
    return undefined
  }
}

/** The line with these flags alone. */
const flaggedAs = ({ favourite: _f, muted: _m, ...line }: ConversationSummary, isSet: (flag: Flag) => boolean): ConversationSummary => ({
  ...line,
  ...flagFields(isSet)
})

/** What a posted message was before. */
const isNew = () => false

/** None in a direct conversation, and none that a server of before does not tell of. */
const mentionsIn = ({ kind, mentions = 0 }: ConversationSummary): number => (kind === "direct" ? 0 : mentions)
