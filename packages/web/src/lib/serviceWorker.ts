/**
 * Lets the browser cache the page's own files, so that the page opens without a network: with the cached data, and
 * ready for writing.
 */

/** The data that the user waits for loads first. */
const notBeforeMs = 3_000

/** Undefined on plain http and in some private windows: the page then needs its server to open. */
export const openWithoutNetwork = (workers: Pick<ServiceWorkerContainer, "register"> | undefined): void => {
  if (workers === undefined || !import.meta.env.PROD) return
  // The browser refused, or the network is unreachable now: the next page tries again.
  setTimeout(() => void workers.register("/worker.js").catch(() => undefined), notBeforeMs)
}

// Handles a click on a notification while this page is open. The service worker sends the path and waits for an answer;
// without one it loads the page anew.

/** Returns the path of this page that the worker sent. Another build may send anything. */
const pathIn = (data: unknown): string | undefined =>
  typeof data === "object" &&
  data !== null &&
  "open" in data &&
  typeof data.open === "string" &&
  /^\/(?!\/)/.test(data.open)
    ? data.open
    : undefined

/** Undefined: on plain http and in some private windows there is no worker. Returns the function that unsubscribes. */
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

// Stores the page's language for the service worker, which shows pushes in it. Usually no page is open then, and the
// worker cannot read a page's own storage.

/** The cache in which the worker reads it. */
const cacheName = "hibiki-language"
const path = "/language"

/** Without caches, as on plain http, there are no pushes either. */
const cachesHere = typeof caches === "undefined" ? undefined : caches

export const tellLanguage = async (
  language: string,
  kept: Pick<CacheStorage, "open"> | undefined = cachesHere
): Promise<void> => {
  try {
    await (await kept?.open(cacheName))?.put(path, new Response(language))
  } catch {
    // The browser refused, as in some private windows: pushes then use the browser's language.
  }
}
