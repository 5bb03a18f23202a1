/** What is counted at the HTTP edge. Labels are routes and classes of status, never paths or people. */
import { Metric, MetricLabel } from "effect"

export const httpRequests = Metric.counter("hibiki_http_requests_total", {
  description: "Requests answered, by route and status class",
  incremental: true
})
export const httpInFlight = Metric.gauge("hibiki_http_requests_in_flight", { description: "Requests being answered" })
export const rpcSockets = Metric.gauge("hibiki_rpc_sockets", { description: "Open sockets of /rpc/ws" })
export const httpRefused = Metric.counter("hibiki_http_refused_total", {
  description: "Requests and upgrades refused before a route, by reason",
  incremental: true
})
export const countRefused = (reason: string): void => httpRefused.unsafeUpdate(1, [MetricLabel.make("reason", reason)])
