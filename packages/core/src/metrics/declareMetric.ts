/**
 * Declares the metrics of a server's process. Each is present from the start with every value of its labels, so that a
 * monitor sees the first event as a rise. The manual's table, the rules and the boards are made from the declarations.
 */
import { Effect, GlobalValue, Metric, MetricBoundaries, type Scope } from "effect"

export interface MetricSpec {
  /** What is counted, or the base unit of a measure. */
  readonly unit: string
  /** Sentences for operators, in Markdown. */
  readonly description: string
  /** Each label with all of its values. */
  readonly labels?: Readonly<Record<string, ReadonlyArray<string>>>
  /** Absent until the process first sets it, because 0 would be untrue before. */
  readonly isLate?: boolean
}

export interface DeclaredMetric extends MetricSpec {
  readonly name: string
  readonly kind: "counter" | "gauge" | "histogram"
}

/** One list even where a program loads this module twice, as Effect's own registry is one. */
const declared = GlobalValue.globalValue("@hibiki/core/metrics", () => new Map<string, DeclaredMetric>())

/** Returns the metrics of all modules that are loaded, in the order of their names. */
export const declaredMetrics = (): ReadonlyArray<DeclaredMetric> =>
  [...declared.values()].sort((a, b) => (a.name < b.name ? -1 : 1))

export const counter = (name: string, spec: MetricSpec): Metric.Metric.Counter<number> =>
  declare(name, "counter", spec, Metric.counter(name, { description: plain(spec.description), incremental: true }))

export const gauge = (name: string, spec: MetricSpec): Metric.Metric.Gauge<number> =>
  declare(name, "gauge", spec, Metric.gauge(name, { description: plain(spec.description) }))

/** The upper bounds of most histograms of time, in seconds. */
export const secondsBounds = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10] as const

/** The same from a tenth of a millisecond on, for what takes hardly any time while all is well. */
export const fineSecondsBounds = [0.000_1, 0.000_2, 0.000_5, ...secondsBounds] as const

/** `bounds`: the upper bounds of its buckets, rising. Observe once a batch, never per message. */
export const histogram = (
  name: string,
  { bounds, ...spec }: MetricSpec & { readonly bounds: ReadonlyArray<number> }
): Metric.Metric.Histogram<number> =>
  declare(name, "histogram", spec, Metric.histogram(name, boundariesOf(bounds), plain(spec.description)))

const knownBoundaries = GlobalValue.globalValue(
  "@hibiki/core/metrics/boundaries",
  () => new Map<string, MetricBoundaries.MetricBoundaries>()
)

/** One object for equal bounds: Effect takes a histogram with other boundaries, even equal ones, for another metric. */
const boundariesOf = (bounds: ReadonlyArray<number>): MetricBoundaries.MetricBoundaries => {
  const key = bounds.join(" ")
  const known = knownBoundaries.get(key) ?? MetricBoundaries.fromIterable(bounds)
  knownBoundaries.set(key, known)
  return known
}

const declare = <Type, In, Out>(
  name: string,
  kind: DeclaredMetric["kind"],
  spec: MetricSpec,
  metric: Metric.Metric<Type, In, Out>
): Metric.Metric<Type, In, Out> => {
  declared.set(name, { name, kind, ...spec })
  // Reading a series creates it.
  if (spec.isLate !== true)
    for (const series of withLabels(metric, Object.entries(spec.labels ?? {}))) series.unsafeValue([])
  return metric
}

const withLabels = <Type, In, Out>(
  metric: Metric.Metric<Type, In, Out>,
  labels: ReadonlyArray<readonly [string, ReadonlyArray<string>]>
): ReadonlyArray<Metric.Metric<Type, In, Out>> =>
  labels.reduce<ReadonlyArray<Metric.Metric<Type, In, Out>>>(
    (all, [label, values]) => all.flatMap((each) => values.map((value) => Metric.tagged(each, label, value))),
    [metric]
  )

/** A line of `/metrics` is no Markdown. */
const plain = (description: string): string => description.replaceAll("`", "")

type Readers = Set<() => void>
const readers = GlobalValue.globalValue("@hibiki/core/metrics/readers", (): Readers => new Set())
const scrapeReaders = GlobalValue.globalValue("@hibiki/core/metrics/scrapeReaders", (): Readers => new Set())

const during = (all: Readers, read: () => void): Effect.Effect<void, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => void all.add(read)),
    () => Effect.sync(() => all.delete(read))
  )

/**
 * Calls `read` before each look at the metrics, for as long as the scope is open: nothing runs while nobody looks.
 * Several lookers may take turns, so `read` sets the same values for all of them.
 */
export const readAtLook = (read: () => void): Effect.Effect<void, never, Scope.Scope> => during(readers, read)

/** As `readAtLook`, before each scrape only. */
export const readAtScrape = (read: () => void): Effect.Effect<void, never, Scope.Scope> => during(scrapeReaders, read)

const sums = GlobalValue.globalValue(
  "@hibiki/core/metrics/sums",
  () => new Map<Metric.Metric.Gauge<number>, ReadonlyArray<() => number>>()
)

/**
 * Adds a part of a gauge, for as long as the scope is open. A process with all roles may have several parts of one
 * gauge.
 */
export const sumAtLook = (
  sum: Metric.Metric.Gauge<number>,
  part: () => number
): Effect.Effect<void, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => void sums.set(sum, [...(sums.get(sum) ?? []), part])),
    () =>
      Effect.sync(
        () =>
          void sums.set(
            sum,
            (sums.get(sum) ?? []).filter((other) => other !== part)
          )
      )
  )

/** Call it before the metrics are read. */
export const beforeLook = (): void => {
  for (const read of readers) read()
  for (const [sum, parts] of sums)
    sum.unsafeUpdate(
      parts.reduce((total, part) => total + part(), 0),
      []
    )
}

/** Call it before `/metrics` is written; it includes `beforeLook`. */
export const beforeScrape = (): void => {
  beforeLook()
  for (const read of scrapeReaders) read()
}
