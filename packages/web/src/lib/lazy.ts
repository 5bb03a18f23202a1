/**
 * Loads a part of the page's code, with retries until it succeeds. A server that was updated since may no longer have
 * it: then a reload gets the new page.
 */
import { type Component, type ComponentProps, lazy as solidLazy } from "solid-js"

interface PersistencePorts {
  readonly wait: (ms: number) => Promise<void>
  readonly isOnline: () => boolean
  /** Reloads the page, if its server is reachable and no reload was tried a moment ago. Drafts are stored. */
  readonly reload: () => void
}

const firstWaitMs = 500
const longestWaitMs = 30_000
/** With a network, this many failures in a row are not by chance. */
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
  /** Waits the given time, or until the network returns. */
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
    // Otherwise a working page would be lost.
    if (!(await fetch("/health/live", { cache: "no-store" })).ok) return
    sessionStorage.setItem(reloadedKey, String(Date.now()))
    location.reload()
  } catch {
    // The server is unreachable. Or there is no storage, so that an earlier reload cannot be recognized.
  }
}

/** A component whose code loads when it is first shown, with retries until it succeeds. */
export const lazy = <Props extends ComponentProps<Component>>(load: () => Promise<Component<Props>>) =>
  solidLazy(() => retryForever(load).then((component) => ({ default: component })))
