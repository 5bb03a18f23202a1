/**
 * One line of the conversation list: a summary as of some head, with the events above it applied. Plain; changed in
 * place. Bounds: the newest `keptEvents` events, and the messages that UnreadCount tracks one by one; beyond them the
 * line is read again when it matters.
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
import { shownRules } from "../../domain/shownRules.ts"
import { isChange } from "../feed/Feed.ts"

const keptEvents = 200

/** Whether a text mentions the user. */
export type Mentions = (text: string) => boolean
/**
 * Counts others' undeleted messages in a range, or only those with such a text. Returns undefined unless the feed holds
 * the whole range.
 */
export type CountHeld = (from: number, to: number, counts?: Mentions) => number | undefined
export type RowAt = (seq: number) => MessageRow | undefined

export class ConversationState {
  /** The numbers behind this state are no longer valid: when the line is read again, a new state replaces this one. */
  isOld = false
  readonly conversationId: ConversationId
  readonly #viewer: UserId
  readonly #mentionsViewer: Mentions
  /** The user is known to be a member at least as of this seq of the personal log. */
  #memberAsOf: number
  /** As of its `head`, plus the changes by later events; its unread counts are as of `#asOf`. */
  #line: ConversationSummary
  #asOf: number
  /**
   * Others' messages above the read cursor, and those of them that mention the user. A direct conversation has no
   * mentions.
   */
  readonly #unread: UnreadCount
  readonly #mentions: UnreadCount
  /** Ascending. Events up to `#asOf` give the text of a message before a change. */
  #events: Array<LogEvent> = []
  /** All events above it and above `#asOf` are in `#events`. */
  #floor: number
  /** The personal log's seqs at which the flags last changed. */
  readonly #flaggedAt: Record<Flag, number>
  /** The read cursor that the server has confirmed; the line's own may be ahead of it. */
  #confirmed: number
  /** The newest known mark that the user set by hand. It stands unless it was removed. */
  #mark: Mark | undefined
  /** The server has reported that marks up to this seq of the personal log were removed. */
  #takenTo: number
  /** A read on this device removed marks up to this seq; the server does not know it yet. */
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

  /** The current line, the same object until it changes; `unread` and `mentions` stop at Limits.unreadCap. */
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

  /** Whether the line must be read again. True once per need. */
  takeUncertain(): boolean {
    const uncertain = this.#uncertain
    this.#uncertain = false
    return uncertain
  }

  /** Whether there is a new mark. True once per mark. */
  takeMarkedAnew(): boolean {
    const isMarkedAnew = this.#isMarkedAnew
    this.#isMarkedAnew = false
    return isMarkedAnew
  }

