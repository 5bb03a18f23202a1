/**
 * One line of the conversation list: a summary as of some head, and what the events above it made of it. Plain; changed in place.
 * Bounds: `keptEvents` events above the summary, and `unreadKept` unread messages one by one; beyond them the line is read anew when it matters.
 */
import type { ConversationSummary } from "../domain/Conversation.ts"
import type { LogEvent } from "../domain/Event.ts"
import type { ConversationId, UserId } from "../domain/Ids.ts"
import { Limits } from "../domain/Limits.ts"
import type { MessageRow } from "../domain/MessageRow.ts"
import { isKnownRow } from "../domain/RowKinds.ts"
import { applyChange, rowOf } from "../domain/RowRules.ts"
import { isChange } from "./RecentChanges.ts"

const keptEvents = 200
const unreadKept = 1_000

/** Counts others' undeleted messages in a range whose rows are all held, or answers undefined. */
export type CountHeld = (from: number, to: number) => number | undefined
export type RowAt = (seq: number) => MessageRow | undefined

export class ConversationState {
  /** What it stands on means nothing any more: another takes its place when the line was read anew. */
  isOld = false
  readonly conversationId: ConversationId
  readonly #viewer: UserId
  /** The personal log's seq as of which, at least, the user is known to be a member. */
  #memberAsOf: number
  /** As of its `head`, but for what the events since changed; its `unread` is that of the base alone. */
  #line: ConversationSummary
  #asOf: number
  /** Others' messages above `#asOf` that are not read. */
  #above = new Set<number>()
  #uncounted = false
  #events: Array<LogEvent> = []
  /** All events above it and above `#asOf` are in `#events`. */
  #floor: number
  /** The personal log's seq at which reading or marking last changed, and that at which muting did. */
  #touchedAt: number
  #mutedAt: number
  /** The read cursor as the server has told it; the line's own may be ahead of it. */
  #confirmed: number
  /** The mark set by hand as the server has told it; it may be gone from the line by a reading that is still to be told. */
  #mark: number | undefined
  #isMarkedAnew: boolean
  /** `unread` is an estimate, until the server is asked that knows of the read cursor. */
  #inexact = false
  #uncertain = false
  #shown: { readonly line: ConversationSummary; readonly summary: ConversationSummary } | undefined

  constructor(summary: ConversationSummary, asOf: number, viewer: UserId) {
    this.conversationId = summary.conversationId
    this.#viewer = viewer
    this.#memberAsOf = asOf
    this.#line = summary
    this.#asOf = summary.head
    this.#floor = summary.head
    this.#touchedAt = asOf
    this.#mutedAt = asOf
    this.#confirmed = summary.readUpTo
    this.#mark = summary.markedUnreadAt
    this.#isMarkedAnew = this.#mark !== undefined
  }

  /** The line as it is now, the same object until it changes; `unread` stops at Limits.unreadCap. */
  get summary(): ConversationSummary {
    const unread = this.#uncounted ? Limits.unreadCap : Math.min(Limits.unreadCap, this.#line.unread + this.#above.size)
    const shown = this.#shown
    if (shown?.line === this.#line && shown.summary.unread === unread) return shown.summary
    const summary = { ...this.#line, unread }
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
    if (event.seq <= this.#line.head) return
    this.#events.push(event)
    if (this.#events.length > keptEvents) this.#floor = this.#events.shift()?.seq ?? this.#floor
    this.#fold(event, rowAt)
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
    const { markedUnreadAt, muted, ...rest } = summary
    const isSince = asOf >= this.#touchedAt
    const marked = isSince ? markedUnreadAt : before.markedUnreadAt
    // Reading takes a mark away, so the same one was set again if the server's cursor has moved.
    const isAnew = isSince && marked !== undefined && (marked !== this.#mark || summary.readUpTo > this.#confirmed)
    if (isSince) this.#mark = marked
    if (isAnew) this.#isMarkedAnew = true
    const isMuted = asOf >= this.#mutedAt ? muted : before.muted
    this.#touchedAt = Math.max(this.#touchedAt, asOf)
    this.#mutedAt = Math.max(this.#mutedAt, asOf)
    this.#line = {
      ...rest,
      ...(marked === undefined ? {} : { markedUnreadAt: marked }),
      ...(isMuted === undefined ? {} : { muted: isMuted })
    }
    this.#asOf = summary.head
    this.#above.clear()
    this.#uncounted = false
    this.#inexact = false
    // Jumped past it since: what lies between is still unknown.
    this.#uncertain = summary.head < this.#floor
    this.#events = events
    this.#confirmed = Math.max(this.#confirmed, summary.readUpTo)
    if (!isAnew && before.readUpTo > summary.readUpTo) this.#advance(before.readUpTo, countHeld)
    if (this.#inexact && this.#confirmed >= before.readUpTo) this.#uncertain = true
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
    if (this.#inexact) this.#uncertain = true
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

  mute(on: boolean, at: number): void {
    this.#mutedAt = Math.max(this.#mutedAt, at)
    const { muted: _, ...rest } = this.#line
    this.#line = on ? { ...rest, muted: true } : rest
  }

  /** Reading takes a mark away. */
  #touch(at: number): void {
    this.#touchedAt = Math.max(this.#touchedAt, at)
    const { markedUnreadAt: _, ...rest } = this.#line
    this.#line = rest
  }

  #advance(upTo: number, countHeld: CountHeld): void {
    for (const seq of this.#above) if (seq <= upTo) this.#above.delete(seq)
    let { unread } = this.#line
    if (upTo >= this.#asOf) unread = 0
    else if (unread > 0) {
      const counted = countHeld(upTo + 1, this.#asOf)
      if (counted === undefined) this.#inexact = true
      unread = counted ?? Math.min(unread, this.#asOf - upTo)
    }
    if (this.#uncounted) {
      if (upTo >= this.#line.head) this.#uncounted = false
      else this.#inexact = true
    }
    this.#line = { ...this.#line, readUpTo: upTo, unread }
  }

  #fold(event: LogEvent, rowAt: RowAt): void {
    let line = { ...this.#line, head: event.seq }
    const row = rowOf(event)
    if (row !== undefined) line.last = row
    else if (line.last !== undefined && isKnownRow(line.last) && isChange(event)) line.last = applyChange(line.last, event, this.#viewer)
    switch (event.kind) {
      case "posted":
        if (event.by !== this.#viewer && event.blanked !== true && event.seq > line.readUpTo) this.#addUnread(event.seq)
        break
      case "deleted":
        line = this.#dropUnread(line, event.target, rowAt)
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

  #addUnread(seq: number): void {
    if (this.#above.size < unreadKept) this.#above.add(seq)
    else this.#uncounted = true
  }

  #dropUnread(line: ConversationSummary, target: number, rowAt: RowAt): ConversationSummary {
    if (this.#above.delete(target) || target > this.#asOf || target <= line.readUpTo || line.unread === 0) return line
    const row = rowAt(target)
    // Who wrote it is not known here, or there were more than were counted.
    if (row === undefined || line.unread >= Limits.unreadCap) this.#uncertain = true
    if (row === undefined || row.by === this.#viewer) return line
    return { ...line, unread: line.unread - 1 }
  }
}
