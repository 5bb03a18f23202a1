/**
 * The fan-out's index as data: a conversation's place, its members here, and their sockets as the fan-out sees them.
 */

import type { LogEvent } from "../../domain/Event.ts"
import type { ConversationId, UserId } from "../../domain/Ids.ts"
import type { SmallMap } from "../../domain/SmallMap.ts"
import type { Membership } from "../../ports/Conversations.ts"
import type { CursorsFrame, EncodedFrame, ServerFrame } from "../../protocol/ServerFrame.ts"
import type { Progress } from "./FanoutPlace.ts"

/** A socket. All of it is synchronous, and none of it throws. */
export interface Recipient {
  readonly userId: UserId
  /** Its place in each log in which it has one. */
  readonly subscriptions: SmallMap<ConversationId, Subscription>
  /** It takes nothing any more. */
  readonly closed: boolean
  /** It takes nothing live until it was caught up. */
  readonly lagging: boolean
  readonly push: (frame: EncodedFrame) => void
  readonly send: (frame: ServerFrame) => void
  /**
   * Tells how far another has come: at once by the shared frame, or merged with what else waited when it takes
   * something again.
   */
  readonly tellCursors: (cursors: CursorsFrame, shared: EncodedFrame) => void
  /** Queues live events of one log. `shared` gives the frames of exactly these events, encoded once for all sockets. */
  readonly offer: (
    subscription: Subscription,
    events: ReadonlyArray<LogEvent>,
    shared: () => ReadonlyArray<EncodedFrame>
  ) => void
  /** Ends live delivery in one log; answers that waited for their place there go out now. */
  readonly pauseLive: (subscription: Subscription) => void
  /** Everything queued, in one write. */
  readonly flush: () => void
}

/** A socket's place in one log: everything up to `sentTo` was sent on it, or told as not coming. */
export interface Subscription {
  readonly session: Recipient
  readonly place: Place
  sentTo: number
  /** Live events above `sentTo` are queued. False while it is being caught up. */
  live: boolean
  /** Of another socket of the same user here: most have one alone, which an array each would make twice as large. */
  next: Subscription | undefined
}

/**
 * A member with at least one socket here. Membership events at or below `asOf` leave the entry alone: it was read later
 * than they happened.
 */
export interface MemberHere {
  asOf: number
  /** Messages below are not this member's to read. */
  visibleFrom: number
  /**
   * Of its sockets, the newest first; each leads to the next. One that is taken out still leads on, for a loop that is
   * under way.
   */
  first: Subscription | undefined
}

/** One conversation here. */
export interface Place extends Progress {
  readonly log: ConversationId
  /** Undefined until somebody was entered. */
  kind: Membership["kind"] | undefined
  readonly members: SmallMap<UserId, MemberHere>
  /** When it was opened, or its last member left or was removed (ms); undefined while there are any. */
  emptySinceMs: number | undefined
}
