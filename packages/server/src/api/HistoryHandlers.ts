/** Serves history: pages of rows, changes to rows that a client has stored, and search. */
import type { Rpc, RpcGroup } from "@effect/rpc"
import { AccountPolicy } from "@hibiki/core/accounts/AccountPolicy"
import { makeSearch } from "@hibiki/core/conversations/makeSearch"
import { Limits } from "@hibiki/core/domain/Limits"
import { Conversations, type PageFrom } from "@hibiki/core/ports/Conversations"
import type { ConversationRpcs } from "@hibiki/core/protocol/rpc/ConversationRpcs"
import { Effect } from "effect"
import { Reads } from "./reads.ts"

type Payload<Tag extends string> = Rpc.Payload<Extract<RpcGroup.Rpcs<typeof ConversationRpcs>, { readonly _tag: Tag }>>

/** The handlers of `history.*`, for the layer of ConversationHandlers. */
export const makeHistoryHandlers = Effect.gen(function* () {
  const conversations = yield* Conversations
  const read = yield* Reads
  const search = yield* makeSearch
  const { limits } = yield* AccountPolicy
  return {
    "history.page": (payload: Payload<"history.page">) =>
      read((userId) =>
        conversations.page(userId, payload.conversationId, pageFrom(payload), payload.limit ?? Limits.pageDefault)
      ),
    "history.changedSince": ({ asOf, conversationId, from, to }: Payload<"history.changedSince">) =>
      read((userId) => conversations.changedSince(userId, conversationId, asOf, from, to)),
    "history.reactors": ({ conversationId, emoji, seq }: Payload<"history.reactors">) =>
      read((userId) => conversations.reactors(userId, conversationId, seq, emoji)),
    "history.search": ({ before, conversationIds, limit, text }: Payload<"history.search">) =>
      read((userId) => search(userId, { text, conversationIds, before, limit: limit ?? Limits.searchHitsDefault }), {
        limit: limits.searchUser
      })
  }
})

const pageFrom = (payload: Payload<"history.page">): PageFrom => {
  if (payload.pinned) return { _tag: "Pinned", below: payload.before }
  if (payload.before !== undefined) return { _tag: "Before", seq: payload.before }
  if (payload.after !== undefined) return { _tag: "After", seq: payload.after }
  return payload.around === undefined ? { _tag: "Latest" } : { _tag: "Around", seq: payload.around }
}
