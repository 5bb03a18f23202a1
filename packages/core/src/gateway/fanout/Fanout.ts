/**
 * A gateway's index from conversations to the users and sockets here, and the fan-out to them, strictly in order.
 * Synchronous: a change that follows is queued for every socket in the turn in which it came. GapReader.ts reads gaps.
 */
import { Context } from "effect"
import type { LogChange } from "../../commands/Decision.ts"
import type { LogEvent } from "../../domain/Event.ts"
import { type ConversationId, personalOwner, type UserId } from "../../domain/Ids.ts"
import type { ReadCell } from "../../domain/ReadCell.ts"
import { editsBelow, lowestEdited, readableFrom } from "../../domain/RowRules.ts"
import { SmallMap } from "../../domain/SmallMap.ts"
import { histogram, secondsBounds } from "../../metrics/declareMetric.ts"
import type { Membership } from "../../ports/Conversations.ts"
import { type EncodedFrame, encodeFrame, eventFrames } from "../../protocol/ServerFrame.ts"
import { step } from "./FanoutPlace.ts"
import type { MemberHere, Place, Recipient, Subscription } from "./Recipient.ts"

const sendAccepted = histogram("hibiki_send_accepted_seconds", {
  unit: "seconds",
  description: "From a command's arrival at a gateway to its answer: the slowest command of each batch of answers.",
  bounds: secondsBounds
})

export interface FanoutListener {
  /** Called with fanned-out events of a personal log, because they change the user's memberships here. */
  readonly personal: (userId: UserId, events: ReadonlyArray<LogEvent>) => void
  /** Read cells of a user who is here, as they came, outside of the log's order. */
  readonly cells: (userId: UserId, cells: ReadonlyArray<ReadCell>) => void
  /** Events of a personal log were fanned out or skipped without its user: read the memberships again. */
  readonly personalJumped: (userId: UserId) => void
  /** The range up to `place.highest` is missing; `place.reading` is already set. */
  readonly gap: (place: Place) => void
  /** These events were queued for the sockets of a place, in this turn. */
  readonly delivered?: ((place: Place, events: ReadonlyArray<LogEvent>) => void) | undefined
}

export class Fanout {
  /** Of one gateway. */
  static readonly Tag = Context.GenericTag<Fanout>("@hibiki/core/gateway/Fanout")

  private readonly all = new Map<ConversationId, Place>()
  private dirty: Array<Recipient> = []
  /** When the oldest command arrived that was answered since the last flush. */
  private answeredSinceMs = Number.POSITIVE_INFINITY

  constructor(
    private readonly listener: FanoutListener,
    private readonly now: () => number
  ) {}

  get places(): ReadonlyMap<ConversationId, Place> {
    return this.all
  }

  /**
   * Records changes of a log from here on. Call it before reading the log's head; an empty place counts as just used.
   */
  open(log: ConversationId): Place {
    const known = this.all.get(log)
    if (known !== undefined) {
      if (known.emptySinceMs !== undefined) known.emptySinceMs = this.now()
      return known
    }
    const emptySinceMs = this.now()
    const progress = { fannedOut: -1, highest: 0, reading: false, heard: false }
    const place: Place = { log, kind: undefined, ...progress, members: new SmallMap(), emptySinceMs }
    this.all.set(log, place)
    return place
  }

  /**
   * Adds a user to the index, as read from the store, and returns the place. The first head read is where the fan-out
   * of that log starts.
   */
  enter(membership: Membership): Place {
    const place = this.open(membership.log)
    if (place.fannedOut < 0) place.fannedOut = membership.head
    place.emptySinceMs = undefined
    place.kind = membership.kind
    const member = place.members.get(membership.userId)
    if (member === undefined) {
      place.members.set(membership.userId, {
        asOf: membership.head,
        visibleFrom: membership.visibleFrom,
        first: undefined
      })
      // Fanned out while the user was not here, after this was read: no socket got its news about the user's
      // memberships.
      if (place.fannedOut > membership.head && personalOwner(place.log) === membership.userId)
        this.listener.personalJumped(membership.userId)
    } else {
      member.asOf = Math.max(member.asOf, membership.head)
      member.visibleFrom = Math.max(member.visibleFrom, membership.visibleFrom)
      // The user was out and is back before this gateway received either event: the events in between may not be theirs
      // to read.
      for (let each = member.first; each !== undefined; each = each.next) withhold(each, membership.visibleFrom - 1)
    }
    if (place.highest > place.fannedOut) this.startReading(place)
    return place
  }

