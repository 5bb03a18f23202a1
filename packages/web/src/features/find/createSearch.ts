/** A message search in progress: one call for each press, only the answers to the newest query, and the hits so far. */
import type { ConversationId } from "@hibiki/core/domain/Ids"
import { Limits } from "@hibiki/core/domain/Limits"
import { matchRanges, searchWords } from "@hibiki/core/domain/SearchText"
import { type Accessor, createSignal, onCleanup, untrack } from "solid-js"
import type { Answer, CallResult, Payload } from "../../runtime/Chat.ts"
import { plainText } from "../chat/text/grammar.ts"

export type Hit = Answer<"history.search">["hits"][number]

/** Maximum hits. Beyond it the query is too broad, and the page would grow with each press. */
export const hitsAtMost = 500

export interface Asked {
  readonly text: string
  /** Search in one conversation, or in all. */
  readonly scope: "here" | "all"
  /** The conversations, in search order. */
  readonly ids: ReadonlyArray<ConversationId>
}

export interface Searched extends Asked {
  readonly hits: ReadonlyArray<Hit>
  readonly looking: boolean
  /** Why the last call failed. */
  readonly error?: { readonly _tag: string }
  /**
   * Where the search continues, or tries again; undefined: everything was searched, or the conversations are not known
   * yet while it is looking.
   */
  readonly place: SearchPlace | undefined
}

export type SearchCall = (payload: Payload<"history.search">) => Promise<CallResult<"history.search">>

export interface Search {
  /** Undefined: no search yet. Another object with each step. */
  readonly now: Accessor<Searched | undefined>
  /** Without ids the search waits until the caller asks again with them. */
  readonly ask: (asked: Omit<Asked, "ids"> & { readonly ids: Asked["ids"] | undefined }) => void
  /** Continues from `place`: further back, or once more after an error. */
  readonly further: () => void
  readonly forget: () => void
}

/** Call in a reactive scope; the search ends with it. */
export const createSearch = (call: SearchCall): Search => {
  const [now, setNow] = createSignal<Searched>()
  let turn = 0
  const run = async ({ hits, ids, place, scope, text }: Omit<Searched, "looking">) => {
    const mine = ++turn
    const asked = { hits, ids, place, scope, text }
    if (place === undefined) return setNow({ ...asked, looking: false })
    setNow({ ...asked, looking: true })
    const answer = await call({ text, ...questionAt(ids, place) }).catch(() => unanswered)
    if (mine !== turn) return
    if (!answer.ok) setNow({ ...asked, looking: false, error: answer.error })
    else {
      const { hits: found, next } = answer.value
      setNow({
        ...asked,
        looking: false,
        hits: [...hits, ...found].slice(0, hitsAtMost),
        place: placeAfter(ids, place, next)
      })
    }
  }
  const forget = () => {
    turn++
    setNow(undefined)
  }
  onCleanup(() => turn++)
  return {
    now,
    ask: ({ ids, scope, text }) => {
      if (ids !== undefined)
        return void run({ ids, scope, text, hits: [], place: ids.length === 0 ? undefined : { at: 0 } })
      turn++
      setNow({ ids: [], scope, text, hits: [], looking: true, place: undefined })
    },
    further: () => {
      const last = untrack(now)
      if (last?.looking === false && last.hits.length < hitsAtMost) void run(last)
    },
    forget
  }
}

const unanswered = { ok: false, error: { _tag: "Unreachable" } } as const

// The calls of a search, the order in which it continues, and the excerpt of a hit. Pure.

/** The position of a search: the index of the conversation, and the seq below which it continues there. */
export interface SearchPlace {
  readonly at: number
  readonly before?: number
}

/** Returns as many conversations as one call takes, from the place on. */
export const questionAt = (ids: ReadonlyArray<ConversationId>, { at, before }: SearchPlace) => ({
  conversationIds: ids.slice(at, at + Limits.searchConversations),
  ...(before === undefined ? {} : { before })
})

/** Returns where the search continues after an answer for `place`; undefined: everything was searched. */
export const placeAfter = (
  ids: ReadonlyArray<ConversationId>,
  place: SearchPlace,
  next: { readonly conversationId: ConversationId; readonly before: number } | undefined
): SearchPlace | undefined => {
  const at = next === undefined ? place.at + Limits.searchConversations : ids.indexOf(next.conversationId)
  if (at < 0 || at >= ids.length) return undefined
  return next === undefined ? { at } : { at, before: next.before }
}

/** Groups the hits by conversation, in their order. */
export const groupsOf = <A extends { readonly conversationId: ConversationId }>(
  hits: ReadonlyArray<A>
): ReadonlyArray<{ readonly conversationId: ConversationId; readonly hits: ReadonlyArray<A> }> =>
  [...new Set(hits.map(({ conversationId }) => conversationId))].map((conversationId) => ({
    conversationId,
    hits: hits.filter((hit) => hit.conversationId === conversationId)
  }))

interface Piece {
  readonly text: string
  readonly marked: boolean
}

/** Code points of a line, and how many of them stand before the first marked word. */
const longest = 240
const lead = 40

/** Returns a message in one line around the first word found, with all matches in it marked. Spoilers stay covered. */
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

/** Returns what percentage of a log, of the part that its reader may see, is above a place. Between 1 and 99. */
export const percentAbove = (
  { head, visibleFrom }: { readonly head: number; readonly visibleFrom: number },
  before: number
): number => Math.min(99, Math.max(1, Math.floor((100 * (head - before + 1)) / Math.max(1, head - visibleFrom + 1))))
