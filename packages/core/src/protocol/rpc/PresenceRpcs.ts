/** Calls about who is there and how far they have read. `presence.watch` is a stream, served on `/rpc/ws` only. */
import { Rpc, RpcGroup } from "@effect/rpc"
import { Schema } from "effect"
import { ConversationId, Millis, Seq, UserId } from "../../domain/Ids.ts"
import { presenceLimits } from "../../domain/Limits.ts"
import { Person } from "../../domain/Person.ts"
import { DeviceKind, PresenceState, UserPresence } from "../../domain/Presence.ts"
import { AuthMiddleware } from "./AuthMiddleware.ts"
import { NotFound, RateLimited, Unauthenticated, Unavailable } from "./RpcErrors.ts"

/** As on the socket: who is in a state that only a newer server has is left out, and so are such kinds of devices. */
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
 * What a board is told: first a snapshot, then changes, at most one in presenceLimits.everyMs. A lost stream is opened
 * anew and begins with a new snapshot.
 */
export const BoardUpdate = Schema.Union(
  Schema.TaggedStruct("Snapshot", {
    at: Millis,
    people: Schema.Array(Person),
    users: Users,
    /**
     * How many were online (active or idle) at the end of each of the last minutes, the newest last,
     * presenceLimits.boardMinutes long.
     */
    online: Schema.Array(Schema.Int)
  }),
  Schema.TaggedStruct("Changes", { at: Millis, users: Users })
)
export type BoardUpdate = typeof BoardUpdate.Type

/** How far a member has read, and of a direct conversation how far its devices hold the log. */
export const Receipt = Schema.Struct({ userId: UserId, read: Seq, delivered: Schema.optional(Seq) })
export type Receipt = typeof Receipt.Type

const errors = Schema.Union(Unauthenticated, NotFound, RateLimited, Unavailable)

export class PresenceRpcs extends RpcGroup.make(
  /**
   * Of the members of a conversation that the caller is in, or of those among the named users who share one with the
   * caller.
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
  /** Others' marks, without those of invisible users. At most 200, those who read furthest first. */
  Rpc.make("conversation.receipts", {
    payload: { conversationId: ConversationId },
    success: Schema.Array(Receipt),
    error: errors
  })
).middleware(AuthMiddleware) {}
