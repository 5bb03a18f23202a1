/**
 * A gateway's index from conversations to the people and sockets here, and the fan-out to them, in order only.
 * Synchronous but for reading holes: a change that follows is queued for every socket in the turn in which it came.
 */
import { Effect, Metric, Random, Runtime } from "effect"
import { Conversations, type Membership } from "../conversations/Conversations.ts"
import type { DeviceSession, Subscription } from "../devices/DeviceSession.ts"
import type { LogEvent } from "../domain/Event.ts"
import { type ConversationId, personalLog, type UserId } from "../domain/Ids.ts"
import { Limits } from "../domain/Limits.ts"
import { type EncodedFrame, encodeFrame, eventFrames } from "../protocol/EncodedFrame.ts"
import { EventStore, type LogChange } from "./EventStore.ts"
import { canRead, type Progress, step } from "./FanoutPlace.ts"

/** A member with at least one socket here. Membership events at or below `asOf` leave the entry alone: it was read later than they happened. */
export interface MemberHere {
  asOf: number
  subscriptions: Array<Subscription>
}

/** One conversation here. */
export interface Place extends Progress {
  readonly log: ConversationId
  readonly members: Map<UserId, MemberHere>
  /** When it was opened or its last member left (ms); undefined while there are any. */
  emptySinceMs: number | undefined
}

/** Personal logs steer who is where: what is fanned out in one is told here too. */
export interface PersonalListener {
  readonly events: (userId: UserId, events: ReadonlyArray<LogEvent>) => void
  /** Events were jumped over: memberships are to be read again. */
  readonly jumped: (userId: UserId) => void
}

const holesRead = Metric.counter("hibiki_gateway_holes_total", {
  description: "Ranges read from the log because an envelope was missing",
  incremental: true
})

/** How many holes are read at once. */
const readersMax = 16

export interface Fanout {
  readonly places: ReadonlyMap<ConversationId, Place>
  /** Notes what is heard of a log from here on. To be called before its head is read; an empty place counts as just used. */
  readonly open: (log: ConversationId, nowMs: number) => Place
  /** Puts a user into the index, as read from the store. The first head read is where the fan-out of that log starts. */
  readonly enter: (membership: Membership, nowMs: number) => Place
  /** Takes a socket's place in a log. It is not live until `goLive` says so. */
  readonly subscribe: (session: DeviceSession, place: Place, sentTo: number) => Subscription | undefined
  /** Ends one socket's place in one log. */
  readonly unsubscribe: (subscription: Subscription) => void
  /** Makes it live when what it was sent reaches what was fanned out; to be called in the turn in which `sentTo` was set. */
  readonly goLive: (subscription: Subscription) => boolean
  readonly detach: (session: DeviceSession, nowMs: number) => void
  /** Forgets a user, who has no socket here any more. */
  readonly leave: (userId: UserId, logs: Iterable<ConversationId>, nowMs: number) => void
  readonly forget: (log: ConversationId) => void
  readonly receive: (change: LogChange) => void
  /** Queued frames leave: one write per socket. To be called at the end of a turn. */
  readonly flush: () => void
  readonly markDirty: (session: DeviceSession) => void
}

