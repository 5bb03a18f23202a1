/**
 * A notification was clicked while this page is open: the service worker says where it leads, and is answered, else it
 * loads the page anew.
 */

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
