/** The headers that every answer carries, whatever went wrong. */

/** For answers that are data: nothing in them may ever be rendered or run. */
const dataPolicy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

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
