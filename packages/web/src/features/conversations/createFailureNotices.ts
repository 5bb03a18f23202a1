/**
 * Notifies of rejected messages in a conversation that was not open at that time: one toast per conversation, with a
 * link to it.
 */

import type { OutboxRow } from "@hibiki/core/client/outbox/OutboxRow"
import type { CommandId, ConversationId } from "@hibiki/core/domain/Ids"
import { useLocation, useNavigate } from "@solidjs/router"
import { createEffect, on, onCleanup } from "solid-js"
import { isolated } from "../../lib/names.ts"
import { useApp } from "../../model/App.ts"
import { conversationIn } from "../../model/addresses.ts"
import type { ListState } from "./createListState.ts"

/** The answers to messages that were sent together arrive one by one. */
export const gatherMs = 500

/** Call within a component, below the router. */
export const createFailureNotices = ({ titleOf }: Pick<ListState, "titleOf">): void => {
  const app = useApp()
  const location = useLocation()
  const navigate = useNavigate()
  /** The earlier page has reported failures that existed at the start, and the list marks them. */
  let known: ReadonlySet<CommandId> | undefined
  /**
   * Failures to report. The open conversation shows its own. The conversation that was open at the time of the
   * rejection counts, because opening one later reports nothing.
   */
  let missed = new Set<CommandId>()
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
    for (const [id, rows] of app.failed() ?? none) {
      const count = rows.filter((row) => missed.has(row.id)).length
      if (count > 0) show(id, count)
    }
    missed = new Set()
  }
  createEffect(() => {
    const client = app.chat()?.client
    if (client === undefined) return
    const end = client.subscribe(({ stayed }) => {
      for (const { body } of stayed)
        if (body.kind === "post")
          app.toasts.show({ text: app.i18n.t().conversations.stayed(isolated(firstOf(body.text))), urgent: true })
    })
    onCleanup(end)
  })
  createEffect(
    on(app.failed, (failed) => {
      if (failed === undefined) return
      const open = conversationIn(location.pathname)
      for (const [at, rows] of failed)
        for (const { id } of rows) if (at !== open && known?.has(id) === false) missed.add(id)
      known = idsOf(failed)
      if (missed.size > 0) timer ??= setTimeout(tell, gatherMs)
    })
  )
}

/** Returns enough of a message to recognize it. */
const firstOf = (text: string): string => {
  const points = [...text.slice(0, 100)]
  return points.length <= 40 ? points.join("") : `${points.slice(0, 40).join("")}…`
}

const none: ReadonlyMap<ConversationId, ReadonlyArray<OutboxRow>> = new Map()

const idsOf = (failed: typeof none): ReadonlySet<CommandId> => new Set([...failed.values()].flat().map(({ id }) => id))
