/** Searches messages, step by step. The server stores nothing of a search: the client says where to continue. */
import { Effect } from "effect"
import type { SearchAnswer } from "../domain/Conversation.ts"
import { rowsThatFit, sideBytes } from "../domain/HistorySize.ts"
import type { ConversationId, UserId } from "../domain/Ids.ts"
import { Limits } from "../domain/Limits.ts"
import { matches, searchWords } from "../domain/SearchText.ts"
import { monotonicMs } from "../fibers/Time.ts"
import { Conversations, type Place, type Texts } from "../ports/Conversations.ts"
import { utf8Bytes } from "../protocol/Json.ts"

export interface SearchRequest {
  readonly text: string
  /**
   * Searched in this order; a duplicate counts once. A conversation that the user may not read, or that does not exist,
   * has no hits.
   */
  readonly conversationIds: ReadonlyArray<ConversationId>
  /** In the first of them only below this seq. */
  readonly before: number | undefined
  /** Hits, at most Limits.searchHitsMax. */
  readonly limit: number
}

/**
 * Rows of one step: the first, while the size of the texts is unknown, and the maximum. In between as many as have
 * about `stepBytes`: a store that answers one query at a time (PGlite) works a few milliseconds for that, and other
 * users' messages wait no longer.
 */
const stepRows = { first: 64, most: 250 } as const
const stepBytes = 49_152
/** After matching this many UTF-16 units of texts the process does other work. */
const sliceUnits = 16_384
/**
 * After a step the search pauses as long as the step took, and no longer than this (ms): half of the time is left to
 * others.
 */
const restMaxMs = 50

/** Above every seq. */
const top = Number.MAX_SAFE_INTEGER

/**
 * One user's search, bounded for that user and for all others. It examines at most Limits.searchWithin rows and about
 * Limits.searchBytes of texts, then returns where to continue. Between two steps the store and this process do other
 * work.
 */
export const makeSearch = Effect.map(Conversations, (conversations) => {
  /** Returns the places of the hits at the time when their texts were read, and where to continue. */
  const look = Effect.fnUntraced(function* (
    userId: UserId,
    words: ReadonlyArray<string>,
    { before, conversationIds, limit }: SearchRequest
  ) {
    const logs = [...new Set(conversationIds)]
    const found: Array<Place> = []
    let [looked, bytes, rows, foundBytes] = [0, 0, stepRows.first as number, 0]
    for (const [index, conversationId] of logs.entries()) {
      let below = index === 0 ? (before ?? top) : top
      for (;;) {
        const beganMs = yield* monotonicMs
        const step = yield* conversations.texts(
          userId,
          conversationId,
          below,
          Math.min(rows, Limits.searchWithin - looked)
        )
        if (step === undefined) break
        const hits = yield* hitsIn(step.texts, words, limit - found.length)
        for (const [seq, text] of hits) {
          found.push({ conversationId, seq })
          foundBytes += utf8Bytes(text)
        }
        looked += step.looked
        bytes += step.bytes
        // Never read more rows than the answer takes, only to drop them.
        const [isFull, last] = [found.length === limit || foundBytes >= sideBytes, hits.at(-1)]
        if (isFull || looked >= Limits.searchWithin || bytes >= Limits.searchBytes) {
          const rest = isFull && last !== undefined && last !== step.texts.at(-1) ? last[0] : step.below
          return { found, next: rest === undefined ? beginning(logs[index + 1]) : { conversationId, before: rest } }
        }
        if (step.below === undefined) break
        below = step.below
        rows = rowsOf(step)
        yield* Effect.sleep(Math.min(restMaxMs, (yield* monotonicMs) - beganMs))
      }
    }
    return { found, next: undefined }
  })

  return Effect.fn("Search.find")(function* (userId: UserId, request: SearchRequest) {
    const words = searchWords(request.text)
    const { found, next } = yield* look(userId, words, request)
    // A row that changed or was deleted in the meantime appears, or is left out, as it is now.
    const rows = found.length === 0 ? [] : yield* conversations.rowsAt(userId, found)
    const texts = rows.map(({ row }, index) => [index, row.text ?? ""] as const)
    const still = new Set((yield* hitsIn(texts, words, rows.length)).map(([index]) => index))
    const hits = rows.filter((_, index) => still.has(index))
    const fit = hits.slice(0, rowsThatFit(hits.map(({ row }) => row)))
    const last = fit.length < hits.length ? fit.at(-1) : undefined
    const rest = last === undefined ? next : { conversationId: last.conversationId, before: last.row.seq }
    return { hits: fit, ...(rest === undefined ? {} : { next: rest }) } satisfies SearchAnswer
  })
})

/** Returns the texts with all words, at most `limit`. Lets the process do other work after each `sliceUnits`. */
const hitsIn = Effect.fnUntraced(function* (texts: Texts["texts"], words: ReadonlyArray<string>, limit: number) {
  const hits: Array<Texts["texts"][number]> = []
  let units = 0
  for (const one of texts) {
    if (units >= sliceUnits) {
      units = 0
      // A timer, and not a yield: that would only let other fibers run, and sockets wait for the event loop.
      yield* Effect.sleep(0)
    }
    units += one[1].length
    if (matches(words, one[1]) && hits.push(one) === limit) break
  }
  return hits
})

const rowsOf = ({ bytes, looked }: Texts): number =>
  Math.max(1, Math.min(stepRows.most, Math.floor((looked * stepBytes) / Math.max(1, bytes))))

const beginning = (conversationId: ConversationId | undefined) =>
  conversationId === undefined ? undefined : { conversationId, before: top }
