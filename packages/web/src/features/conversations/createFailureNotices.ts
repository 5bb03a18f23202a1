/** Tells of what was refused in a conversation that is not open: those of one conversation together, with the way there. */

import type { OutboxRow } from "@hibiki/core/client/OutboxRow"
import type { CommandId, ConversationId } from "@hibiki/core/domain/Ids"
import { useLocation, useNavigate } from "@solidjs/router"
import { createEffect, on, onCleanup } from "solid-js"
import { useApp } from "../../app/App.ts"
import { conversationIn } from "../../app/conversationIn.ts"
import type { ListState } from "./createListState.ts"

/** Answers to what was sent together come one by one. */
export const gatherMs = 500

/** Call within a component, below the router. */
export const createFailureNotices = ({ titleOf }: Pick<ListState, "titleOf">): void => {
  const app = useApp()
  const location = useLocation()
  const navigate = useNavigate()
  /** Those that were there at the beginning were told by the page before, and the list marks them. */
  let told: ReadonlySet<CommandId> | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  onCleanup(() => clearTimeout(timer))
  const show = (id: ConversationId, count: number) => {
    const { notSent } = app.i18n.t().conversations
    const summary = app.conversation(id)
    app.toasts.show({
      text: notSent.toast(summary === undefined ? undefined : titleOf(summary), count),
      urgent: true,
      act: { label: notSent.show, run: () => navigate(`/c/${id}`) }
    })
  }
  const tell = () => {
    timer = undefined
    const failed = app.failed() ?? none
    for (const [id, rows] of failed) {
      const fresh = rows.filter((row) => told?.has(row.id) === false)
      // An open one tells by itself.
      if (fresh.length > 0 && id !== conversationIn(location.pathname)) show(id, fresh.length)
    }
    told = idsOf(failed)
  }
  createEffect(
    on(app.failed, (failed) => {
      if (failed === undefined) return
      const ids = idsOf(failed)
      told = told === undefined ? ids : new Set([...told].filter((id) => ids.has(id)))
      if (ids.size > told.size) timer ??= setTimeout(tell, gatherMs)
    })
  )
}

const none: ReadonlyMap<ConversationId, ReadonlyArray<OutboxRow>> = new Map()

const idsOf = (failed: typeof none): ReadonlySet<CommandId> => new Set([...failed.values()].flat().map(({ id }) => id))
