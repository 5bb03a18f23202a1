/** Serves history: pages of rows, what changed in rows that a client keeps, and messages that are looked for. */
import type { Rpc, RpcGroup } from "@effect/rpc"
import { AccountPolicy } from "@hibiki/core/auth/AccountPolicy"
import { Conversations, type PageFrom } from "@hibiki/core/conversations/Conversations"
import { makeSearch } from "@hibiki/core/conversations/makeSearch"
import type { HistoryPage } from "@hibiki/core/domain/Conversation"
import type { UserId } from "@hibiki/core/domain/Ids"
import { Limits } from "@hibiki/core/domain/Limits"
import { utf8Bytes } from "@hibiki/core/protocol/Json"
import type { ConversationRpcs } from "@hibiki/core/protocol/rpc/ConversationRpcs"
import { Effect } from "effect"
import { Reads } from "./reads.ts"

type Payload<Tag extends string> = Rpc.Payload<Extract<RpcGroup.Rpcs<typeof ConversationRpcs>, { readonly _tag: Tag }>>

/**
 * A page of long rows keeps the store for as long as a hundred messages do. So each user's next page has as many rows as will weigh `pageBytes`, by the
 * size of those that were read, and at least `fewest`. The first one has all that are asked for.
 */
const pageBytes = 98_304
const fewest = 8
/** Users whose rows were long. Of the one noted first is forgotten what is one too many. */
const notedMax = 1_000

const makePageSizes = () => {
  const noted = new Map<UserId, number>()
  return {
    limit: (userId: UserId, asked: number): number => Math.min(asked, Math.max(fewest, noted.get(userId) ?? asked)),
    note: (userId: UserId, { rows }: HistoryPage): void => {
      const bytes = rows.reduce((sum, row) => sum + utf8Bytes(("text" in row ? row.text : undefined) ?? ""), 0)
      const fit = Math.floor((pageBytes * rows.length) / Math.max(1, bytes))
      // One short page says little about the next: what was long is forgotten by and by.
      const next = Math.min(fit, 2 * Math.max(fewest, noted.get(userId) ?? Number.POSITIVE_INFINITY))
      noted.delete(userId)
      if (next >= Limits.pageMax) return
      noted.set(userId, next)
      if (noted.size > notedMax) for (const first of noted.keys()) return void noted.delete(first)
    }
  }
}

/** The handlers of `history.*`, for the layer of ConversationHandlers. */
export const makeHistoryHandlers = Effect.gen(function* () {
  const conversations = yield* Conversations
  const read = yield* Reads
  const search = yield* makeSearch
  const { limits } = yield* AccountPolicy
  const sizes = makePageSizes()
  return {
    "history.page": (payload: Payload<"history.page">) =>
      read((userId) =>
        conversations
          .page(userId, payload.conversationId, pageFrom(payload), sizes.limit(userId, payload.limit ?? Limits.pageDefault))
          .pipe(
            Effect.tap((page) =>
              Effect.sync(() => {
                if (page !== undefined) sizes.note(userId, page)
              })
            )
          )
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
  if (payload.before !== undefined) return { _tag: "Before", seq: payload.before }
  if (payload.after !== undefined) return { _tag: "After", seq: payload.after }
  return payload.around === undefined ? { _tag: "Latest" } : { _tag: "Around", seq: payload.around }
}
