/** The person's activity on this page: whether the page has attention, and whether the person is present. */
import { type Accessor, createSignal, onCleanup } from "solid-js"

export const activityTimes = {
  /** Nobody touched anything for so long: idle. */ idleAfterMs: 300_000,
  /** Hidden for so long: idle. */ hiddenAfterMs: 60_000,
  /** Signs of life are looked at no more often than this. */ everyMs: 1_000
} as const

export interface Signs {
  readonly lastInputAt: number
  /** Undefined while the page is visible. */
  readonly hiddenSince: number | undefined
}

export const isActive = ({ hiddenSince, lastInputAt }: Signs, now: number): boolean =>
  now - lastInputAt < activityTimes.idleAfterMs &&
  (hiddenSince === undefined || now - hiddenSince < activityTimes.hiddenAfterMs)

/** Returns when `isActive` may become false without an event; undefined when it is false already. */
export const idleAt = (signs: Signs, now: number): number | undefined =>
  isActive(signs, now)
    ? Math.min(
        signs.lastInputAt + activityTimes.idleAfterMs,
        signs.hiddenSince === undefined ? Number.POSITIVE_INFINITY : signs.hiddenSince + activityTimes.hiddenAfterMs
      )
    : undefined

export interface Activity {
  readonly active: Accessor<boolean>
  readonly visible: Accessor<boolean>
  /** Visible, and the window has the focus. */
  readonly attentive: Accessor<boolean>
  readonly online: Accessor<boolean>
}

const inputs = ["keydown", "pointerdown", "pointermove", "touchstart", "wheel"] as const

/** Call in a reactive scope that lives as long as the page. */
export const createActivity = (): Activity => {
  const isVisible = () => document.visibilityState === "visible"
  const isAttentive = () => isVisible() && document.hasFocus()
  const [visible, setVisible] = createSignal(isVisible())
  const [attentive, setAttentive] = createSignal(isAttentive())
  const [online, setOnline] = createSignal(navigator.onLine)
  const [active, setActive] = createSignal(true)
  let signs: Signs = { lastInputAt: Date.now(), hiddenSince: isVisible() ? undefined : Date.now() }
  let timer: ReturnType<typeof setTimeout> | undefined

  const look = () => {
    clearTimeout(timer)
    const now = Date.now()
    setActive(isActive(signs, now))
    const at = idleAt(signs, now)
    if (at !== undefined) timer = setTimeout(look, Math.max(at - now, 0))
  }
  const input = () => {
    const now = Date.now()
    if (now - signs.lastInputAt < activityTimes.everyMs && active()) return
    signs = { ...signs, lastInputAt: now }
    look()
  }
  const attention = () => {
    setVisible(isVisible())
    setAttentive(isAttentive())
    const now = Date.now()
    // A user who returns to the page is active.
    if (isVisible())
      signs = { lastInputAt: signs.hiddenSince === undefined ? signs.lastInputAt : now, hiddenSince: undefined }
    else signs = { ...signs, hiddenSince: signs.hiddenSince ?? now }
    look()
  }
  const network = () => setOnline(navigator.onLine)
  const listening = new AbortController()
  const { signal } = listening
  for (const name of inputs) addEventListener(name, input, { passive: true, capture: true, signal })
  for (const name of ["focus", "blur", "pageshow"]) addEventListener(name, attention, { signal })
  document.addEventListener("visibilitychange", attention, { signal })
  for (const name of ["online", "offline"]) addEventListener(name, network, { signal })
  look()
  onCleanup(() => {
    clearTimeout(timer)
    listening.abort()
  })
  return { active, visible, attentive, online }
}

/** Returns the start of the current minute (ms); changes once a minute. Call in a reactive scope. */
export const createMinute = (): Accessor<number> => {
  const now = () => Math.floor(Date.now() / 60_000) * 60_000
  const [minute, setMinute] = createSignal(now())
  let timer: ReturnType<typeof setTimeout> | undefined
  const next = () => {
    setMinute(now())
    timer = setTimeout(next, 60_000 - (Date.now() % 60_000) + 50)
  }
  next()
  onCleanup(() => clearTimeout(timer))
  return minute
}
