/**
 * A search in messages under way: one call for each press, the newest question's answers alone, and what they found so
 * far.
 */
import type { ConversationId } from "@hibiki/core/domain/Ids"
import { type Accessor, createSignal, onCleanup, untrack } from "solid-js"
import type { Answer, CallResult, Payload } from "../../runtime/Chat.ts"
import { placeAfter, questionAt, type SearchPlace } from "./searchRules.ts"

export type Hit = Answer<"history.search">["hits"][number]

/** More are not gathered: the question is too wide then, and the page would grow with each press. */
export const hitsAtMost = 500

export interface Asked {
  readonly text: string
  /** Of one conversation, or of all. */
  readonly scope: "here" | "all"
  /** In the order in which they are looked through. */
  readonly ids: ReadonlyArray<ConversationId>
}

export interface Searched extends Asked {
  readonly hits: ReadonlyArray<Hit>
  readonly looking: boolean
  /** Why the last call found nothing out. */
  readonly error?: { readonly _tag: string }
  /**
   * Where it was to go on, or goes on next; undefined: all was looked through, or, while it is looking, nobody knows
   * yet where to look.
   */
  readonly place: SearchPlace | undefined
}

export type SearchCall = (payload: Payload<"history.search">) => Promise<CallResult<"history.search">>

export interface Search {
  /** Undefined: nothing was asked. Another object with each step. */
  readonly now: Accessor<Searched | undefined>
  /** Without ids it waits for them, which are told by asking once more. */
  readonly ask: (asked: Omit<Asked, "ids"> & { readonly ids: Asked["ids"] | undefined }) => void
  /** Looks on from `place`: further back, or once more after an error. */
  readonly further: () => void
  readonly forget: () => void
}

/** Call in a reactive scope: with it the question ends. */
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
