/**
 * The cookie that holds a browser's refresh token: its name, its attributes, and how it is read. Scripts of the page
 * never see it.
 */

export interface SessionCookie {
  readonly name: string
  /**
   * The token of a Cookie header. Undefined when there is none, when it is no token, or when there are two, of which
   * one was planted.
   */
  readonly read: (header: string | undefined) => string | undefined
  /** A Set-Cookie value. */
  readonly set: (token: string, ttlMs: number) => string
  readonly clear: string
}

const tokenLengthMax = 128

/**
 * Behind https the name's prefix makes browsers refuse it from anywhere but this very host. Plain http (this machine,
 * mostly) can have no such cookie, and cookies know no ports: there the port keeps the servers of one host apart.
 */
export const sessionCookie = (https: boolean, port: number): SessionCookie => {
  const name = https ? "__Host-hibiki-refresh" : `hibiki-refresh-${port}`
  const attributes = `Path=/; HttpOnly; SameSite=Strict${https ? "; Secure" : ""}`
  return {
    name,
    read: (header) => {
      const values = (header ?? "").split(";").flatMap((pair) => {
        const at = pair.indexOf("=")
        return at >= 0 && trimmed(pair.slice(0, at)) === name ? [trimmed(pair.slice(at + 1))] : []
      })
      const [token = ""] = values
      return values.length === 1 && token.length <= tokenLengthMax && /^[\w-]+$/.test(token) ? token : undefined
    },
    set: (token, ttlMs) => `${name}=${token}; Max-Age=${Math.floor(ttlMs / 1000)}; ${attributes}`,
    clear: `${name}=; Max-Age=0; ${attributes}`
  }
}

/**
 * Only what stands around a cookie by its grammar. The language's own `trim` takes more, such as U+00A0, which to a
 * browser is part of a name: a cookie of that name needs no `__Host-` rights, and would be read as ours.
 */
const trimmed = (text: string): string => text.replace(/^[ \t]+|[ \t]+$/g, "")
