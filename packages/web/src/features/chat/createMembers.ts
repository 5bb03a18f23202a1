/** The members of a conversation. Requested in pages while the page is live, and again when members change. */
import type { Member } from "@hibiki/core/domain/Conversation"
import type { ConversationId } from "@hibiki/core/domain/Ids"
import { presenceLimits } from "@hibiki/core/domain/Limits"
import { type Accessor, batch, createEffect, createMemo, createSignal, on, onCleanup, untrack } from "solid-js"
import type { Chat } from "../../runtime/Chat.ts"
import { type ConversationModel, whenLive } from "./conversationModel.ts"

/** The number of users whose presence a device may watch. */
export const membersAtOnce = presenceLimits.watchedMax

/** Requests the next page, by handle; without `last` the first. */
export const membersAfter = (chat: Chat, conversationId: ConversationId, last: Member | undefined) =>
  chat.call("conversation.members", {
    conversationId,
    limit: membersAtOnce,
    ...(last === undefined ? {} : { afterHandle: last.handle })
  })

export interface Members {
  /** Ordered by handle; undefined before the first answer. */
  readonly list: Accessor<ReadonlyArray<Member> | undefined>
  readonly more: Accessor<boolean>
  readonly failed: Accessor<boolean>
  readonly loadMore: () => void
  /** Repeats the failed request. */
  readonly retry: () => void
}

export const createMembers = (model: ConversationModel): Members => {
  const [list, setList] = createSignal<ReadonlyArray<Member>>()
  const [more, setMore] = createSignal(false)
  const [failed, setFailed] = createSignal(false)
  // The number of members requested so far. When members change, all of them are read again and shown at once.
  // Otherwise a user who had gone on to a later page would be back at the first. There are some 25 pages at most, the
  // size limit of a conversation.
  let wanted = membersAtOnce
  // The list may be older than the last change of members.
  let isOld = true
  let run = 0
  onCleanup(() => run++)

  const load = async () => {
    const mine = ++run
    const chat = await whenLive(model)
    let got = (isOld ? undefined : untrack(list)) ?? []
    let isMore = true
    while (isMore && got.length < wanted) {
      const result = await membersAfter(chat, model.id, got.at(-1))
      if (mine !== run) return
      if (!result.ok) {
        setFailed(true)
        return
      }
      model.app.people.learn(result.value)
      isMore = result.value.length === membersAtOnce
      got = [...got, ...result.value]
    }
    isOld = false
    batch(() => {
      setFailed(false)
      setMore(isMore)
      setList(got)
    })
  }
  const kind = createMemo(() => model.summary()?.kind)
  const live = createMemo(() => model.app.connection()._tag === "live")
  // Each change of members or of their rights adds a row.
  const changes = createMemo((before: number) => {
    const last = model.summary()?.last
    return last === undefined || last.kind === "posted" ? before : last.seq
  }, 0)
  const count = createMemo(() => model.summary()?.members)
  createEffect(
    on([kind, live, changes, count], ([what, isLive]) => {
      isOld = true
      if (what !== undefined && what !== "direct" && isLive) void load()
    })
  )
  return {
    list,
    more,
    failed,
    loadMore: () => {
      wanted = (list()?.length ?? 0) + membersAtOnce
      void load()
    },
    retry: () => void load()
  }
}
