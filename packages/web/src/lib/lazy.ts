/**
 * Fetches a part of the page's code until it is here. A server that was updated since may not have it any more: then a
 * reload gets the new page.
 */
import { type Component, type ComponentProps, lazy as solidLazy } from "solid-js"

interface PersistencePorts {
  readonly wait: (ms: number) => Promise<void>
  readonly isOnline: () => boolean
  /**
   * Loads the page anew, if there is a server to get it from and that was not tried a moment ago. What was written is
   * kept.
   */
  readonly reload: () => void
}

const firstWaitMs = 500
const longestWaitMs = 30_000
/** With a network, so many failures in a row are no bad luck. */
const failuresMax = 4

export const retryForever = async <A>(load: () => Promise<A>, ports: PersistencePorts = ofPage): Promise<A> => {
  let failures = 0
  for (;;) {
    try {
      return await load()
    } catch {
      if (ports.isOnline() && ++failures % failuresMax === 0) ports.reload()
      await ports.wait(Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(failures, 10)))
    }
  }
}

const reloadedKey = "hibiki.reloaded"
const apartMs = 60_000

const ofPage: PersistencePorts = {
  isOnline: () => navigator.onLine,
  /** Or until the network comes back. */
  wait: (ms) =>
    new Promise((resolve) => {
      const done = () => {
        removeEventListener("online", done)
        clearTimeout(timer)
        resolve()
      }
      const timer = setTimeout(done, ms * (0.5 + Math.random() / 2))
      addEventListener("online", done)
    }),
  reload: () => void reload()
}

const reload = async (): Promise<void> => {
  try {
    if (Date.now() - Number(sessionStorage.getItem(reloadedKey)) < apartMs) return
    // A page that works would be gone otherwise.
    if (!(await fetch("/health/live", { cache: "no-store" })).ok) return
    sessionStorage.setItem(reloadedKey, String(Date.now()))
    location.reload()
  } catch {
    // There is no server now. Or there is no storage, and so no telling whether it was tried before.
  }
}

/** A component whose code is fetched when it is first shown, and until it is here. */
export const lazy = <Props extends ComponentProps<Component>>(load: () => Promise<Component<Props>>) =>
  solidLazy(() => retryForever(load).then((component) => ({ default: component })))
