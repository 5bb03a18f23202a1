/**
 * The metrics of the HTTP edge, and all metrics of this process as text. Labels are routes and classes of status, never
 * paths or people.
 */
import { beforeScrape, counter, gauge } from "@hibiki/core/metrics/declareMetric"
import { Metric, type MetricKey, MetricLabel, type MetricPair, MetricState, Option } from "effect"

/** The kinds of routes; `none` is a path that has none. */
const routeNames = ["api", "health", "metrics", "none", "openapi", "page", "rpc", "static"] as const
export type RouteName = Exclude<(typeof routeNames)[number], "none">

const refusedReasons = [
  "connections",
  "connections_of_address",
  "draining",
  "full",
  "malformed",
  "slow_answer",
  "slow_body",
  "sockets_of_address",
  "too_many",
  "too_many_of_address",
  "untaken_answers",
  "upgrade"
] as const
export type RefusedReason = (typeof refusedReasons)[number]

export const httpRequests = counter("hibiki_http_requests_total", {
  unit: "requests",
  description: "Answered, by kind of route and class of status (`2xx`).",
  labels: { route: routeNames, status: ["1xx", "2xx", "3xx", "4xx", "5xx"] }
})

export const httpInFlight = gauge("hibiki_http_requests_in_flight", {
  unit: "requests",
  description: "Requests that are being answered."
})

export const rpcSockets = gauge("hibiki_rpc_sockets", {
  unit: "sockets",
  description: "Open sockets of streams of calls (`/rpc/ws`)."
})

export const httpRefused = counter("hibiki_http_refused_total", {
  unit: "requests",
  description: "Requests and upgrades refused before any handler saw them.",
  labels: { reason: refusedReasons }
})

export const countRefused = (reason: RefusedReason): void =>
  httpRefused.unsafeUpdate(1, [MetricLabel.make("reason", reason)])

export const metricsContentType = "text/plain; version=0.0.4; charset=utf-8"

type Pair = MetricPair.MetricPair.Untyped

/** Effect's own metrics of its fibers: they follow no naming convention, and nobody watches them. */
const isEffects = (name: string): boolean => name.startsWith("effect_")

/** All metrics of this process, as they are now. */
export const seenMetrics = (): ReadonlyArray<Pair> => {
  beforeScrape()
  return Metric.unsafeSnapshot()
}

/** All metrics of this process in the text format of Prometheus, version 0.0.4. */
export const metricsText = (pairs: ReadonlyArray<Pair>): string => {
  const byName = new Map<string, Array<Pair>>()
  for (const pair of pairs) {
    if (isEffects(pair.metricKey.name)) continue
    const known = byName.get(pair.metricKey.name)
    if (known === undefined) byName.set(pair.metricKey.name, [pair])
    else known.push(pair)
  }
  return [...byName.keys()]
    .sort()
    .flatMap((name) => linesOf(name, byName.get(name) ?? []))
    .join("")
}

const linesOf = (name: string, pairs: ReadonlyArray<Pair>): ReadonlyArray<string> => {
  const [first] = pairs
  const type = first === undefined ? undefined : typeOf(first)
  if (first === undefined || type === undefined) return []
  const description = Option.getOrElse(first.metricKey.description, () => "")
  return [
    ...(description === "" ? [] : [`# HELP ${name} ${description.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")}\n`]),
    `# TYPE ${name} ${type}\n`,
    ...pairs.flatMap((pair) => samplesOf(name, pair))
  ]
}

/** Returns undefined for a kind that is not used here. */
const typeOf = ({ metricState }: Pair): "counter" | "gauge" | "histogram" | undefined => {
  if (MetricState.isCounterState(metricState)) return "counter"
  if (MetricState.isGaugeState(metricState)) return "gauge"
  return MetricState.isHistogramState(metricState) ? "histogram" : undefined
}

const samplesOf = (name: string, { metricKey, metricState: state }: Pair): ReadonlyArray<string> => {
  const labels = labelsOf(metricKey)
  const line = (suffix: string, own: ReadonlyArray<string>, value: number | bigint) => {
    const all = [...labels, ...own]
    return `${name}${suffix}${all.length === 0 ? "" : `{${all.join(",")}}`} ${numberText(value)}\n`
  }
  if (MetricState.isCounterState(state)) return [line("", [], state.count)]
  if (MetricState.isGaugeState(state)) return [line("", [], state.value)]
  if (!MetricState.isHistogramState(state)) return []
  // Effect's last bucket may be the unbounded one, which is written below.
  const bounded = [...state.buckets].filter(([bound]) => bound !== Number.POSITIVE_INFINITY)
  return [
    ...bounded.map(([bound, count]) => line("_bucket", [`le="${numberText(bound)}"`], count)),
    line("_bucket", ['le="+Inf"'], state.count),
    line("_sum", [], state.sum),
    line("_count", [], state.count)
  ]
}

const labelsOf = ({ tags }: MetricKey.MetricKey.Untyped): ReadonlyArray<string> =>
  tags.map(
    ({ key, value }) => `${key}="${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`
  )

const numberText = (value: number | bigint): string => (value === Number.POSITIVE_INFINITY ? "+Inf" : String(value))
