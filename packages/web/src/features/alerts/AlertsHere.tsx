/** Notifications of a page that is open and not looked at: one for each conversation, for as long as that is unread. Draws nothing. */
import type { ConversationId } from "@hibiki/core/domain/Ids"
import { useNavigate } from "@solidjs/router"
import { createEffect, onCleanup, untrack } from "solid-js"
import { useApp } from "../../app/App.ts"
import type { ListState } from "../conversations/createListState.ts"
import { lastLine } from "../conversations/lastLine.ts"
import { type AlertState, alertStep } from "./alertRule.ts"
import { createTurn, isAttendedElsewhere, shareAttention } from "./attention.ts"

export const AlertsHere = (props: { readonly list: ListState }) => {
  const app = useApp()
  const alerts = createStanding()
  const turn = createTurn(`hibiki-alerts-${untrack(props.list.me)}`)
  let known: AlertState | undefined
  let looking = false
  let ended = false

  const look = (attended: boolean) => {
    looking = false
    const list = app.conversations()
    // What is kept from the last time is no news, and what was missed is: it comes before the connection is live.
    if (ended || list === undefined || app.connection()._tag !== "live") return
    const me = props.list.me()
    const step = alertStep(known, list, { me, attended, now: Date.now() })
    known = step.state
    for (const id of step.close) alerts.close(id)
    for (const summary of step.show) {
      const text = lastLine(summary, me, app.people.name, app.i18n.t().conversations)
      alerts.show(summary.conversationId, props.list.titleOf(summary), text)
    }
  }
  shareAttention(app.attentive)
  createEffect(() => {
    app.conversations()
    // One look at a time: what changes meanwhile is seen by it.
    if (!turn() || app.connection()._tag !== "live" || looking) return
    looking = true
    const asked = untrack(app.attentive) ? Promise.resolve(true) : isAttendedElsewhere()
    void asked.then((attended) => untrack(() => look(attended)))
  })
  onCleanup(() => {
    ended = true
  })
  return null
}

/** The notifications that stand; they go with the page. */
const createStanding = () => {
  const app = useApp()
  const navigate = useNavigate()
  const standing = new Map<ConversationId, Notification>()
  const close = (id: ConversationId) => {
    standing.get(id)?.close()
    standing.delete(id)
  }
  const show = (id: ConversationId, title: string, body: string) => {
    try {
      const notification = new Notification(title, { body, tag: `hibiki-${id}`, icon: "/favicon.svg", lang: app.i18n.language() })
      notification.addEventListener("click", () => {
        window.focus()
        close(id)
        navigate(`/c/${id}`)
      })
      standing.set(id, notification)
    } catch {
      // A browser that lets only workers do it: it is woken by pushes, or not at all.
    }
  }
  const closeAll = () => {
    for (const id of [...standing.keys()]) close(id)
  }
  addEventListener("pagehide", closeAll)
  onCleanup(() => {
    removeEventListener("pagehide", closeAll)
    closeAll()
  })
  return { show, close }
}
