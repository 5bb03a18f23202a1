/**
 * Metrics of the process itself, by the names that Prometheus' own clients use. They are read when somebody looks; only
 * garbage collections are followed.
 */
import { readdirSync, readFileSync, statSync } from "node:fs"
import { constants, type IntervalHistogram, monitorEventLoopDelay, PerformanceObserver } from "node:perf_hooks"
import { counter, gauge, histogram, readAtScrape } from "@hibiki/core/metrics/declareMetric"
import { Effect, Metric, MetricLabel, type Scope } from "effect"
import { type ProcessIdentity, processRoles } from "../operate/ProcessIdentity.ts"

const buildInfo = gauge("hibiki_build_info", {
  unit: "1",
  description: "Always 1. The labels are the version of this process and its role.",
  labels: { version: [], role: processRoles },
  isLate: true
})
const cpu = counter("process_cpu_seconds_total", { unit: "seconds", description: "CPU time, of user and system." })
const residentMemory = gauge("process_resident_memory_bytes", {
  unit: "bytes",
  description: "Memory of this process, as the system counts it.",
  isLate: true
})
const startTime = gauge("process_start_time_seconds", {
  unit: "seconds",
  description: "Start of this process, in seconds since 1970.",
  isLate: true
})
const openFiles = gauge("process_open_fds", {
  unit: "files",
  description: "Open files and connections. Linux only.",
  isLate: true
})
const filesMax = gauge("process_max_fds", {
  unit: "files",
  description: "The limit of `process_open_fds`. Linux only.",
  isLate: true
})
const heapUsed = gauge("nodejs_heap_size_used_bytes", {
  unit: "bytes",
  description: "Memory of JavaScript objects.",
  isLate: true
})
const lagGauge = (name: string, which: string) =>
  gauge(name, { unit: "seconds", description: `Delay of the event loop since the last scrape: ${which}.` })
const lagP50 = lagGauge("nodejs_eventloop_lag_p50_seconds", "the median")
const lagP99 = lagGauge("nodejs_eventloop_lag_p99_seconds", "the 99th percentile")
const lagMax = lagGauge("nodejs_eventloop_lag_max_seconds", "the longest")
const gcKinds = ["minor", "major", "incremental", "weakcb"] as const
const gcDuration = histogram("nodejs_gc_duration_seconds", {
  unit: "seconds",
  description: "Pauses for garbage collection, by kind.",
  labels: { kind: gcKinds },
  bounds: [0.001, 0.01, 0.1, 1]
})

/** Call it once, when the role starts. */
export const tellBuild = ({ role, version }: Pick<ProcessIdentity["Type"], "role" | "version">): void =>
  buildInfo.unsafeUpdate(1, [MetricLabel.make("version", version), MetricLabel.make("role", role)])

/** Measures this process for as long as the scope is open. */
export const measureProcess: Effect.Effect<void, never, Scope.Scope> = Effect.gen(function* () {
  yield* Effect.acquireRelease(Effect.sync(followCollections), (collections) =>
    Effect.sync(() => collections.disconnect())
  )
  const lag = yield* Effect.acquireRelease(Effect.sync(makeLoopLag), ({ end }) => Effect.sync(end))
  const limit = filesLimit()
  startTime.unsafeUpdate(Math.round(Date.now() / 1000 - process.uptime()), [])
  yield* readAtScrape(() => {
    const { system, user } = process.cpuUsage()
    cpu.unsafeUpdate((user + system) / 1_000_000 - cpu.unsafeValue([]).count, [])
    residentMemory.unsafeUpdate(process.memoryUsage.rss(), [])
    heapUsed.unsafeUpdate(process.memoryUsage().heapUsed, [])
    const open = filesOpen()
    if (open !== undefined) openFiles.unsafeUpdate(open, [])
    if (limit !== undefined) filesMax.unsafeUpdate(limit, [])
    const { max, p50, p99 } = lag.since()
    lagP50.unsafeUpdate(p50, [])
    lagP99.unsafeUpdate(p99, [])
    lagMax.unsafeUpdate(max, [])
  })
})

const followCollections = (): PerformanceObserver => {
  const ofKind = new Map([
    [constants.NODE_PERFORMANCE_GC_MINOR, Metric.tagged(gcDuration, "kind", "minor")],
    [constants.NODE_PERFORMANCE_GC_MAJOR, Metric.tagged(gcDuration, "kind", "major")],
    [constants.NODE_PERFORMANCE_GC_INCREMENTAL, Metric.tagged(gcDuration, "kind", "incremental")],
    [constants.NODE_PERFORMANCE_GC_WEAKCB, Metric.tagged(gcDuration, "kind", "weakcb")]
  ])
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) ofKind.get(kindOf(entry))?.unsafeUpdate(entry.duration / 1_000, [])
  })
  observer.observe({ entryTypes: ["gc"] })
  return observer
}

/** The types of node lack `detail`. */
const kindOf = (entry: object): number => {
  const detail: unknown = Reflect.get(entry, "detail")
  return typeof detail === "object" && detail !== null && "kind" in detail ? Number(detail.kind) : 0
}

/** Delays of the event loop within a period, in seconds. */
export interface LoopLag {
  readonly p50: number
  readonly p99: number
  readonly max: number
}

/**
 * How often the delay is sampled (ms), and for how long after the last look. Each sample wakes an idle process, which
 * costs it 60 µs. So nothing is sampled while nobody looks.
 */
const sampleMs = 100
const sampledForMs = 60_000
const noLag: LoopLag = { p50: 0, p99: 0, max: 0 }

/** Each caller makes its own. `since` returns the delays since its last call, and zeros after a long pause. */
export const makeLoopLag = (): { readonly since: () => LoopLag; readonly end: () => void } => {
  let delays: IntervalHistogram | undefined
  let timer: NodeJS.Timeout | undefined
  const end = () => {
    delays?.disable()
    delays = undefined
    clearTimeout(timer)
    timer = undefined
  }
  return {
    since: () => {
      timer ??= setTimeout(end, sampledForMs).unref()
      timer.refresh()
      if (delays === undefined) {
        delays = monitorEventLoopDelay({ resolution: sampleMs })
        delays.enable()
        return noLag
      }
      const { max } = delays
      const [p50, p99] = [delays.percentile(50), delays.percentile(99)]
      const isNew = delays.count === 0
      delays.reset()
      return isNew ? noLag : { p50: lagSeconds(p50), p99: lagSeconds(p99), max: lagSeconds(max) }
    },
    end
  }
}

/** Node records the whole time between two samples, in nanoseconds. */
const lagSeconds = (between: number): number => Math.max(0, between / 1e6 - sampleMs) / 1_000

/** Undefined where the system does not tell. Newer kernels know the number without a list of the files. */
const filesOpen = (): number | undefined => {
  try {
    return statSync("/proc/self/fd").size || readdirSync("/proc/self/fd").length
  } catch {
    return undefined
  }
}

const filesLimit = (): number | undefined => {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8")) ?? []
    return soft === undefined ? undefined : Number(soft)
  } catch {
    return undefined
  }
}
