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
