/** What happens to a request between its headers and its route: everything that is refused for being asked at all is refused here. */
import { Effect, Metric } from "effect"
import { type Answer, badInput, failure, json, notFound, type TextAnswer, unavailable, unknownCall } from "./Answer.ts"
import { defectReport } from "./DefectReport.ts"
import { metricsContentType, metricsText } from "./metricsText.ts"
import { isForeign } from "./OriginCheck.ts"
import type { PageRoutes } from "./PageRoutes.ts"
import type { Readiness } from "./Readiness.ts"
import type { EdgeRequest, Route } from "./Route.ts"

export interface EdgeSettings {
  readonly origins: ReadonlySet<string>
  readonly page: PageRoutes
  readonly readiness: Readiness["Type"]
  readonly metrics: "local" | "all" | "off"
  /** Those of the calls, by path. */
  readonly routes: ReadonlyMap<string, Route>
}

export interface Edge {
  /** By the whole path; undefined: nothing is there. */
  readonly routeOf: (path: string) => Route | undefined
  /** Never fails; a defect of a route is `Unavailable`, and logged. */
  readonly answer: (request: EdgeRequest, route: Route | undefined) => Effect.Effect<Answer>
}

export const makeEdge = ({ metrics, origins, page, readiness, routes }: EdgeSettings): Edge => {
  const all = new Map<string, Route>(routes)
  all.set("/health/live", { name: "health", methods: { GET: () => Effect.succeed(live) } })
  all.set("/health/ready", {
    name: "health",
    methods: { GET: () => Effect.map(readiness.isReady, (ready) => readyAnswer(ready, readiness.degraded())) }
  })
  if (metrics !== "off") {
    const read = ({ peer }: EdgeRequest) => Effect.sync(() => (metrics === "all" || peer.isLocal ? metricsAnswer() : failure(notFound)))
    all.set("/metrics", { name: "metrics", methods: { GET: read } })
  }

  /** Where a process serves no calls, none is misspelt; and a path that leads upwards is a slip of no one. */
  const isOfCalls = (path: string): boolean => routes.size > 0 && path.startsWith("/api/v1/") && !path.includes("/../")

  const answer = (request: EdgeRequest, route: Route | undefined): Effect.Effect<Answer> => {
    const problem = requestProblem(request, route)
    if (problem !== undefined) return Effect.succeed(failure(problem))
    if (route === undefined) return Effect.succeed(page.missing(request) ?? failure(isOfCalls(request.path) ? unknownCall : notFound))
    const handle = route.methods[request.method === "HEAD" ? "GET" : request.method]
    if (handle === undefined) return Effect.succeed(failure(badInput("method", "method"), { allow: allowed(route) }))
    if (request.method !== "GET" && request.method !== "HEAD" && isForeign(request.headers, origins)) {
      return Effect.succeed(failure(badInput("foreign_origin", "header.origin")))
    }
    return Effect.catchAllCause(handle(request), (cause) =>
      Effect.as(
        Effect.annotateLogs(Effect.logError(`A route failed: ${defectReport(cause)}`), { route: route.name, requestId: request.requestId }),
        failure(unavailable)
      )
    )
  }
  return { routeOf: (path) => all.get(path) ?? page.routeOf(path), answer }
}

/** Headers that decide whom a request speaks for: a second one could be read by somebody else on the way. */
const single = new Set(["authorization", "content-length", "content-type", "cookie", "host", "origin", "transfer-encoding"])

/** Names of those that stand in the request twice. */
export const repeatedHeader = (rawHeaders: ReadonlyArray<string>): string | undefined => {
  const seen = new Set<string>()
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] ?? "").toLowerCase()
    if (single.has(name) && seen.has(name)) return name
    seen.add(name)
  }
  return undefined
}

const requestProblem = (request: EdgeRequest, route: Route | undefined) => {
  if (request.repeatedHeader !== undefined) return badInput("repeated_header", `header.${request.repeatedHeader}`)
  // All else is refused without a redirect, which would hide the mistake.
  return request.peer.inTheClear && !ofOperators.has(route?.name) ? badInput("tls_required", "scheme") : undefined
}

/** Those of an orchestrator's probes and of a scraper, which come in the clear, past the proxy, and most of all to a process that is busy. */
export const ofOperators: ReadonlySet<string | undefined> = new Set(["health", "metrics"])

const allowed = (route: Route): string => {
  const methods = Object.keys(route.methods)
  return [...methods, ...(methods.includes("GET") ? ["HEAD"] : [])].join(", ")
}

const metricsAnswer = (): Answer => ({ status: 200, contentType: metricsContentType, body: metricsText(Metric.unsafeSnapshot()) })

const live = json(200, { live: true })
/** By its status alone whoever stands in front decides: what is only degraded goes on getting work. */
const readyAnswer = (ready: boolean, degraded: ReadonlyArray<string>): TextAnswer =>
  json(ready ? 200 : 503, degraded.length === 0 ? { ready } : { ready, degraded })
