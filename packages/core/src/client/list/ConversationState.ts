/**
 * One line of the conversation list: a summary as of some head, and what the events above it made of it. Plain; changed
 * in place.
 * Bounds: the newest `keptEvents` events, and what UnreadCount keeps one by one; beyond them the line is read anew when
 * it matters.
 */
import type { ConversationSummary } from "../../domain/Conversation.ts"
import type { LogEvent, PersonalEvent } from "../../domain/Event.ts"
import { type Flag, flagFields, flags } from "../../domain/Flags.ts"
import type { ConversationId, UserId } from "../../domain/Ids.ts"
import { Limits } from "../../domain/Limits.ts"
import type { MessageRow } from "../../domain/MessageRow.ts"
import type { ReadCell } from "../../domain/ReadCell.ts"
import { isKnownRow } from "../../domain/RowKinds.ts"
import { applyChange, rowOf } from "../../domain/RowRules.ts"
import { isChange } from "../feed/Feed.ts"

const keptEvents = 200

/** Whether a text mentions the user. */
export type Mentions = (text: string) => boolean
/**
 * Counts others' undeleted messages in a range whose rows are all held, or those of such a text, or answers undefined.
 */
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
  /**
   * Others' messages above the read cursor, and those of them that mention the user, of which a direct conversation has
   * none.
   */
  readonly #unread: UnreadCount
  readonly #mentions: UnreadCount
  /** Ascending. Those up to `#asOf` say what a text was before it is changed. */
  #events: Array<LogEvent> = []
  /** All events above it and above `#asOf` are in `#events`. */
  #floor: number
  /** The personal log's seqs at which the flags last changed. */
  readonly #flaggedAt: Record<Flag, number>
  /** The read cursor as the server has told it; the line's own may be ahead of it. */
  #confirmed: number
  /** The newest mark set by hand that was heard of. It stands unless it is among those that were taken away. */
  #mark: Mark | undefined
  /** Marks up to this seq of the personal log were taken away, as the server has told. */
  #takenTo: number
  /** Marks up to this one were taken away by a reading here, which the server is still to be told of. */
  #readTo = 0
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
    this.#flaggedAt = { muted: asOf, favourite: asOf }
    this.#confirmed = summary.readUpTo
    this.#mark = markIn(summary)
    this.#takenTo = this.#mark === undefined ? asOf : 0
    this.#isMarkedAnew = this.#mark !== undefined
  }

  /** The line as it is now, the same object until it changes; `unread` and `mentions` stop at Limits.unreadCap. */
  get summary(): ConversationSummary {
    const [unread, mentions] = [this.#unread.shown, this.#mentions.shown]
    const shown = this.#shown
    if (shown?.line === this.#line && shown.summary.unread === unread && mentionsIn(shown.summary) === mentions)
      return shown.summary
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

  /** Whether a mark stands that was not heard of before, told once. */
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
    const isAnew = this.#heardOf(markIn(summary), asOf)
    this.#line = flaggedAs(summary, (flag) => (asOf >= this.#flaggedAt[flag] ? summary : before)[flag] === true)
    this.#showMark()
    for (const flag of flags) this.#flagAt(flag, asOf)
    this.#asOf = summary.head
    this.#unread.begin(summary.unread, summary.head)
    this.#mentions.begin(mentionsIn(summary), summary.head)
    // Jumped past it since: what lies between is still unknown.
    this.#uncertain = summary.head < this.#floor
    this.#confirmed = Math.max(this.#confirmed, summary.readUpTo)
    // Texts are held as they are by now, which the events are still to make of them.
    const isEdited = events.some((event) => event.kind === "edited" || event.kind === "deleted")
    const held: CountHeld = (from, to, counts) =>
      isEdited && counts !== undefined ? undefined : countHeld(from, to, counts)
    const readUpTo = isAnew ? this.#confirmed : before.readUpTo
    if (readUpTo > summary.readUpTo) this.#advance(readUpTo, held)
    if (this.#isInexact && this.#confirmed >= before.readUpTo) this.#uncertain = true
    for (const event of events) this.#fold(event, () => undefined)
    if (this.#line.head < this.#floor) this.#line = { ...this.#line, head: this.#floor }
  }

  /** How far the user has read, as the server tells. */
  cell(cell: ReadCell, countHeld: CountHeld): void {
    const { asOf, readUpTo } = cell
    this.#confirmed = Math.max(this.#confirmed, readUpTo)
    if (this.#heardOf(markIn(cell), asOf)) this.#goBack()
    this.#showMark()
    if (readUpTo > this.#line.readUpTo) this.#advance(readUpTo, countHeld)
    // By now the server counts above this place, so that asking it helps.
    if (this.#isInexact && this.#confirmed >= this.#line.readUpTo) this.#uncertain = true
  }

  /** The user just read so far; the server's cell follows. False: nothing changed. */
  readHere(upTo: number, countHeld: CountHeld): boolean {
    const marked = this.#line.markedUnreadAt !== undefined
    this.#readTo = Math.max(this.#readTo, this.#mark?.seq ?? 0)
    this.#showMark()
    if (upTo <= this.#line.readUpTo) return marked
    this.#advance(upTo, countHeld)
    return true
  }

  /** Marked unread by hand, by the personal log's event at `seq`. */
  mark(at: number, seq: number): void {
    if (this.#heardOf({ at, seq }, 0)) this.#goBack()
    this.#showMark()
  }

  /**
   * Takes in the mark that stands, or that none does, as of a seq of the personal log, whatever was heard before.
   * Whether there is a mark anew.
   */
  #heardOf(mark: Mark | undefined, asOf: number): boolean {
    if (mark === undefined) this.#takenTo = Math.max(this.#takenTo, asOf)
    if (mark === undefined || mark.seq <= Math.max(this.#takenTo, this.#mark?.seq ?? 0)) return false
    this.#mark = mark
    this.#isMarkedAnew = true
    return true
  }

  /**
   * What was read here and not told before the mark was set never will be, so the line goes back to what the server
   * knows.
   */
  #goBack(): void {
    if (this.#line.readUpTo <= this.#confirmed) return
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

  #showMark(): void {
    const { markedSeq: _s, markedUnreadAt: _a, ...rest } = this.#line
    const stands =
      this.#mark !== undefined && this.#mark.seq > Math.max(this.#takenTo, this.#readTo) ? this.#mark : undefined
    this.#line = stands === undefined ? rest : { ...rest, markedUnreadAt: stands.at, markedSeq: stands.seq }
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
    else if (line.last !== undefined && isKnownRow(line.last) && isChange(event))
      line.last = applyChange(line.last, event, this.#viewer)
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
      case "reacted":
      case "unreacted":
      case "pinned":
      case "unpinned":
        break
      default:
        // A new kind of event needs a case above, even if the line shows nothing of it.
        void (event satisfies PersonalEvent)
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
    if (!this.#mentions.set(target, this.#mentionsViewer(text), () => this.#mentionedBefore(target, at)))
      this.#uncertain = true
  }

  #deleted(target: number, rowAt: RowAt, at: number): void {
    if (!this.#isUnread(target)) return
    // Who wrote it may not be known here.
    const isOthers = () => {
      const row = rowAt(target)
      return row === undefined ? undefined : row.by !== this.#viewer
    }
    const isKnown = this.#unread.set(target, false, isOthers)
    const isMentionKnown = this.#mentions.set(
      target,
      false,
      () => isOthers() !== false && this.#mentionedBefore(target, at)
    )
    if (!isKnown || !isMentionKnown) this.#uncertain = true
  }

  /**
   * Whether a message of somebody else mentioned the user before the event at `at`; undefined: what it said was not
   * heard here.
   */
  #mentionedBefore(target: number, at: number): boolean | undefined {
    let next = at
    for (let i = this.#events.length - 1; i >= 0; i--) {
      const event = this.#events[i]
      if (event === undefined || event.seq >= at) continue
      // Across a hole it may have been changed without a word here.
      if (event.seq + 1 !== next) return undefined
      next = event.seq
      const isText =
        (event.kind === "posted" && event.seq === target) || (event.kind === "edited" && event.target === target)
      if (isText)
        return event.blanked === true ? undefined : event.by !== this.#viewer && this.#mentionsViewer(event.text)
    }
    return undefined
  }
}

/** The line with these flags alone. */
const flaggedAs = (
  { favourite: _f, muted: _m, ...line }: ConversationSummary,
  isSet: (flag: Flag) => boolean
): ConversationSummary => ({
  ...line,
  ...flagFields(isSet)
})

/** Its place in the conversation, and its event's in the personal log. */
interface Mark {
  readonly at: number
  readonly seq: number
}

const markIn = ({
  markedSeq: seq,
  markedUnreadAt: at
}: Pick<ReadCell, "markedUnreadAt" | "markedSeq">): Mark | undefined =>
  at === undefined || seq === undefined ? undefined : { at, seq }

/** What a posted message was before. */
const isNew = () => false

/** None in a direct conversation, and none that a server of before does not tell of. */
const mentionsIn = ({ kind, mentions = 0 }: ConversationSummary): number => (kind === "direct" ? 0 : mentions)

export const unreadKept = 1_000

/**
 * How many of a conversation's unread messages count: all of them, or those that mention the user. A number as of a
 * reading, and what came above it, one by one. Plain; changed in place. Bound: `unreadKept` messages above the reading;
 * with more there are as many as are ever counted.
 */
export class UnreadCount {
  /** Up to `#asOf`, but for what changed there since the reading. Of an estimate: no fewer than there are. */
  #base: number
  #asOf: number
  readonly #above = new Set<number>()
  /** There were more above than are kept. */
  #isOver = false
  #isInexact = false

  /** `base`: as a reading says that is as of `asOf`. */
  constructor(base: number, asOf: number) {
    this.#base = base
    this.#asOf = asOf
  }

  /** Stops at Limits.unreadCap. */
  get shown(): number {
    return this.#isOver ? Limits.unreadCap : Math.min(Limits.unreadCap, this.#base + this.#above.size)
  }

  /** It is an estimate, until the server is asked that knows of the read cursor. */
  get isInexact(): boolean {
    return this.#isInexact
  }

  /** A newer reading: what came above it is told again. */
  begin(base: number, asOf: number): void {
    this.#base = base
    this.#asOf = asOf
    this.#above.clear()
    this.#isOver = false
    this.#isInexact = false
  }

  /**
   * Whether an unread message counts from here on. `before`: whether it did; undefined where that is not known, as it
   * may be of what stands below the reading. False: how many there are is not known any more, and is to be read anew.
   */
  set(seq: number, counts: boolean, before: () => boolean | undefined): boolean {
    if (seq > this.#asOf) {
      this.#setAbove(seq, counts)
      return true
    }
    // Where none counts this one did not.
    const counted = this.#base === 0 ? false : before()
    if (counted === counts) return true
    if (counted === undefined) return false
    // There may be more than were counted.
    const isKnown = counts || this.#base < Limits.unreadCap
    this.#base = Math.min(Limits.unreadCap, this.#base + (counts ? 1 : -1))
    return isKnown
  }

  /**
   * All up to a place is read, where the log is known up to `head`. `countHeld`: how many count from a place to
   * another, both included; undefined: not known.
   */
  advance(upTo: number, head: number, countHeld: (from: number, to: number) => number | undefined): void {
    for (const seq of this.#above) if (seq <= upTo) this.#above.delete(seq)
    if (upTo >= head) this.#isOver = false
    this.#isInexact = this.#isOver
    if (upTo >= this.#asOf) this.#base = 0
    if (this.#base === 0) return
    const counted = countHeld(upTo + 1, this.#asOf)
    if (counted === undefined) this.#isInexact = true
    this.#base = counted ?? Math.min(this.#base, this.#asOf - upTo)
  }

  #setAbove(seq: number, counts: boolean): void {
    if (!counts) this.#above.delete(seq)
    else if (this.#above.size < unreadKept || this.#above.has(seq)) this.#above.add(seq)
    else this.#isOver = true
  }
}
