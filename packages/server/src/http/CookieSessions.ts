/**
 * Sessions of browsers, around the plain calls: a request with `x-hibiki-session: cookie` gets its refresh token as a
 * cookie and never in a body, so that no script can read it, and refreshes with that cookie.
 */
import type { IncomingHttpHeaders } from "node:http"
import { Effect, Either } from "effect"
import { type Answer, badInput, type EdgeRequest, failure, type Route } from "./Answer.ts"
import { parseStrictly } from "./StrictJson.ts"

export const sessionHeader = "x-hibiki-session"

type Handle = (request: EdgeRequest) => Effect.Effect<Answer>

/** How a call behaves in this mode. Without the header it behaves as ever. */
type Around = (handle: Handle, cookie: SessionCookie) => Handle

/** The calls that issue, take or end a refresh token. */
const around: Readonly<Record<string, Around>> = {
  "auth.register": (handle, cookie) => (request) => Effect.map(handle(request), (answer) => kept(answer, cookie)),
  "auth.signIn": (handle, cookie) => (request) => Effect.map(handle(request), (answer) => kept(answer, cookie)),
  "auth.refresh": (handle, cookie) => (request) => refresh(handle, cookie, request),
  "auth.signOut": (handle, cookie) => (request) =>
    Effect.map(handle(request), (answer) => forgotten(answer, cookie, 200))
}

/** The routes, with those calls supporting both modes. `origins`: the origins whose pages may use it. */
export const cookieSessions = (
  routes: ReadonlyMap<string, Route>,
  cookie: SessionCookie,
  origins: ReadonlySet<string>
): ReadonlyMap<string, Route> => {
  const all = new Map(routes)
  for (const [tag, wrap] of Object.entries(around)) {
    const path = `/api/v1/${tag}`
    const route = routes.get(path)
    const plain = route?.methods["POST"]
    if (route === undefined || plain === undefined) continue
    const inCookieMode = wrap(plain, cookie)
    all.set(path, { ...route, methods: { POST: (request) => choose(request, plain, inCookieMode, origins) } })
  }
  return all
}

/** The cookie that holds a browser's refresh token. Scripts of the page never see it. */
interface SessionCookie {
  readonly name: string
  /**
   * Returns the token of a Cookie header. Undefined if there is none, if it is no token, or if there are two, one of
   * which was planted.
   */
  readonly read: (header: string | undefined) => string | undefined
  /** Returns a Set-Cookie value. */
  readonly set: (token: string, ttlMs: number) => string
  readonly clear: string
}

const tokenLengthMax = 128

/**
 * Behind https the name's prefix makes browsers refuse the cookie from any other host. Plain http (mostly on this
 * machine) can't have such a cookie, and cookies ignore ports. So the port in the name separates the servers of one
 * host.
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

const choose = (
  request: EdgeRequest,
  plain: Handle,
  inCookieMode: Handle,
  origins: ReadonlySet<string>
): Effect.Effect<Answer> => {
  const mode = request.headers[sessionHeader]
  if (mode === undefined) return plain(request)
  if (mode !== "cookie") return Effect.succeed(failure(badInput("session", `header.${sessionHeader}`)))
  return isOwnPage(request.headers, origins)
    ? inCookieMode(request)
    : Effect.succeed(failure(badInput("foreign_origin", "header.origin")))
}

/**
 * Browsers send cookies automatically, so the request must prove that our page made it: a missing Origin is no proof.
 */
const isOwnPage = (headers: IncomingHttpHeaders, origins: ReadonlySet<string>): boolean =>
  headers.origin === undefined ? headers["sec-fetch-site"] === "same-origin" : origins.has(headers.origin)

const refresh = (handle: Handle, cookie: SessionCookie, request: EdgeRequest): Effect.Effect<Answer> =>
  Effect.matchEffect(Effect.flatMap(request.body, withoutToken), {
    onFailure: (error) => Effect.succeed(failure(error)),
    onSuccess: () => {
      const token = cookie.read(request.headers.cookie)
      // Clears nothing: another tab may be signing in at this moment, and its cookie must stay.
      if (token === undefined) return Effect.succeed(failure({ _tag: "Unauthenticated" }))
      const body = Effect.succeed(JSON.stringify({ refreshToken: token }))
      return Effect.map(handle({ ...request, body }), (answer) => forgotten(kept(answer, cookie), cookie, 401))
    }
  })

/** In this mode the body may be empty, or contain an empty token, since the call's own form has the field. */
const withoutToken = (body: string) => {
  if (body === "") return Either.right(undefined)
  return Either.flatMap(parseStrictly(body, "payload"), (payload) => {
    if (typeof payload !== "object" || payload === null || Array.isArray(payload))
      return Either.left(badInput("bad_type", "payload"))
    for (const [key, value] of Object.entries(payload)) {
      if (key !== "refreshToken") return Either.left(badInput("unknown_field", "payload"))
      if (value !== "") return Either.left(badInput("token_in_body", "payload.refreshToken"))
    }
    return Either.right(undefined)
  })
}

/** Moves the refresh token of a successful answer out of its body. */
const kept = (answer: Answer, cookie: SessionCookie): Answer => {
  if (answer.status !== 200) return answer
  const { value } = JSON.parse(String(answer.body)) as {
    readonly value: { readonly refreshToken: string; readonly refreshTtlMs: number }
  }
  return {
    ...answer,
    body: JSON.stringify({ value: { ...value, refreshToken: "" } }),
    headers: { ...answer.headers, "set-cookie": cookie.set(value.refreshToken, value.refreshTtlMs) }
  }
}

/**
 * Clears the cookie if the answer has this status, since it is useless then. A refused access token says nothing about
 * the cookie.
 */
const forgotten = (answer: Answer, cookie: SessionCookie, status: number): Answer =>
  answer.status === status && answer.headers?.["set-cookie"] === undefined
    ? { ...answer, headers: { ...answer.headers, "set-cookie": cookie.clear } }
    : answer

/**
 * Removes only what the grammar allows around a cookie. The language's own `trim` removes more, such as U+00A0, which
 * is part of a name to a browser. A cookie of such a name needs no `__Host-` rights, and would be read as ours.
 */
const trimmed = (text: string): string => text.replace(/^[ \t]+|[ \t]+$/g, "")
