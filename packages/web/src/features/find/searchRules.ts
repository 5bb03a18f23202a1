/** What a search asks, in what order it goes on, and what is shown of a message that it found. Pure. */
import type { ConversationId } from "@hibiki/core/domain/Ids"
import { Limits } from "@hibiki/core/domain/Limits"
import { matchRanges, searchWords } from "@hibiki/core/domain/SearchText"
import { plainText } from "../chat/text/grammar.ts"

/** Where a search stands: at this one of its conversations, there below this seq. */
export interface SearchPlace {
  readonly at: number
  readonly before?: number
}

/** As many conversations as one call takes, from the place on. */
export const questionAt = (ids: ReadonlyArray<ConversationId>, { at, before }: SearchPlace) => ({
  conversationIds: ids.slice(at, at + Limits.searchConversations),
  ...(before === undefined ? {} : { before })
})

/** Where it goes on after an answer for `place`; undefined: all was looked through. */
export const placeAfter = (
  ids: ReadonlyArray<ConversationId>,
  place: SearchPlace,
  next: { readonly conversationId: ConversationId; readonly before: number } | undefined
): SearchPlace | undefined => {
  const at = next === undefined ? place.at + Limits.searchConversations : ids.indexOf(next.conversationId)
  if (at < 0 || at >= ids.length) return undefined
  return next === undefined ? { at } : { at, before: next.before }
}

/** Neighbours of one conversation together, in their order. */
export const groupsOf = <A extends { readonly conversationId: ConversationId }>(
  hits: ReadonlyArray<A>
): ReadonlyArray<{ readonly conversationId: ConversationId; readonly hits: ReadonlyArray<A> }> =>
  [...new Set(hits.map(({ conversationId }) => conversationId))].map((conversationId) => ({
    conversationId,
    hits: hits.filter((hit) => hit.conversationId === conversationId)
  }))

export interface Piece {
  readonly text: string
  readonly marked: boolean
}

/** Code points of a line, of which so many stand before the first that is marked. */
const longest = 240
const lead = 40

/**
 * A message in one line, around the first found word, all that are in it marked. What a spoiler covers stays covered.
 */
export const excerptOf = (text: string, query: string): ReadonlyArray<Piece> => {
  const line = plainText(text).replace(/\s+/gu, " ").trim()
  const ranges = matchRanges(searchWords(query), line)
  const first = ranges[0]?.from ?? 0
  const before = [...line.slice(0, first)]
  const isCut = before.length > 2 * lead
  const from = isCut ? first - before.slice(-lead).join("").length : 0
  const kept = [...line.slice(from)]
  const to = from + kept.slice(0, longest).join("").length
  const pieces: Array<Piece> = isCut ? [{ text: "…", marked: false }] : []
  const put = (begin: number, end: number, marked: boolean) => {
    const piece = line.slice(Math.max(begin, from), Math.min(end, to))
    if (piece !== "") pieces.push({ text: piece, marked })
  }
  let at = from
  for (const range of ranges) {
    put(at, range.from, false)
    put(range.from, range.to, true)
    at = range.to
  }
  put(at, to, false)
  return kept.length > longest ? [...pieces, { text: "…", marked: false }] : pieces
}

/**
 * How much of a log is above a place, in hundredths: of what its reader may see. Never all of it, and never nothing.
 */
export const percentAbove = (
  { head, visibleFrom }: { readonly head: number; readonly visibleFrom: number },
  before: number
): number => Math.min(99, Math.max(1, Math.floor((100 * (head - before + 1)) / Math.max(1, head - visibleFrom + 1))))
