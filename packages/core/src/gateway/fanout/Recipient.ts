/**
 * The fan-out's index as data: a conversation's place, its members here, and their sockets as the fan-out sees them.
 */

import type { LogEvent } from "../../domain/Event.ts"
import type { ConversationId, UserId } from "../../domain/Ids.ts"
import type { SmallMap } from "../../domain/SmallMap.ts"
import type { Membership } from "../../ports/Conversations.ts"
import type { CursorsFrame, EncodedFrame, ServerFrame } from "../../protocol/ServerFrame.ts"
import type { Progress } from "./FanoutPlace.ts"

/** A socket. Every member is synchronous and does not throw. */
export interface Recipient {
  readonly userId: UserId
  /** Its place in each log in which it has one. */
  readonly subscriptions: SmallMap<ConversationId, Subscription>
  /** It accepts nothing any more. */
  readonly closed: boolean
  /** It gets nothing live until it has caught up. */
  readonly lagging: boolean
  readonly push: (frame: EncodedFrame) => void
  readonly send: (frame: ServerFrame) => void
  /**
   * Sends another user's cursors: at once by the shared frame, or merged with other waiting ones when the socket
   * accepts frames again.
   */
  readonly tellCursors: (cursors: CursorsFrame, shared: EncodedFrame) => void
  /**
   * Queues live events of one log. `shared` returns the frames of exactly these events, encoded once for all sockets.
   */
  readonly offer: (
    subscription: Subscription,
    events: ReadonlyArray<LogEvent>,
    shared: () => ReadonlyArray<EncodedFrame>
  ) => void
  /** Ends live delivery in one log, and sends answers that waited for their place there now. */
  readonly pauseLive: (subscription: Subscription) => void
  /** Sends all queued frames in one write. */
  readonly flush: () => void
}

/** A socket's place in one log: everything up to `sentTo` was sent on it, or reported as skipped. */
export interface Subscription {
  readonly session: Recipient
  readonly place: Place
  sentTo: number
  /** Live events above `sentTo` are queued. False while it is catching up. */
  live: boolean
  /**
   * The place of another socket of the same user here. Most users have one socket, and an array for each would double
   * the size.
   */
  next: Subscription | undefined
}

/**
 * A member with at least one socket here. Membership events at or below `asOf` do not change the entry: it was read
 * after they happened.
 */
export interface MemberHere {
  asOf: number
  /** This member may not read messages below. */
  visibleFrom: number
  /**
   * The places of its sockets, newest first; each links to the next. A removed one keeps its link, for a loop that is
   * running.
   */
  first: Subscription | undefined
}

/** One conversation here. */
export interface Place extends Progress {
  readonly log: ConversationId
  /** Undefined until a user was entered. */
  kind: Membership["kind"] | undefined
  readonly members: SmallMap<UserId, MemberHere>
  /** When it was opened, or its last member left or was removed (ms); undefined while it has members. */
  emptySinceMs: number | undefined
}