export const makeFanout = (personal: PersonalListener) =>
  Effect.gen(function* () {
    const store = yield* EventStore
    const conversations = yield* Conversations
    const scope = yield* Effect.scope
    const readers = yield* Effect.makeSemaphore(readersMax)
    const runtime = yield* Effect.runtime<never>()
    const places = new Map<ConversationId, Place>()
    let dirty: Array<DeviceSession> = []

    const flush = () => {
      // A flush may make a socket lag, which queues answers: hence a loop, bounded since a lagging socket gets nothing live.
      while (dirty.length > 0) {
        const sessions = dirty
        dirty = []
        for (const session of sessions) session.flush()
      }
    }

    const removeMember = (place: Place, userId: UserId) => {
      const member = place.members.get(userId)
      if (member === undefined) return
      place.members.delete(userId)
      for (const subscription of member.subscriptions) endSubscription(subscription)
    }

    const deliver = (place: Place, events: ReadonlyArray<LogEvent>) => {
      let from = 0
      for (let i = 0; i < events.length; i++) {
        const event = events[i]
        if (event?.kind !== "left" || !isHere(place, event.userId, event.seq)) continue
        // The removed member gets the removal itself, and nothing above it.
        offerToAll(place, events.slice(from, i + 1))
        removeMember(place, event.userId)
        from = i + 1
      }
      offerToAll(place, from === 0 ? events : events.slice(from))
      const last = events[events.length - 1]
      if (last === undefined) return
      place.fannedOut = last.seq
      for (const userId of place.members.keys()) {
        if (personalLog(userId) === place.log) personal.events(userId, events)
      }
    }

    /** Memberships are read anew, and everybody here goes on above the head that they were read at. */
    const jump = (place: Place) =>
      Effect.map(conversations.membersAmong(place.log, [...place.members.keys()]), (memberships) => {
        const still = new Map(memberships.map((m) => [m.userId, m]))
        for (const userId of [...place.members.keys()]) if (!still.has(userId)) removeMember(place, userId)
        // With nobody left here there is nobody to skip anything for.
        const head = memberships.reduce((most, m) => Math.max(most, m.head), memberships.length === 0 ? place.highest : place.fannedOut)
        place.fannedOut = head
        place.highest = Math.max(place.highest, head)
        const frame = encodeFrame({ op: "behind", conversationId: place.log, head })
        for (const [userId, member] of place.members) {
          member.asOf = Math.max(member.asOf, head)
          for (const subscription of member.subscriptions) {
            if (!subscription.live) continue
            subscription.session.push(frame)
            subscription.sentTo = head
          }
          if (personalLog(userId) === place.log) personal.jumped(userId)
        }
      })

    const readHole = (place: Place) =>
      Effect.gen(function* () {
        yield* Metric.increment(holesRead)
        const range = yield* store.after(place.log, place.fannedOut, Limits.catchUpMax)
        if (!canRead(place, range.first, range.head, Limits.catchUpMax)) yield* jump(place)
        else if (range.events.length > 0) deliver(place, range.events)
        else place.highest = place.fannedOut
      })

    /** Reads until everything heard of was fanned out. While the store is away it tries again: what was heard of is in the log. */
    const repair = (place: Place) =>
      Effect.whileLoop({
        while: () => place.highest > place.fannedOut && places.get(place.log) === place,
        body: () =>
          readers
            .withPermits(1)(readHole(place))
            .pipe(
              Effect.catchAllCause((cause) => Effect.zipRight(Effect.logWarning("A range could not be read; trying again", cause), pause))
            ),
        step: () => undefined
      }).pipe(
        Effect.ensuring(
          Effect.sync(() => {
            place.reading = false
            flush()
          })
        )
      )

    const startRepair = (place: Place) => {
      if (place.reading) return
      place.reading = true
      Runtime.runFork(runtime)(repair(place), { scope })
    }

    const open = (log: ConversationId, nowMs: number): Place => {
      const known = places.get(log)
      if (known !== undefined) {
        if (known.emptySinceMs !== undefined) known.emptySinceMs = nowMs
        return known
      }
      const place: Place = { log, fannedOut: -1, highest: 0, reading: false, members: new Map(), emptySinceMs: nowMs }
      places.set(log, place)
      return place
    }

    return {
      places,
      open,
      enter: (membership, nowMs) => {
        const place = open(membership.log, nowMs)
        if (place.fannedOut < 0) place.fannedOut = membership.head
        place.emptySinceMs = undefined
        const member = place.members.get(membership.userId)
        if (member === undefined) place.members.set(membership.userId, { asOf: membership.head, subscriptions: [] })
        else member.asOf = Math.max(member.asOf, membership.head)
        if (place.highest > place.fannedOut) startRepair(place)
        return place
      },
      subscribe: (session, place, sentTo) => {
        const member = place.members.get(session.userId)
        if (member === undefined || session.closed) return undefined
        const subscription: Subscription = { session, place, sentTo, live: false, ended: false }
        member.subscriptions.push(subscription)
        session.subscriptions.set(place.log, subscription)
        return subscription
      },
      unsubscribe: (subscription) => {
        const member = subscription.place.members.get(subscription.session.userId)
        if (member !== undefined) member.subscriptions = member.subscriptions.filter((s) => s !== subscription)
        endSubscription(subscription)
      },
      goLive: (subscription) => {
        if (!subscription.ended && !subscription.session.lagging && subscription.sentTo >= subscription.place.fannedOut)
          subscription.live = true
        return subscription.live
      },
      detach: (session, nowMs) => {
        for (const { place } of session.subscriptions.values()) {
          const member = place.members.get(session.userId)
          if (member !== undefined) member.subscriptions = member.subscriptions.filter((s) => s.session !== session)
          noteEmpty(place, nowMs)
        }
        session.subscriptions.clear()
      },
      leave: (userId, logs, nowMs) => {
        for (const log of logs) {
          const place = places.get(log)
          if (place === undefined) continue
          removeMember(place, userId)
          noteEmpty(place, nowMs)
        }
      },
      forget: (log) => {
        places.delete(log)
      },
      receive: (change) => {
        const place = places.get(change.log)
        if (place === undefined) return
        const next = step(place, change)
        if (next._tag === "Deliver") deliver(place, next.events)
        else if (next._tag === "Read") startRepair(place)
      },
      flush,
      markDirty: (session) => {
        dirty.push(session)
      }
    } satisfies Fanout as Fanout
  })

/** Between tries, so that a store that comes back is not met by everybody at once. */
const pause = Effect.flatMap(Random.nextIntBetween(100, 1_000), (ms) => Effect.sleep(ms))

const isHere = (place: Place, userId: UserId, seq: number): boolean => {
  const member = place.members.get(userId)
  return member !== undefined && seq > member.asOf
}

const noteEmpty = (place: Place, nowMs: number): void => {
  if (place.members.size === 0) place.emptySinceMs ??= nowMs
}

const endSubscription = (subscription: Subscription): void => {
  subscription.ended = true
  subscription.session.pauseLive(subscription)
  subscription.session.subscriptions.delete(subscription.place.log)
}

/** The one loop that runs per recipient: nothing here but comparing two numbers and queueing shared frames. */
const offerToAll = (place: Place, events: ReadonlyArray<LogEvent>): void => {
  if (events.length === 0) return
  let frames: ReadonlyArray<EncodedFrame> | undefined
  const shared = () => (frames ??= eventFrames(place.log, events))
  for (const member of place.members.values()) {
    for (const subscription of member.subscriptions) {
      if (subscription.live) subscription.session.offer(subscription, events, shared)
    }
  }
}