  /** Creates a socket's place in a log, if its user is a member here. It is not live until `goLive` returns true. */
  subscribe(session: Recipient, place: Place, sentTo: number): Subscription | undefined {
    const member = place.members.get(session.userId)
    if (member === undefined || session.closed) return undefined
    const subscription: Subscription = { session, place, sentTo, live: false, next: member.first }
    member.first = subscription
    session.subscriptions.set(place.log, subscription)
    return subscription
  }

  /** Ends one socket's place in one log. */
  unsubscribe(subscription: Subscription): void {
    unlink(subscription)
    endSubscription(subscription)
  }

  /** Makes it live if everything up to its target was sent; call it in the turn in which `sentTo` was set. */
  goLive(subscription: Subscription): boolean {
    const { sentTo, session } = subscription
    if (!session.lagging && sentTo >= reachOf(subscription) && !hasEnded(subscription)) subscription.live = true
    return subscription.live
  }

  /** Removes a socket from every log. */
  detach(session: Recipient): void {
    for (const subscription of session.subscriptions.values()) unlink(subscription)
    session.subscriptions.clear()
  }

  /** Removes a user who has no socket here any more. */
  leave(userId: UserId, places: Iterable<Place>): void {
    for (const place of places) this.removeMember(place, userId)
  }

  /** Stops recording changes of a log. */
  forget(log: ConversationId): void {
    this.all.delete(log)
  }

  receive(change: LogChange): void {
    const place = this.all.get(change.log)
    if (place === undefined) return
    const owner = personalOwner(change.log)
    if (change.cells !== undefined && place.members.has(owner)) this.listener.cells(owner, change.cells)
    const next = step(place, change)
    if (next._tag === "Deliver") this.deliver(place, next.events)
    else if (next._tag === "Read") this.startReading(place)
  }

  /** Sends the events that follow the fanned-out ones to all members here, and applies removals at their place. */
  deliver(place: Place, events: ReadonlyArray<LogEvent>): void {
    let from = 0
    for (let i = 0; i < events.length; i++) {
      const event = events[i]
      if (event?.kind !== "left" || !isHere(place, event.userId, event.seq)) continue
      // The removed member gets the removal itself, and nothing above it.
      offerToAll(place, events.slice(from, i + 1))
      this.removeMember(place, event.userId)
      from = i + 1
    }
    offerToAll(place, from === 0 ? events : events.slice(from))
    const last = events[events.length - 1]
    if (last === undefined) return
    place.fannedOut = last.seq
    this.listener.delivered?.(place, events)
    const owner = personalOwner(place.log)
    if (place.members.has(owner)) this.listener.personal(owner, events)
  }

  /**
   * Continues above `upTo`, the head at which `memberships` were read. A user who is not in them is no longer a member.
   * A user who was entered as of that head or a later one, during the reading, stays: later changes arrive as events.
   */
  jump(place: Place, upTo: number, memberships: ReadonlyArray<Membership>): void {
    const still = new Set(memberships.map((membership) => membership.userId))
    for (const { userId, visibleFrom } of memberships) {
      const member = place.members.get(userId)
      if (member !== undefined) member.visibleFrom = Math.max(member.visibleFrom, visibleFrom)
    }
    for (const [userId, { asOf }] of place.members)
      if (!still.has(userId) && asOf < upTo) this.removeMember(place, userId)
    // With no members left here, there is nobody for whom events would be skipped.
    const head = Math.max(place.fannedOut, place.members.size === 0 ? place.highest : upTo)
    place.fannedOut = head
    place.highest = Math.max(place.highest, head)
    const frame = encodeFrame({ op: "behind", conversationId: place.log, head })
    for (const member of place.members.values()) {
      member.asOf = Math.max(member.asOf, head)
      for (let each = member.first; each !== undefined; each = each.next) {
        if (!each.live || each.sentTo >= head) continue
        // Their places will not come: send the answers that waited for them now.
        each.session.pauseLive(each)
        each.session.push(frame)
        each.sentTo = head
        each.live = true
      }
    }
    const owner = personalOwner(place.log)
    if (place.members.has(owner)) this.listener.personalJumped(owner)
  }

  markDirty(session: Recipient): void {
    this.dirty.push(session)
  }

  /** A command that arrived at this time has its answer. */
  noteAnswered(sinceMs: number): void {
    if (sinceMs < this.answeredSinceMs) this.answeredSinceMs = sinceMs
  }

