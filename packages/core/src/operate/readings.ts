/**
 * What a process notes of itself every second: levels, and increases of counters and histograms, read from its metrics.
 * The console's figures come from the same metrics as `/metrics`.
 */
import { type MetricPair, MetricState } from "effect"
import { secondsBounds } from "../metrics/declareMetric.ts"
import { healthRules, type Series } from "../protocol/healthRules.ts"
import type { PathStep } from "../protocol/Inspection.ts"

/** The upper bounds of the classes of a duration (seconds); a further class has none. */
export const durationBounds = secondsBounds

const of = (metric: string): ReadonlyArray<Series> => [{ metric }]

const [failedRequests, ...faults] = healthRules.errors.series
const [lanes, intake] = healthRules.waiting.series

/** Increases a second. */
export const counts = {
  commands: of("hibiki_worker_commands_total"),
  requests: of("hibiki_http_requests_total"),
  failedRequests: [failedRequests],
  refused: of("hibiki_http_refused_total"),
  faults,
  restarts: of("hibiki_actor_restarts_total"),
  overflows: healthRules.overflows.series,
  deadLetters: healthRules.deadLetters.series,
  storeRetries: of("hibiki_worker_store_retries_total"),
  gaps: of("hibiki_gateway_holes_total"),
  pushes: of("hibiki_push_settled_total")
} as const

/** Values of now. */
export const levels = {
  sockets: of("hibiki_gateway_sockets"),
  actors: of("hibiki_actors"),
  mailbox: healthRules.mailbox.series,
  lanes: [lanes],
  intake: [intake],
  partitions: of("hibiki_partitions_held"),
  poolWaiting: of("hibiki_postgres_pool_waiting"),
  poolConnections: of("hibiki_postgres_pool_connections"),
  redisSeconds: of("hibiki_redis_round_trip_seconds"),
  redisUp: healthRules.redis.series,
  requestsInFlight: of("hibiki_http_requests_in_flight"),
  streams: of("hibiki_rpc_sockets")
} as const

/** Durations, one class a column: `accepted0` is the fastest. */
export const durations = {
  accepted: "hibiki_send_accepted_seconds",
  arrived: "hibiki_envelope_lag_seconds"
} as const

/** The way of a message, step by step; a batch is one observation. The last one is the whole. */
export const pathSteps = {
  lane: "hibiki_ingress_lane_seconds",
  broker: "hibiki_ingress_publish_seconds",
  worker: "hibiki_worker_intake_seconds",
  append: "hibiki_append_seconds",
  routes: "hibiki_routes_raise_seconds",
  envelope: "hibiki_envelopes_publish_seconds",
  arrival: "hibiki_envelope_lag_seconds",
  fanout: "hibiki_fanout_seconds",
  whole: "hibiki_send_accepted_seconds"
} as const
export type PathStepName = keyof typeof pathSteps

/** The commands that wait before a step. */
const stepLevels: { readonly [Step in PathStepName]?: ReadonlyArray<Series> } = {
  lane: levels.lanes,
  append: levels.intake
}

/** What the machine says of the process. `cpuSeconds` is a total. */
export interface Vitals {
  readonly cpuSeconds: number
  readonly memoryBytes: number
  readonly loopLagMs: number
}

export type CountName = keyof typeof counts
export type LevelName = keyof typeof levels | "memoryBytes" | "loopLagMs"
export type DurationName = keyof typeof durations

const countNames = Object.keys(counts)
const levelNames = Object.keys(levels)
const classes = durationBounds.length + 1
const durationNames = Object.keys(durations).flatMap((name) =>
  Array.from({ length: classes }, (_, at) => `${name}${at}`)
)

/** The columns whose rows are increases, before those whose rows are values. */
const totals = ["cpuSeconds", ...countNames, ...durationNames]
/** All columns of a second. */
export const columns: ReadonlyArray<string> = [...totals, "memoryBytes", "loopLagMs", ...levelNames]

type Pair = MetricPair.MetricPair.Untyped

/** Reads all columns: totals since the process started, and levels. */
export const readColumns = (pairs: ReadonlyArray<Pair>, vitals: Vitals): ReadonlyArray<number> => {
  const byName = new Map<string, Array<Pair>>()
  for (const pair of pairs) {
    const { name } = pair.metricKey
    const known = byName.get(name)
    if (known === undefined) byName.set(name, [pair])
    else known.push(pair)
  }
  const sum = (sources: ReadonlyArray<Series>): number =>
    sources.reduce((all, source) => all + sumOf(byName.get(source.metric) ?? [], source), 0)
  return [
    vitals.cpuSeconds,
    ...Object.values(counts).map(sum),
    ...Object.values(durations).flatMap((name) => classesOf(byName.get(name) ?? [])),
    vitals.memoryBytes,
    vitals.loopLagMs,
    ...Object.values(levels).map(sum)
  ]
}

