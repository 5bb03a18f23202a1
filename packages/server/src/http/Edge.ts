/**
 * The handling of a request between its headers and its route. It refuses every request that may not be made at all.
 */

import type { IncomingHttpHeaders } from "node:http"
import { networkOf } from "@hibiki/core/accounts/AccountNetworks"
import { monotonicMs } from "@hibiki/core/fibers/Time"
import { Effect } from "effect"
import {
  type Answer,
  badInput,
  type EdgeRequest,
  failure,
  json,
  notFound,
  type Route,
  type TextAnswer,
  unavailable,
  unknownCall
} from "./Answer.ts"
import { defectReport } from "./DefectReport.ts"
import { metricsContentType, metricsText, seenMetrics } from "./HttpMetrics.ts"
import { insecurePage, type PageRoutes } from "./PageRoutes.ts"
import type { Readiness } from "./Readiness.ts"

export interface EdgeSettings {
  readonly origins: ReadonlySet<string>
  readonly page: PageRoutes
  readonly readiness: Readiness["Type"]
  readonly metrics: "local" | "all" | "off"
  /** The public address, if one is set. */
  readonly openAt: string | undefined
  /** The routes of the calls, by path. */
  readonly routes: ReadonlyMap<string, Route>
}

export interface Edge {
  /** Returns the route of the whole path, or undefined if there is none. */
  readonly routeOf: (path: string) => Route | undefined
  /** Never fails. A defect of a route becomes `Unavailable` and a log line. */
  readonly answer: (request: EdgeRequest, route: Route | undefined) => Effect.Effect<Answer>
}

export const makeEdge = ({ metrics, openAt, origins, page, readiness, routes }: EdgeSettings): Edge => {
  const all = new Map<string, Route>(routes)
  all.set("/health/live", { name: "health", methods: { GET: () => Effect.succeed(live) } })
  all.set("/health/ready", {
    name: "health",
    methods: { GET: () => Effect.map(readiness.isReady, (ready) => readyAnswer(ready, readiness.degraded())) }
  })
  if (metrics !== "off") {
    const read = ({ peer }: EdgeRequest) =>
      Effect.sync(() => (metrics === "all" || peer.isLocal ? metricsAnswer() : failure(notFound)))
    all.set("/metrics", { name: "metrics", methods: { GET: read } })
  }

  /** A process without calls has no misspelt ones, and nobody types a path that leads upwards by mistake. */
  const isOfCalls = (path: string): boolean => routes.size > 0 && path.startsWith("/api/v1/") && !path.includes("/../")

  const refuseAddress = addressRefusals(openAt, origins)
  const answer = (request: EdgeRequest, route: Route | undefined): Effect.Effect<Answer> => {
    if (request.repeatedHeader !== undefined)
      return Effect.succeed(failure(badInput("repeated_header", `header.${request.repeatedHeader}`)))
    // Refused without a redirect, which would hide the mistake.
    if (request.peer.inTheClear && !ofOperators.has(route?.name)) return refuseAddress(request, "tls_required")
    if (route === undefined)
      return Effect.succeed(page.missing(request) ?? failure(isOfCalls(request.path) ? unknownCall : notFound))
    const handle = route.methods[request.method === "HEAD" ? "GET" : request.method]
    if (handle === undefined) return Effect.succeed(failure(badInput("method", "method"), { allow: allowed(route) }))
    if (request.method !== "GET" && request.method !== "HEAD" && isForeign(request.headers, origins)) {
      return refuseAddress(request, "foreign_origin")
    }
    return Effect.catchAllCause(handle(request), (cause) =>
      Effect.as(
        Effect.annotateLogs(Effect.logError(`A route failed: ${defectReport(cause)}`), {
          route: route.name,
          requestId: request.requestId
        }),
        failure(unavailable)
      )
    )
  }
  return { routeOf: (path) => all.get(path) ?? page.routeOf(path), answer }
}

/** Headers that decide for whom a request speaks. A proxy on the way might read a second one instead of the first. */
const single = new Set([
  "authorization",
  "content-length",
  "content-type",
  "cookie",
  "host",
  "origin",
  "transfer-encoding"
])