  /** Takes an event of its log, in order. An event that the summary already includes changes nothing. */
  event(event: LogEvent, rowAt: RowAt): void {
    this.#events.push(event)
    if (this.#events.length > keptEvents) this.#floor = Math.max(this.#floor, this.#events.shift()?.seq ?? 0)
    if (event.seq > this.#line.head) this.#fold(event, rowAt)
  }

  /** The stream jumped to `head`: the line must be read again. */
  jumped(head: number): void {
    this.#events = []
    this.#floor = head
    this.#line = { ...this.#line, head: Math.max(head, this.#line.head) }
    this.#uncertain = true
  }

  /** Takes a newer reading of the line. `asOf`: the reading is at least as of this seq of the personal log. */
  newer(summary: ConversationSummary, asOf: number, countHeld: CountHeld): void {
    this.#memberAsOf = Math.max(this.#memberAsOf, asOf)
    if (summary.head < this.#asOf) return
    const before = this.#line
    const events = this.#events.filter((event) => event.seq > summary.head)
    // A delayed answer must not undo a later change.
    const isAnew = this.#heardOf(markIn(summary), asOf)
    this.#line = flaggedAs(summary, (flag) => (asOf >= this.#flaggedAt[flag] ? summary : before)[flag] === true)
    this.#showMark()
    for (const flag of flags) this.#flagAt(flag, asOf)
    this.#asOf = summary.head
    this.#unread.begin(summary.unread, summary.head)
    this.#mentions.begin(mentionsIn(summary), summary.head)
    // The stream jumped past the answer since: the range between is still unknown.
    this.#uncertain = summary.head < this.#floor
    this.#confirmed = Math.max(this.#confirmed, summary.readUpTo)
    // Held texts are current, so they include edits and deletes that these events are still to apply.
    const isEdited = events.some((event) => event.kind === "edited" || event.kind === "deleted")
    const held: CountHeld = (from, to, counts) =>
      isEdited && counts !== undefined ? undefined : countHeld(from, to, counts)
    const readUpTo = isAnew ? this.#confirmed : before.readUpTo
    if (readUpTo > summary.readUpTo) this.#advance(readUpTo, held)
    if (this.#isInexact && this.#confirmed >= before.readUpTo) this.#uncertain = true
    for (const event of events) this.#fold(event, () => undefined)
    if (this.#line.head < this.#floor) this.#line = { ...this.#line, head: this.#floor }
  }

  /** Takes the user's read position from the server. */
  cell(cell: ReadCell, countHeld: CountHeld): void {
    const { asOf, readUpTo } = cell
    this.#confirmed = Math.max(this.#confirmed, readUpTo)
    if (this.#heardOf(markIn(cell), asOf)) this.#goBack()
    this.#showMark()
    if (readUpTo > this.#line.readUpTo) this.#advance(readUpTo, countHeld)
    // The server counts above this place by now, so reading the line again helps.
    if (this.#isInexact && this.#confirmed >= this.#line.readUpTo) this.#uncertain = true
  }

  /** The user has just read up to `upTo`; the server's cell follows. False: nothing changed. */
  readHere(upTo: number, countHeld: CountHeld): boolean {
    const marked = this.#line.markedUnreadAt !== undefined
    this.#readTo = Math.max(this.#readTo, this.#mark?.seq ?? 0)
    this.#showMark()
    if (upTo <= this.#line.readUpTo) return marked
    this.#advance(upTo, countHeld)
    return true
  }

  /** The user marked the conversation as unread by hand, with the personal log's event at `seq`. */
  mark(at: number, seq: number): void {
    if (this.#heardOf({ at, seq }, 0)) this.#goBack()
    this.#showMark()
  }

  /**
   * Takes the current mark, or none, as of a seq of the personal log, in any order. Returns whether the mark is new.
   */
  #heardOf(mark: Mark | undefined, asOf: number): boolean {
    if (mark === undefined) this.#takenTo = Math.max(this.#takenTo, asOf)
    if (mark === undefined || mark.seq <= Math.max(this.#takenTo, this.#mark?.seq ?? 0)) return false
    this.#mark = mark
    this.#isMarkedAnew = true
    return true
  }

  /**
   * Reads on this device that were not sent before the mark was set will never be sent. So the line goes back to the
   * server's read position.
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
    let line = { ...this.#line, head: event.seq }
    const row = rowOf(event)
    if (row !== undefined) line.last = row
    else if (line.last !== undefined && isKnownRow(line.last) && isChange(event))
      line.last = applyChange(line.last, event, this.#viewer)
    switch (event.kind) {
      case "posted":
        if (event.by !== this.#viewer && event.blanked !== true) this.#posted(event.seq, event.text)
        break
      case "edited":
        // Only the author edits their message. Once a text is blanked, its content is no longer available, and its
        // deletion is still to come.
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
      case "rulesChanged": {
        const { rules: _, ...rest } = line
        line = { ...rest, ...shownRules({ post: event.post, add: event.add, slowSeconds: event.slowSeconds }) }
        break
      }
      case "closed":
        line.closed = event.operator ? "operator" : "owners"
        break
      case "reopened": {
        const { closed: _, ...rest } = line
        line = rest
        break
      }
      case "reacted":
      case "unreacted":
      case "pinned":
      case "unpinned":
      case "banned":
      case "unbanned":
        break
      default:
        // A new kind of event needs a case above, even if the line shows nothing of it.
        void (event satisfies PersonalEvent)
    }
    this.#line = line
  }

  /** Whether another user's message at this place counts, unless it is deleted. */
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
    // The author may not be known here.
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
   * Whether another user's message mentioned the user before the event at `at`; undefined: its text at that time is not
   * known here.
   */
  #mentionedBefore(target: number, at: number): boolean | undefined {
    let next = at
    for (let i = this.#events.length - 1; i >= 0; i--) {
      const event = this.#events[i]
      if (event === undefined || event.seq >= at) continue
      // In a hole, an unknown event may have changed it.
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

/** The line with exactly these flags. */
const flaggedAs = (
  { favourite: _f, muted: _m, ...line }: ConversationSummary,
  isSet: (flag: Flag) => boolean
): ConversationSummary => ({
  ...line,
  ...flagFields(isSet)
})

/** The mark's place in the conversation, and the seq of its event in the personal log. */
interface Mark {
  readonly at: number
  readonly seq: number
}

const markIn = ({
  markedSeq: seq,
  markedUnreadAt: at
}: Pick<ReadCell, "markedUnreadAt" | "markedSeq">): Mark | undefined =>
  at === undefined || seq === undefined ? undefined : { at, seq }

/** A posted message did not count before. */
const isNew = () => false

/** Zero in a direct conversation, and when an older server does not report mentions. */
const mentionsIn = ({ kind, mentions = 0 }: ConversationSummary): number => (kind === "direct" ? 0 : mentions)

export const unreadKept = 1_000

/**
 * Counts a conversation's unread messages: all of them, or those that mention the user. It has a base number from a
 * reading, and tracks the messages above it one by one. Plain; changed in place. Bound: `unreadKept` messages above the
 * reading; with more, the count is the highest that is ever shown.
 */
export class UnreadCount {
  /** The count up to `#asOf`, with the changes there since the reading. As an estimate: not below the true number. */
  #base: number
  #asOf: number
  readonly #above = new Set<number>()
  /** There were more messages above than the bound allows. */
  #isOver = false
  #isInexact = false

  /** `base`: the count of a reading as of `asOf`. */
  constructor(base: number, asOf: number) {
    this.#base = base
    this.#asOf = asOf
  }

  /** Stops at Limits.unreadCap. */
  get shown(): number {
    return this.#isOver ? Limits.unreadCap : Math.min(Limits.unreadCap, this.#base + this.#above.size)
  }

  /** The count is an estimate until the client asks a server that knows the read cursor. */
  get isInexact(): boolean {
    return this.#isInexact
  }

  /** Takes a newer reading: `set` reports the messages above it again. */
  begin(base: number, asOf: number): void {
    this.#base = base
    this.#asOf = asOf
    this.#above.clear()
    this.#isOver = false
    this.#isInexact = false
  }

  /**
   * Sets whether an unread message counts from now on. `before`: whether it counted; undefined if not known, which may
   * happen below the reading. False: the number is no longer known, and the line must be read again.
   */
  set(seq: number, counts: boolean, before: () => boolean | undefined): boolean {
    if (seq > this.#asOf) {
      this.#setAbove(seq, counts)
      return true
    }
    // If no message counted, this one did not.
    const counted = this.#base === 0 ? false : before()
    if (counted === counts) return true
    if (counted === undefined) return false
    // There may be more messages than were counted.
    const isKnown = counts || this.#base < Limits.unreadCap
    this.#base = Math.min(Limits.unreadCap, this.#base + (counts ? 1 : -1))
    return isKnown
  }

  /**
   * Everything up to a place is read; the log is known up to `head`. `countHeld`: the count from a place to another,
   * both included; undefined: unknown.
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
