/** The headers that every answer carries, errors included. */

/** For answers that are data: nothing in them may ever be rendered or run. */
const dataPolicy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/**
 * For the page and its files. No trusted types: Solid's templates assign innerHTML themselves; the sources are checked
 * instead. `own`: the page's own origins. Older browsers do not count a socket of the same host as 'self', so the
 * policy names it. A policy can't name an IPv6 address as a host.
 */
export const pagePolicy = (own: ReadonlyArray<string>): string => {
  const sockets = own.filter((origin) => !origin.includes("[")).map((origin) => origin.replace(/^http/, "ws"))
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' blob:",
    `connect-src ${["'self'", ...sockets].join(" ")}`,
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "media-src 'self' blob:"
  ].join("; ")
}

/** The headers of all answers. HSTS only behind https: on plain http browsers ignore it, and it would be a lie. */
export const securityHeaders = (https: boolean): Readonly<Record<string, string>> => ({
  "cache-control": "no-store",
  "content-security-policy": dataPolicy,
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy":
    "camera=(), display-capture=(), geolocation=(), hid=(), microphone=(), midi=(), payment=(), screen-wake-lock=(), serial=(), usb=(), browsing-topics=()",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  ...(https ? { "strict-transport-security": "max-age=31536000" } : {})
})
