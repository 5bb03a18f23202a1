/** The members of a conversation, asked for in pages when the page is live, and again when somebody came or went. */
import type { Member } from "@hibiki/core/domain/Conversation"
import { presenceLimits } from "@hibiki/core/domain/PresenceLimits"
import { type Accessor, createEffect, createMemo, createSignal, on, onCleanup } from "solid-js"
import { type ConversationModel, whenLive } from "./conversationModel.ts"

/** As many as presence may be watched of. */
const pageSize = presenceLimits.watchedMax

export interface Members {
  /** Ordered by handle; undefined before the first answer. */
  readonly list: Accessor<ReadonlyArray<Member> | undefined>
  readonly more: Accessor<boolean>
  readonly failed: Accessor<boolean>
  readonly loadMore: () => void
  readonly reload: () => void
}

export const createMembers = (model: ConversationModel): Members => {
  const [list, setList] = createSignal<ReadonlyArray<Member>>()
  const [more, setMore] = createSignal(false)
  const [failed, setFailed] = createSignal(false)
  let run = 0
  onCleanup(() => run++)

  const load = async (after: ReadonlyArray<Member>) => {
    const mine = ++run
    const chat = await whenLive(model)
    const last = after.at(-1)
    const result = await chat.call("conversation.members", {
      conversationId: model.id,
      limit: pageSize,
      ...(last === undefined ? {} : { afterHandle: last.handle })
    })
    if (mine !== run) return
    setFailed(!result.ok)
    if (!result.ok) return
    model.app.people.learn(result.value)
    setMore(result.value.length === pageSize)
    setList([...after, ...result.value])
  }
  const kind = createMemo(() => model.summary()?.kind)
  const live = createMemo(() => model.app.connection()._tag === "live")
  // Whatever changes who is in, or what somebody may do, leaves a row.
  const changes = createMemo((before: number) => {
    const last = model.summary()?.last
    return last === undefined || last.kind === "posted" ? before : last.seq
  }, 0)
  const count = createMemo(() => model.summary()?.members)
  createEffect(
    on([kind, live, changes, count], ([what, isLive]) => {
      if (what !== undefined && what !== "direct" && isLive) void load([])
    })
  )
  return {
    list,
    more,
    failed,
    loadMore: () => void load(list() ?? []),
    reload: () => void load([])
  }
}
