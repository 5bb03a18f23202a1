/**
 * Announces others' new messages to screen readers in batches, and at once the user's own messages that failed or could
 * not be saved.
 */
import type { CommandId } from "@hibiki/core/domain/Ids"
import { createEffect, on, onCleanup, untrack } from "solid-js"
import type { ConversationModel } from "../conversationModel.ts"
import { problemText } from "../problemText.ts"
import { isUnkeptPost } from "../row/postState.ts"
import { replyPreview } from "../text/grammar.ts"
import type { TimelineItems } from "./createTimelineItems.ts"
import { loadedEnd, newestSeq, othersAbove } from "./feedLookups.ts"

export const batchMs = 1_000

export const createAnnouncements = (model: ConversationModel, items: Pick<TimelineItems, "shown">): void => {
  let toldUpTo: number | undefined
  let told: ReadonlySet<CommandId> | undefined
  let isUnkept = false
  let timer: ReturnType<typeof setTimeout> | undefined
  onCleanup(() => clearTimeout(timer))
  const say = () => {
    timer = undefined
    if (toldUpTo === undefined) return
    const view = untrack(items.shown)
    const fresh = othersAbove(view, toldUpTo, untrack(model.me)).filter(({ by }) => !untrack(model.app.blocked).has(by))
    toldUpTo = newestSeq(view)
    const [last] = fresh
    if (last === undefined || document.hidden) return
    const { announce } = untrack(model.words)
    model.app.announcer.say(
      fresh.length === 1
        ? announce.message(
            untrack(() => model.app.people.name(last.by)),
            replyPreview(last.text ?? "", 200)
          )
        : announce.messages(fresh.length)
    )
  }
  const head = () => model.summary()?.head
  createEffect(
    on([items.shown, head], ([view, end]) => {
      if (view === undefined) return
      // A cursor goes back only after a restore of the store. The log is then another one, opened anew.
      if (view.cursor < (toldUpTo ?? 0)) toldUpTo = undefined
      // Messages that exist at the opening are read, not announced, even if they arrive late.
      if (toldUpTo === undefined || untrack(model.app.connection)._tag !== "live") toldUpTo ??= loadedEnd(view, end)
      else if (timer === undefined && newestSeq(view) > toldUpTo) timer = setTimeout(say, batchMs)
      const failed = [...view.pending, ...view.failed].filter(({ state }) => state === "failed")
      const words = untrack(model.words)
      for (const { code, id } of failed)
        if (told?.has(id) === false) model.app.announcer.alert(words.announce.notSent(problemText(words, code)))
      told = new Set(failed.map(({ id }) => id))
      const before = isUnkept
      isUnkept = view.pending.some(isUnkeptPost)
      if (isUnkept && !before) model.app.announcer.alert(words.state.unkept)
    })
  )
}
