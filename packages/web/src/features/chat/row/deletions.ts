/** Deletes that may still be undone: sent after `undoMs`, or when the page goes. They outlive the conversation's screen. */
import type { ConversationId } from "@hibiki/core/domain/Ids"
import { createSignal } from "solid-js"
import { toastMs } from "../../../ui/createToasts.ts"

/** As long as the offer is shown. */
export const undoMs = toastMs

interface Waiting {
  readonly send: () => void
  readonly timer: ReturnType<typeof setTimeout>
}

const waiting = new Map<string, Waiting>()
const [version, setVersion] = createSignal(0)
let listens = false

const keyOf = (id: ConversationId, seq: number): string => `${id}:${seq}`

const settle = (key: string, send: boolean): void => {
  const entry = waiting.get(key)
  if (entry === undefined) return
  clearTimeout(entry.timer)
  waiting.delete(key)
  if (send) entry.send()
  setVersion((n) => n + 1)
}

/** Reactive. */
export const isDeleting = (id: ConversationId, seq: number): boolean => (version(), waiting.has(keyOf(id, seq)))

/** Answers how to undo it. */
export const deleteSoon = (id: ConversationId, seq: number, send: () => void): (() => void) => {
  const key = keyOf(id, seq)
  settle(key, true)
  if (!listens) {
    listens = true
    window.addEventListener("pagehide", () => {
      for (const open of [...waiting.keys()]) settle(open, true)
    })
  }
  waiting.set(key, { send, timer: setTimeout(() => settle(key, true), undoMs) })
  setVersion((n) => n + 1)
  return () => settle(key, false)
}