  /** Sends queued frames: one write per socket. Call it at the end of a turn. */
  flush(): void {
    if (this.answeredSinceMs !== Number.POSITIVE_INFINITY) {
      sendAccepted.unsafeUpdate((this.now() - this.answeredSinceMs) / 1_000, [])
      this.answeredSinceMs = Number.POSITIVE_INFINITY
    }
    // A flush may make a socket lag, which queues answers: hence a loop. It ends because a lagging socket gets nothing
    // live.
    while (this.dirty.length > 0) {
      const sessions = this.dirty
      this.dirty = []
      for (const session of sessions) session.flush()
    }
  }

  private startReading(place: Place): void {
    if (place.reading) return
    place.reading = true
    this.listener.gap(place)
  }

  private removeMember(place: Place, userId: UserId): void {
    const member = place.members.get(userId)
    if (member === undefined) return
    place.members.delete(userId)
    if (place.members.size === 0) place.emptySinceMs = this.now()
    for (let each = member.first; each !== undefined; each = each.next) endSubscription(each)
  }
}

/**
 * The seq up to which a socket must catch up before it is live: the last fanned-out one, or the head with which its
 * user's memberships were last read. That head is higher while envelopes are on their way or lost.
 */
export const reachOf = ({ place, session }: Subscription): number =>
  Math.max(place.fannedOut, place.members.get(session.userId)?.asOf ?? 0)

/** Whether it is no longer here: the socket or the membership ended. */
export const hasEnded = (subscription: Subscription): boolean => {
  const { place, session } = subscription
  return session.subscriptions.get(place.log) !== subscription
}

/** Moves a socket past events that its user may not see. */
export const withhold = (subscription: Subscription, to: number): void => {
  if (subscription.sentTo >= to) return
  subscription.session.send({
    op: "withheld",
    conversationId: subscription.place.log,
    from: subscription.sentTo + 1,
    to
  })
  subscription.sentTo = to
}

const isHere = (place: Place, userId: UserId, seq: number): boolean => {
  const member = place.members.get(userId)
  return member !== undefined && seq > member.asOf
}

/** Removes it from its member's list. */
const unlink = (subscription: Subscription): void => {
  const member = subscription.place.members.get(subscription.session.userId)
  if (member === undefined) return
  if (member.first === subscription) member.first = subscription.next
  for (let each = member.first; each !== undefined; each = each.next)
    if (each.next === subscription) each.next = subscription.next
}

const endSubscription = (subscription: Subscription): void => {
  subscription.session.pauseLive(subscription)
  subscription.session.subscriptions.delete(subscription.place.log)
}

/** The one loop that runs per recipient: it only compares numbers and queues shared frames. */
const offerToAll = (place: Place, events: ReadonlyArray<LogEvent>): void => {
  if (events.length === 0) return
  const [lowest, whole] = [lowestEdited(events), sharedFrames(place.log, events)]
  // By the number of edited messages that a member may not read: even if many members joined one by one, a run has at
  // most that many versions.
  const partial = new Map<number, Readable>()
  place.members.forEach((member) => {
    if (lowest >= member.visibleFrom) return offerTo(member, events, whole)
    const unreadable = editsBelow(member.visibleFrom, events)
    let readable = partial.get(unreadable)
    if (readable === undefined) {
      const part = readableFrom(member.visibleFrom, events)
      readable = { part, frames: sharedFrames(place.log, part) }
      partial.set(unreadable, readable)
    }
    offerTo(member, readable.part, readable.frames)
  })
}

/** A run of events as some members may read it. */
interface Readable {
  readonly part: ReadonlyArray<LogEvent>
  readonly frames: () => ReadonlyArray<EncodedFrame>
}

const offerTo = (
  member: MemberHere,
  events: ReadonlyArray<LogEvent>,
  shared: () => ReadonlyArray<EncodedFrame>
): void => {
  for (let each = member.first; each !== undefined; each = each.next)
    if (each.live) each.session.offer(each, events, shared)
}

/** The frames of these events, encoded at the first call. */
const sharedFrames = (log: ConversationId, events: ReadonlyArray<LogEvent>) => {
  let frames: ReadonlyArray<EncodedFrame> | undefined
  return () => {
    if (frames === undefined) frames = eventFrames(log, events)
    else for (const frame of frames) frame.isShared = true
    return frames
  }
}
