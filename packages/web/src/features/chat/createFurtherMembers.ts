/** The members of a large group that the page has not loaded. Requested when the user searches among all members. */
import type { Member } from "@hibiki/core/domain/Conversation"
import { Limits } from "@hibiki/core/domain/Limits"
import { type Accessor, createEffect, createMemo, createSignal, on, onCleanup, untrack } from "solid-js"
import { type ConversationModel, whenLive } from "./conversationModel.ts"
import { type Members, membersAfter, membersAtOnce } from "./createMembers.ts"

export interface FurtherMembers {
  /** The members beyond `members.list` that have arrived, ordered by handle. */
  readonly list: Accessor<ReadonlyArray<Member>>
  readonly loading: Accessor<boolean>
}

/**
 * Requests them once for each list of the members, page by page, at most Limits.membersMax of them. Starts the first
 * time that `wanted` is true; after a failure it continues the next time. Call in a reactive scope.
 */
export const createFurtherMembers = (
  model: ConversationModel,
  members: Members,
  wanted: Accessor<boolean>
): FurtherMembers => {
  const [list, setList] = createSignal<ReadonlyArray<Member>>([])
  const [loading, setLoading] = createSignal(false)
  let last: Member | undefined
  let isDone = false
  let run = 0
  onCleanup(() => run++)
  const load = async () => {
    if (untrack(loading) || isDone) return
    setLoading(true)
    const mine = run
    const chat = await whenLive(model)
    last ??= untrack(members.list)?.at(-1)
    while (mine === run && !isDone) {
      const page = await membersAfter(chat, model.id, last)
      if (mine !== run) return
      if (!page.ok) break
      last = page.value.at(-1) ?? last
      const known = setList((before) => [...before, ...page.value])
      isDone = page.value.length < membersAtOnce || known.length >= Limits.membersMax
    }
    if (mine === run) setLoading(false)
  }
  const isWanted = createMemo(wanted)
  const whenOthers = () => {
    run++
    isDone = false
    last = undefined
    setLoading(false)
    setList([])
  }
  createEffect(on(members.list, whenOthers, { defer: true }))
  createEffect(
    on([isWanted, members.more, members.list], ([isNow, isMore]) => {
      if (isNow && isMore) void load()
    })
  )
  return { list, loading }
}