const sumOf = (pairs: ReadonlyArray<Pair>, { labels = {} }: Series): number => {
  let sum = 0
  for (const { metricKey, metricState } of pairs) {
    const fits = Object.entries(labels).every(([key, value]) =>
      metricKey.tags.some((tag) => tag.key === key && tag.value === value)
    )
    if (!fits) continue
    if (MetricState.isCounterState(metricState)) sum += Number(metricState.count)
    else if (MetricState.isGaugeState(metricState)) sum += Number(metricState.value)
  }
  return sum
}

/** The observations in each class, from the histogram's buckets, each of which counts those below it too. */
const classesOf = (pairs: ReadonlyArray<Pair>): ReadonlyArray<number> => {
  const upTo = new Array<number>(classes).fill(0)
  for (const { metricState } of pairs) {
    if (!MetricState.isHistogramState(metricState)) continue
    const buckets = [...metricState.buckets]
    for (const [at, bound] of durationBounds.entries()) {
      const below = buckets.filter(([other]) => other <= bound).at(-1)
      upTo[at] = (upTo[at] ?? 0) + (below?.[1] ?? 0)
    }
    upTo[classes - 1] = (upTo[classes - 1] ?? 0) + metricState.count
  }
  return upTo.map((count, at) => count - (upTo[at - 1] ?? 0))
}

/** Reads the steps that this process has measures of. */
export const readPath = (pairs: ReadonlyArray<Pair>): ReadonlyArray<PathStep> =>
  Object.entries(pathSteps).flatMap(([step, metric]) => {
    const state = pairs.find(({ metricKey }) => metricKey.name === metric)?.metricState
    if (state === undefined || !MetricState.isHistogramState(state)) return []
    const buckets = [...state.buckets].filter(([bound]) => Number.isFinite(bound))
    const upTo = [...buckets.map(([, count]) => count), state.count]
    const sources = Object.hasOwn(stepLevels, step) ? stepLevels[step as PathStepName] : undefined
    return [
      {
        step,
        bounds: buckets.map(([bound]) => bound),
        counts: upTo.map((count, at) => count - (upTo[at - 1] ?? 0)),
        ...(sources === undefined
          ? {}
          : { waiting: sources.reduce((sum, each) => sum + sumOf(named(pairs, each), each), 0) })
      }
    ]
  })

const named = (pairs: ReadonlyArray<Pair>, { metric }: Series): ReadonlyArray<Pair> =>
  pairs.filter(({ metricKey }) => metricKey.name === metric)

/** Whether the column's row is an increase. */
const isTotal = new Set(totals)

/** Turns two successive readings into one second's row. A total that fell counts from 0: its process started anew. */
export const secondOf = (before: ReadonlyArray<number>, now: ReadonlyArray<number>): ReadonlyArray<number> =>
  now.map((value, at) => {
    if (!isTotal.has(columns[at] ?? "")) return value
    const earlier = before[at] ?? 0
    return value < earlier ? value : value - earlier
  })

/** The names of a duration's columns, the fastest class first. */
export const classColumns = (name: DurationName): ReadonlyArray<string> =>
  Array.from({ length: classes }, (_, at) => `${name}${at}`)

/**
 * Estimates a quantile (seconds) from the observations in each class, as Prometheus' histogram_quantile does: evenly
 * spread within a class, the last bound above it. Undefined without observations.
 */
export const quantileOf = (
  counts: ReadonlyArray<number>,
  quantile: number,
  bounds: ReadonlyArray<number> = durationBounds
): number | undefined => {
  const all = counts.reduce((sum, count) => sum + count, 0)
  if (all === 0) return undefined
  const rank = quantile * all
  let below = 0
  for (const [at, count] of counts.entries()) {
    const bound = bounds[at]
    if (bound === undefined) break
    if (below + count >= rank) {
      const lower = bounds[at - 1] ?? 0
      return count === 0 ? lower : lower + ((bound - lower) * (rank - below)) / count
    }
    below += count
  }
  return bounds.at(-1)
}
