/** Serves history: pages of rows, and what changed in rows that a client keeps. */

import type { Rpc, RpcGroup } from "@effect/rpc"
import { Conversations, type PageFrom } from "@hibiki/core/conversations/Conversations"
import { Limits } from "@hibiki/core/domain/Limits"
import { CurrentIdentity } from "@hibiki/core/protocol/rpc/AuthMiddleware"
import type { ConversationRpcs } from "@hibiki/core/protocol/rpc/ConversationRpcs"
import { NotFound, Unavailable } from "@hibiki/core/protocol/rpc/RpcErrors"
import { Effect } from "effect"

type Payload<Tag extends string> = Rpc.Payload<Extract<RpcGroup.Rpcs<typeof ConversationRpcs>, { readonly _tag: Tag }>>

/** The handlers of `history.*`, for the layer of ConversationHandlers. */
export const makeHistoryHandlers = Effect.map(Conversations, (conversations) => ({
  "history.page": (payload: Payload<"history.page">) =>
    Effect.flatMap(CurrentIdentity, ({ userId }) =>
      conversations
        .page(userId, payload.conversationId, pageFrom(payload), payload.limit ?? Limits.pageDefault)
        .pipe(orUnavailable, orNotFound)
    ),
  "history.changedSince": ({ asOf, conversationId, from, to }: Payload<"history.changedSince">) =>
    Effect.flatMap(CurrentIdentity, ({ userId }) =>
      conversations.changedSince(userId, conversationId, asOf, from, to).pipe(orUnavailable, orNotFound)
    )
}))

/** What a read that the store could not do is answered with; its backend has logged why. */
export const orUnavailable = <A, E, R>(read: Effect.Effect<A, E, R>): Effect.Effect<A, Unavailable, R> =>
  Effect.mapError(read, () => new Unavailable({ retryAfterMs: 1_000 }))

/** Absent and forbidden look the same. */
export const orNotFound = <A, E, R>(read: Effect.Effect<A | undefined, E, R>): Effect.Effect<A, E | NotFound, R> =>
  Effect.flatMap(read, (found): Effect.Effect<A, NotFound> => (found === undefined ? Effect.fail(new NotFound()) : Effect.succeed(found)))

const pageFrom = (payload: Payload<"history.page">): PageFrom => {
  if (payload.before !== undefined) return { _tag: "Before", seq: payload.before }
  if (payload.after !== undefined) return { _tag: "After", seq: payload.after }
  return payload.around === undefined ? { _tag: "Latest" } : { _tag: "Around", seq: payload.around }
}
