/** Serves history: pages of rows, and what changed in rows that a client keeps. */

import type { Rpc, RpcGroup } from "@effect/rpc"
import { Conversations, type PageFrom } from "@hibiki/core/conversations/Conversations"
import { Limits } from "@hibiki/core/domain/Limits"
import type { ConversationRpcs } from "@hibiki/core/protocol/rpc/ConversationRpcs"
import { Unavailable } from "@hibiki/core/protocol/rpc/RpcErrors"
import { Effect } from "effect"
import { makeRead } from "./reads.ts"

type Payload<Tag extends string> = Rpc.Payload<Extract<RpcGroup.Rpcs<typeof ConversationRpcs>, { readonly _tag: Tag }>>

/** The handlers of `history.*`, for the layer of ConversationHandlers. */
export const makeHistoryHandlers = Effect.gen(function* () {
  const conversations = yield* Conversations
  const read = yield* makeRead
  return {
    "history.page": (payload: Payload<"history.page">) =>
      read((userId) => conversations.page(userId, payload.conversationId, pageFrom(payload), payload.limit ?? Limits.pageDefault)),
    "history.changedSince": ({ asOf, conversationId, from, to }: Payload<"history.changedSince">) =>
      read((userId) => conversations.changedSince(userId, conversationId, asOf, from, to)),
    "history.search": (_: Payload<"history.search">) => Effect.fail(new Unavailable({ retryAfterMs: 60_000 }))
  }
})

const pageFrom = (payload: Payload<"history.page">): PageFrom => {
  if (payload.before !== undefined) return { _tag: "Before", seq: payload.before }
  if (payload.after !== undefined) return { _tag: "After", seq: payload.after }
  return payload.around === undefined ? { _tag: "Latest" } : { _tag: "Around", seq: payload.around }
}
