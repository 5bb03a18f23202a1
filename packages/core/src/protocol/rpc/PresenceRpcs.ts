/** Calls about presence and read positions. `presence.watch` and `presence.count` are streams, on `/rpc/ws` only. */
import { Rpc, RpcGroup } from "@effect/rpc"
import { Schema } from "effect"
import { ConversationId, Millis, Seq, UserId } from "../../domain/Ids.ts"
import { presenceLimits } from "../../domain/Limits.ts"
import { Person } from "../../domain/Person.ts"
import { DeviceKind, PresenceState, UserPresence } from "../../domain/Presence.ts"
import { HistoryWindow, PresenceHistory } from "../../domain/PresenceCounts.ts"
import { AuthMiddleware } from "./AuthMiddleware.ts"
import { NotFound, RateLimited, Unauthenticated, Unavailable } from "./RpcErrors.ts"

/** As on the socket: leaves out users in a state that only a newer server has, and such kinds of devices. */
const Users = Schema.transform(
  Schema.Array(Schema.Struct({ ...UserPresence.fields, state: Schema.String, kinds: Schema.Array(Schema.String) })),
  Schema.Array(Schema.typeSchema(UserPresence)),
  {
    decode: (users) =>
      users.flatMap(({ kinds, state, ...user }) =>
        isState(state) ? [{ ...user, state, kinds: kinds.filter(isKind) }] : []
      ),
    encode: (users) => users
  }
)
const isState = Schema.is(PresenceState)
const isKind = Schema.is(DeviceKind)

/**
 * The messages to a board: first a snapshot, then changes, at most one in presenceLimits.everyMs. After a lost stream
 * the client opens a new one, which begins with a new snapshot.
 */
export const BoardUpdate = Schema.Union(
  Schema.TaggedStruct("Snapshot", {
    at: Millis,
    people: Schema.Array(Person),
    users: Users,
    /**
     * The number of users online (active or idle) at the end of each of the last presenceLimits.boardMinutes minutes,
     * the newest last.
     */
    online: Schema.Array(Schema.Int)
  }),
  Schema.TaggedStruct("Changes", { at: Millis, users: Users })
)
export type BoardUpdate = typeof BoardUpdate.Type

/** People of a conversation who are online, and those of them who are idle. Invisible people are offline. */
export const Occupancy = Schema.Struct({ at: Millis, online: Schema.Int, idle: Schema.Int })
export type Occupancy = typeof Occupancy.Type

/** A member's read position; in a direct conversation also the place up to which its devices hold the log. */
export const Receipt = Schema.Struct({ userId: UserId, read: Seq, delivered: Schema.optional(Seq) })
export type Receipt = typeof Receipt.Type

const errors = Schema.Union(Unauthenticated, NotFound, RateLimited, Unavailable)

export class PresenceRpcs extends RpcGroup.make(
  /**
   * Presence of the members of a conversation that the caller is in, or of those among the named users who share a
   * conversation with the caller.
   */
  Rpc.make("presence.watch", {
    payload: Schema.Struct({
      conversationId: Schema.optional(ConversationId),
      userIds: Schema.optional(Schema.Array(UserId).pipe(Schema.maxItems(presenceLimits.watchedMax)))
    }).pipe(
      Schema.filter(
        ({ conversationId, userIds }) => (conversationId === undefined) !== (userIds === undefined) || "one of the two"
      )
    ),
    success: BoardUpdate,
    error: errors,
    stream: true
  }),
  /** The occupancy of a conversation that the caller is in: at first, and whenever it changes. */
  Rpc.make("presence.count", {
    payload: { conversationId: ConversationId },
    success: Occupancy,
    error: errors,
    stream: true
  }),
  /**
   * How many people were online, by closed steps of time. Without a conversation: over the whole server, for
   * administrators. Of a conversation: for its members, and rounded for administrators.
   */
  Rpc.make("presence.history", {
    payload: { conversationId: Schema.optional(ConversationId), window: HistoryWindow },
    success: PresenceHistory,
    error: errors
  }),
  /** Others' marks, without those of invisible users. At most 200, furthest read first. */
  Rpc.make("conversation.receipts", {
    payload: { conversationId: ConversationId },
    success: Schema.Array(Receipt),
    error: errors
  })
).middleware(AuthMiddleware) {}
