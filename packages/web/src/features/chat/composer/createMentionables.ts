/** The members whom one may mention in a conversation: those whom the page holds, and the others once they are asked for. */
import type { Member } from "@hibiki/core/domain/Conversation"
import { Limits } from "@hibiki/core/domain/Limits"
import { type Accessor, createEffect, createMemo, createSignal, on, onCleanup, untrack } from "solid-js"
import { type ConversationModel, whenLive } from "../conversationModel.ts"
import { type Members, membersAfter, membersAtOnce } from "../createMembers.ts"
import { type Mentionable, mentionable, recentWriters } from "./mentionRules.ts"

/**
 * Oneself and who is blocked are left out. Who is in a large group is asked for once for each list of its members, page by page, Limits.membersMax of them, from
 * the first time on that `wanted` says so; what failed is gone on with the next time that it does. Before any member is known: who wrote lately.
 */
export const createMentionables = (
  model: ConversationModel,
  members: Members,
  wanted: Accessor<boolean>
): Accessor<ReadonlyArray<Mentionable>> => {
  const { app } = model
  const [further, setFurther] = createSignal<ReadonlyArray<Mentionable>>([])
  const held = createMemo(() => {
    const people = members.list() ?? recentWriters(model.open.view()).flatMap((userId) => app.people.get(userId) ?? [])
    return people.map(mentionable)
  })
  let last: Member | undefined
  let isBusy = false
  let isDone = false
  let run = 0
  onCleanup(() => run++)
  const load = async () => {
    if (isBusy || isDone) return
    isBusy = true
    const mine = run
    const chat = await whenLive(model)
    last ??= untrack(members.list)?.at(-1)
    while (mine === run && !isDone) {
      const page = await membersAfter(chat, model.id, last)
      if (mine !== run) return
      if (!page.ok) break
      last = page.value.at(-1) ?? last
      const known = setFurther((before) => [...before, ...page.value.map(mentionable)])
      isDone = page.value.length < membersAtOnce || known.length >= Limits.membersMax
    }
    if (mine === run) isBusy = false
  }
  const isWanted = createMemo(wanted)
  const whenOthers = () => {
    run++
    isBusy = isDone = false
    last = undefined
    setFurther([])
  }
  createEffect(on(members.list, whenOthers, { defer: true }))
  createEffect(
    on([isWanted, members.more, members.list], ([isNow, isMore]) => {
      if (isNow && isMore) void load()
    })
  )
  return createMemo(() => {
    const left = new Set([...app.blocked(), model.me()])
    return [...held(), ...further()].filter(({ person: { userId } }) => {
      const isNew = !left.has(userId)
      left.add(userId)
      return isNew
    })
  })
}
