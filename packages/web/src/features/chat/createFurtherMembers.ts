/**
 * The members of a large group whom the page does not hold: asked for when somebody is looked for among all of them.
 */
import type { Member } from "@hibiki/core/domain/Conversation"
import { Limits } from "@hibiki/core/domain/Limits"
import { type Accessor, createEffect, createMemo, createSignal, on, onCleanup, untrack } from "solid-js"
import { type ConversationModel, whenLive } from "./conversationModel.ts"
import { type Members, membersAfter, membersAtOnce } from "./createMembers.ts"

export interface FurtherMembers {
  /** Those beyond `members.list`, as far as they came, ordered by handle. */
  readonly list: Accessor<ReadonlyArray<Member>>
  readonly loading: Accessor<boolean>
}

/**
 * Asked for once for each list of the members, page by page, Limits.membersMax of them, from the first time on that
 * `wanted` says so; what failed is gone on with the next time that it does. Call in a reactive scope.
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
