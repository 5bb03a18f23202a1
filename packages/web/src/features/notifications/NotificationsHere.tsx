/**
 * Notifications of an open page that has no attention: one for each conversation, for as long as that is unread. Draws
 * nothing.
 */
import type { ConversationId, UserId } from "@hibiki/core/domain/Ids"
import { useNavigate } from "@solidjs/router"
import { type Accessor, createEffect, createRoot, createSignal, onCleanup, untrack } from "solid-js"
import { useApp } from "../../model/App.ts"
import { lastLine } from "../conversations/ConversationItem.tsx"
import type { ListState } from "../conversations/createListState.ts"
import { lastMentions, type NotificationState, notificationStep } from "./notificationRule.ts"

export const NotificationsHere = (props: { readonly list: ListState }) => {
  const app = useApp()
  const standing = createStanding()
  const turn = createTurn(`hibiki-alerts-${untrack(props.list.me)}`)
  const self = () => {
    const session = app.session()
    return session._tag === "signedIn" ? session.me : undefined
  }
  let known: NotificationState | undefined
  let looking = false
  let ended = false

  const look = (attended: boolean) => {
    looking = false
    const list = app.conversations()
    // The cached list is no news, but missed messages are: they arrive before the connection is live.
    if (ended || list === undefined || app.connection()._tag !== "live") return
    const me = props.list.me()
    const step = notificationStep(known, list, { me, attended, now: Date.now(), blocked: app.blocked() })
    known = step.state
    for (const id of step.close) standing.close(id)
    for (const summary of step.show) {
      standing.show(summary.conversationId, props.list.titleOf(summary), () => {
        let isNamed = true
        const nameOf = (userId: UserId) => {
          isNamed &&= app.people.get(userId) !== undefined
          return app.people.name(userId)
        }
        const words = app.i18n.t()
        const line = lastLine(summary, me, nameOf, words)
        return { text: lastMentions(summary, self()) ? `${words.chat.row.mention} · ${line}` : line, isNamed }
      })
    }
  }
  shareAttention(app.attentive)
  createEffect(() => {
    app.conversations()
    // One check at a time; it includes changes that happen meanwhile.
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

/** Maximum wait for a name that is being requested. */
const namedWithinMs = 1_000

interface Line {
  readonly text: string
  /** Whether the names in it are known. */
  readonly isNamed: boolean
}

/** The notifications that are shown or wait for a name; they end with the page. */
const createStanding = () => {
  const app = useApp()
  const navigate = useNavigate()
  const standing = new Map<ConversationId, Notification>()
  const waiting = new Map<ConversationId, () => void>()
  const stopWaiting = (id: ConversationId) => {
    waiting.get(id)?.()
    waiting.delete(id)
  }
  const close = (id: ConversationId) => {
    stopWaiting(id)
    standing.get(id)?.close()
    standing.delete(id)
  }
  /** `line` is reactive. */
  const show = (id: ConversationId, title: string, line: () => Line) => {
    stopWaiting(id)
    createRoot((end) => {
      const [late, setLate] = createSignal(false)
      const timer = setTimeout(setLate, namedWithinMs, true)
      waiting.set(id, end)
      onCleanup(() => clearTimeout(timer))
      createEffect(() => {
        const { isNamed, text } = line()
        if (!isNamed && !late()) return
        stopWaiting(id)
        untrack(() => notify(id, title, text))
      })
    })
  }
  const notify = (id: ConversationId, title: string, body: string) => {
    try {
      const notification = new Notification(title, {
        body,
        tag: `hibiki-${id}`,
        icon: "/favicon.svg",
        lang: app.i18n.language()
      })
      notification.addEventListener("click", () => {
        window.focus()
        close(id)
        navigate(`/c/${id}`)
      })
      standing.set(id, notification)
    } catch {
      // This browser lets only service workers notify: a push wakes it, or nothing does.
    }
  }
  const closeAll = () => {
    for (const id of [...waiting.keys(), ...standing.keys()]) close(id)
  }
  addEventListener("pagehide", closeAll)
  onCleanup(() => {
    removeEventListener("pagehide", closeAll)
    closeAll()
  })
  return { show, close }
}

// Determines which pages of this browser have attention, and which one of them notifies. Uses Web Locks, which end with
// their page.

/** Absent on plain http, where there are no notifications either. */
const locks = "locks" in navigator ? navigator.locks : undefined
const attendedLock = "hibiki-attended"

/** Tells the other pages while this one has attention. Call in a reactive scope. */
const shareAttention = (attentive: Accessor<boolean>): void =>
  createEffect(() => {
    if (attentive()) hold(attendedLock, "shared", () => undefined)
  })

const isAttendedElsewhere = async (): Promise<boolean> => {
  const { held = [] } = (await locks?.query()) ?? {}
  return held.some(({ name }) => name === attendedLock)
}

/** True in one page of the account at a time. Call in a reactive scope. */
const createTurn = (name: string): Accessor<boolean> => {
  const [isOurs, setOurs] = createSignal(locks === undefined)
  hold(name, "exclusive", () => setOurs(true))
  return isOurs
}

/** Holds the lock until the reactive scope ends. */
const hold = (name: string, mode: LockMode, onHeld: () => void): void => {
  const waiting = new AbortController()
  let release = (): void => undefined
  const ended = new Promise<void>((resolve) => {
    release = resolve
  })
  const held = async () => {
    onHeld()
    await ended
  }
  // The request was cancelled before it got the lock, or the page may not use locks.
  locks?.request(name, { mode, signal: waiting.signal }, held).catch(() => undefined)
  onCleanup(() => {
    waiting.abort()
    release()
  })
}
