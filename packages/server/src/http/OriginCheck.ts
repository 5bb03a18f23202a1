/** Keeps pages of other origins from opening sockets and from changing things in a person's name. */
import type { IncomingHttpHeaders } from "node:http"

/**
 * Whether the headers come from a page that may not ask this.
 *
 * An Origin that is sent must be one of the allowed, letter by letter (two of them are joined by node and match none).
 * Browsers send one with every POST from fetch and with every upgrade, so a request without one is taken for a native
 * client: it carries no authority of its own accord, only the bearer token or ticket that it was given. What does look
 * like a browser (Sec-Fetch-Site of another site, or a cookie) is refused without one.
 */
export const isForeign = (headers: IncomingHttpHeaders, allowed: ReadonlySet<string>): boolean => {
  if (headers.origin !== undefined) return !allowed.has(headers.origin)
  const site = headers["sec-fetch-site"]
  return (site !== undefined && site !== "same-origin" && site !== "none") || headers.cookie !== undefined
}
