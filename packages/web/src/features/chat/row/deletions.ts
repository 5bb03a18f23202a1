/**
 * Deletes that the user may still undo. They are sent when the offer to undo disappears, or when the page closes. They
 * outlive the conversation's screen.
 */
import type { ConversationId } from "@hibiki/core/domain/Ids"
import { createSignal } from "solid-js"

const waiting = new Map<string, () => void>()
const [version, setVersion] = createSignal(0)
let listens = false

const keyOf = (id: ConversationId, seq: number): string => `${id}:${seq}`

/** Returns whether it was still waiting. */
const settle = (key: string, isSent: boolean): boolean => {
  const send = waiting.get(key)
  if (send === undefined) return false
  waiting.delete(key)
  if (isSent) send()
  setVersion((n) => n + 1)
  return true
}

/** Sends all waiting deletes: the person leaves, or may not return to this page. */
export const settleDeletes = (): void => {
  for (const key of [...waiting.keys()]) settle(key, true)
}

/** Reactive. */
export const isDeleting = (id: ConversationId, seq: number): boolean => (version(), waiting.has(keyOf(id, seq)))

export interface SoonDeleted {
  /** Returns false if it is too late. */
  readonly undo: () => boolean
  /** Ends the time in which it can be undone. */
  readonly settle: () => void
}

export const deleteSoon = (id: ConversationId, seq: number, send: () => void): SoonDeleted => {
  const key = keyOf(id, seq)
  settle(key, true)
  if (!listens) {
    listens = true
    window.addEventListener("pagehide", settleDeletes)
    // A phone may end a hidden page without another event.
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") settleDeletes()
    })
  }
  waiting.set(key, send)
  setVersion((n) => n + 1)
  return { undo: () => settle(key, false), settle: () => void settle(key, true) }
}
