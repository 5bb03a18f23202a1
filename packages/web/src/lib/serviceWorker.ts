/**
 * Has the browser keep the page's own files, so that it opens without a network: with what was kept, and ready to be
 * written in.
 */

/** What is loaded for the person goes first. */
const notBeforeMs = 3_000

/** Undefined: on plain http and in some private windows there is none, and the page needs its server to open. */
export const openWithoutNetwork = (workers: Pick<ServiceWorkerContainer, "register"> | undefined): void => {
  if (workers === undefined || !import.meta.env.PROD) return
  // Refused by the browser, or the network is away right now: the next page tries again.
  setTimeout(() => void workers.register("/worker.js").catch(() => undefined), notBeforeMs)
}

// A notification was clicked while this page is open: the service worker says where it leads, and is answered, else it
// loads the page anew.

/** What the worker asks for: a path of this page, or anything that another build says. */
const pathIn = (data: unknown): string | undefined =>
  typeof data === "object" &&
  data !== null &&
  "open" in data &&
  typeof data.open === "string" &&
  /^\/(?!\/)/.test(data.open)
    ? data.open
    : undefined

/** Undefined: on plain http and in some private windows there is no worker. Answers how to end it. */
export const onOpen = (
  workers: Pick<ServiceWorkerContainer, "addEventListener" | "removeEventListener"> | undefined,
  open: (path: string) => void
): (() => void) => {
  const hear = ({ data, ports }: MessageEvent<unknown>) => {
    const path = pathIn(data)
    if (path === undefined) return
    open(path)
    ports[0]?.postMessage("opened")
  }
  workers?.addEventListener("message", hear)
  return () => workers?.removeEventListener("message", hear)
}

// Tells the service worker the page's language, in which it shows pushes: mostly no page is open then, and a page's
// own storage is closed to it.

/** The worker reads it there. */
const cacheName = "hibiki-language"
const path = "/language"

/** Where there are no caches, as on plain http, there are no pushes. */
const cachesHere = typeof caches === "undefined" ? undefined : caches

export const tellLanguage = async (
  language: string,
  kept: Pick<CacheStorage, "open"> | undefined = cachesHere
): Promise<void> => {
  try {
    await (await kept?.open(cacheName))?.put(path, new Response(language))
  } catch {
    // Refused by the browser, as in some private windows: pushes are shown in the browser's language.
  }
}
