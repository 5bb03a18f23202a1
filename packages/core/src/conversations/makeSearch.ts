/** Looking for messages, step by step. Nothing is kept of a search: whoever goes on says where. */
import { Effect } from "effect"
import type { SearchAnswer } from "../domain/Conversation.ts"
import { rowsThatFit } from "../domain/HistorySize.ts"
import type { ConversationId, UserId } from "../domain/Ids.ts"
import { Limits } from "../domain/Limits.ts"
import { matches, searchWords } from "../domain/SearchText.ts"
import { Conversations, type Place } from "./Conversations.ts"

export interface SearchRequest {
  readonly text: string
  /** Looked through in this order; one that is named twice, once. One that the user may not read, or that is not there, holds nothing. */
  readonly conversationIds: ReadonlyArray<ConversationId>
  /** In the first of them only below this seq. */
  readonly before: number | undefined
  /** Hits, at most Limits.searchHitsMax. */
  readonly limit: number
}

/** Above every seq. */
const top = Number.MAX_SAFE_INTEGER

/**
 * The search of a user, bounded for whoever asks and for all others: it looks at no more than Limits.searchWithin rows and about Limits.searchBytes of texts, then says
 * where to go on, and the store and this process do other work between two of its steps.
 */
export const makeSearch = Effect.map(Conversations, (conversations) => {
  /** Where the words stood when their texts were looked at, and where to go on. */
  const look = Effect.fnUntraced(function* (
    userId: UserId,
    words: ReadonlyArray<string>,
    { before, conversationIds, limit }: SearchRequest
  ) {
    const logs = [...new Set(conversationIds)]
    const found: Array<Place> = []
    let [looked, bytes] = [0, 0]
    for (const [index, conversationId] of logs.entries()) {
      let below = index === 0 ? (before ?? top) : top
      for (;;) {
        const step = yield* conversations.texts(userId, conversationId, below, Limits.searchWithin - looked)
        if (step === undefined) break
        const hits = step.texts.filter(([, text]) => matches(words, text)).slice(0, limit - found.length)
        for (const [seq] of hits) found.push({ conversationId, seq })
        looked += step.looked
        bytes += step.bytes
        const [isFull, last] = [found.length === limit, hits.at(-1)]
        if (isFull || looked >= Limits.searchWithin || bytes >= Limits.searchBytes) {
          const rest = isFull && last !== undefined && last !== step.texts.at(-1) ? last[0] : step.below
          return { found, next: rest === undefined ? beginning(logs[index + 1]) : { conversationId, before: rest } }
        }
        if (step.below === undefined) break
        below = step.below
      }
    }
    return { found, next: undefined }
  })

  return Effect.fn("Search.find")(function* (userId: UserId, request: SearchRequest) {
    const words = searchWords(request.text)
    const { found, next } = yield* look(userId, words, request)
    // What was changed or deleted meanwhile is shown, or left out, as it is now.
    const rows = found.length === 0 ? [] : yield* conversations.rowsAt(userId, found)
    const hits = rows.filter(({ row }) => matches(words, row.text ?? ""))
    const fit = hits.slice(0, rowsThatFit(hits.map(({ row }) => row)))
    const last = fit.length < hits.length ? fit.at(-1) : undefined
    const rest = last === undefined ? next : { conversationId: last.conversationId, before: last.row.seq }
    return { hits: fit, ...(rest === undefined ? {} : { next: rest }) } satisfies SearchAnswer
  })
})

const beginning = (conversationId: ConversationId | undefined) =>
  conversationId === undefined ? undefined : { conversationId, before: top }