/** Returns the name of such a header that occurs twice in the request. */
export const repeatedHeader = (rawHeaders: ReadonlyArray<string>): string | undefined => {
  const seen = new Set<string>()
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] ?? "").toLowerCase()
    if (single.has(name) && seen.has(name)) return name
    seen.add(name)
  }
  return undefined
}

/**
 * The most addresses that the log reports within an hour, and how many of them may come from one network: anybody can
 * invent more.
 */
const [toldMax, toldOfOneMax, toldForMs] = [20, 5, 3_600_000] as const

/**
 * Refuses requests to an address that is not this server's. Logs each such address once an hour, with the setting that
 * is wrong.
 */
const addressRefusals = (openAt: string | undefined, origins: ReadonlySet<string>) => {
  const told = new Map<string, { readonly atMs: number; readonly network: string }>()
  const tellOnce = (address: string, by: string, text: string): Effect.Effect<void> =>
    Effect.flatMap(monotonicMs, (atMs) => {
      for (const [other, before] of told) if (before.atMs <= atMs - toldForMs) told.delete(other)
      const network = networkOf(by)
      const isOver =
        told.size >= toldMax || [...told.values()].filter((each) => each.network === network).length >= toldOfOneMax
      if (isOver || told.has(address)) return Effect.void
      told.set(address, { atMs, network })
      return Effect.logWarning(text)
    })
  const own = openAt ?? [...origins].join(" or ")
  return ({ headers, method, peer }: EdgeRequest, code: "foreign_origin" | "tls_required"): Effect.Effect<Answer> => {
    const isForPerson =
      code === "tls_required" &&
      openAt !== undefined &&
      method === "GET" &&
      headers.accept?.includes("text/html") === true
    const refused = isForPerson
      ? insecurePage(openAt)
      : failure({
          ...badInput(code, code === "tls_required" ? "scheme" : "header.origin"),
          ...(openAt === undefined ? {} : { openAt })
        })
    // Without an Origin it is no page that a person opened.
    const origin = headers.origin?.slice(0, 100)
    if (code === "tls_required")
      return Effect.as(
        tellOnce(
          peer.address,
          peer.address,
          `A request in the clear was refused: ${own} is opened by https. If ${peer.address} is its proxy, HIBIKI_TRUSTED_PROXIES must name it, and it must set X-Forwarded-Proto.`
        ),
        refused
      )
    if (origin === undefined) return Effect.succeed(refused)
    return Effect.as(
      tellOnce(
        origin,
        peer.address,
        `A page at ${origin} was refused: this server is opened at ${own}. HIBIKI_PUBLIC_URL says where, HIBIKI_ORIGINS where else.`
      ),
      refused
    )
  }
}

/**
 * Routes of an orchestrator's probes and of a scraper. Their requests come in the clear, past the proxy, and most of
 * all to a busy process.
 */
export const ofOperators: ReadonlySet<string | undefined> = new Set(["health", "metrics"])

/**
 * Whether the headers come from a page that may not make this request.
 *
 * An Origin must be one of the allowed, letter by letter (node joins two of them, which matches none). Browsers send
 * one with every POST from fetch and with every upgrade. So a request without one counts as a native client: it carries
 * no authority automatically, only the bearer token or ticket that it was given. A request that looks like a browser's
 * (Sec-Fetch-Site of another site, or a cookie) is refused without an Origin.
 */
export const isForeign = (headers: IncomingHttpHeaders, allowed: ReadonlySet<string>): boolean => {
  if (headers.origin !== undefined) return !allowed.has(headers.origin)
  const site = headers["sec-fetch-site"]
  return (site !== undefined && site !== "same-origin" && site !== "none") || headers.cookie !== undefined
}

const allowed = (route: Route): string => {
  const methods = Object.keys(route.methods)
  return [...methods, ...(methods.includes("GET") ? ["HEAD"] : [])].join(", ")
}

const metricsAnswer = (): Answer => ({
  status: 200,
  contentType: metricsContentType,
  body: metricsText(seenMetrics())
})

const live = json(200, { live: true })

/** Load balancers decide by the status alone: a process that is only degraded goes on getting work. */
const readyAnswer = (ready: boolean, degraded: ReadonlyArray<string>): TextAnswer =>
  json(ready ? 200 : 503, degraded.length === 0 ? { ready } : { ready, degraded })
