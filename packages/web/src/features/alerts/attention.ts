/** Which pages of this browser are looked at, and which one of them tells: by Web Locks, which end with their page. */
import { type Accessor, createEffect, createSignal, onCleanup } from "solid-js"

/** Absent on plain http, where there are no notifications either. */
const locks = "locks" in navigator ? navigator.locks : undefined
const attendedLock = "hibiki-attended"

/** Has the other pages know while this one is looked at. Call in a reactive scope. */
export const shareAttention = (attentive: Accessor<boolean>): void =>
  createEffect(() => {
    if (attentive()) hold(attendedLock, "shared", () => undefined)
  })

export const isAttendedElsewhere = async (): Promise<boolean> => {
  const { held = [] } = (await locks?.query()) ?? {}
  return held.some(({ name }) => name === attendedLock)
}

/** True in one page of the account at a time. Call in a reactive scope. */
export const createTurn = (name: string): Accessor<boolean> => {
  const [isOurs, setOurs] = createSignal(locks === undefined)
  hold(name, "exclusive", () => setOurs(true))
  return isOurs
}

/** Until the reactive scope ends. */
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
  // Given up before it was had, or the page may not lock at all.
  locks?.request(name, { mode, signal: waiting.signal }, held).catch(() => undefined)
  onCleanup(() => {
    waiting.abort()
    release()
  })
}
