/** What a monitor reads of the process itself. */
import { setTimeout as rest } from "node:timers/promises"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { metricsText, seenMetrics } from "../../src/http/HttpMetrics.ts"
import { makeLoopLag, measureProcess, tellBuild } from "../../src/http/ProcessMetrics.ts"

const seriesOf = (text: string, name: string): number => {
  const line = text.split("\n").find((each) => each.startsWith(`${name} `))
  return line === undefined ? assert.fail(`no ${name}`) : Number(line.split(" ")[1])
}
const text = Effect.sync(() => metricsText(seenMetrics()))

/** Holds up the event loop until this process has used so much CPU time. */
const busyFor = (ms: number): void => {
  const before = process.cpuUsage()
  for (;;) {
    const { system, user } = process.cpuUsage(before)
    if (user + system >= ms * 1_000) return
  }
}

describe("metrics of the process", () => {
  it.scopedLive("are its CPU, memory, start, files and heap", () =>
    Effect.gen(function* () {
      yield* measureProcess
      const before = yield* text
      busyFor(50)
      const after = yield* text
      const cpu = "process_cpu_seconds_total"
      assert.isAtLeast(seriesOf(after, cpu) - seriesOf(before, cpu), 0.05)
      assert.approximately(seriesOf(after, cpu), process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6, 1)
      assert.isAbove(
        seriesOf(after, "process_resident_memory_bytes"),
        seriesOf(after, "nodejs_heap_size_used_bytes") / 2
      )
      assert.isAbove(seriesOf(after, "nodejs_heap_size_used_bytes"), 1e6)
      assert.approximately(seriesOf(after, "process_start_time_seconds"), Date.now() / 1000 - process.uptime(), 5)
      if (process.platform !== "linux") return
      assert.isAbove(seriesOf(after, "process_open_fds"), 3)
      assert.isAbove(seriesOf(after, "process_max_fds"), seriesOf(after, "process_open_fds"))
    })
  )

  it.scopedLive("count garbage collections from the start", () =>
    Effect.gen(function* () {
      yield* measureProcess
      assert.match(yield* text, /^nodejs_gc_duration_seconds_count\{kind="weakcb"\} \d+$/m)
      const count = Effect.map(text, (all) => Number(/_count\{kind="minor"\} (\d+)/.exec(all)?.[1]))
      const before = yield* count
      const turn = Effect.zipRight(
        Effect.sync(() => Array.from({ length: 100_000 }, (_, i) => ({ i })).length),
        Effect.promise(() => rest(1))
      )
      yield* Effect.repeat(Effect.zipRight(turn, count), { until: (now) => now > before })
    })
  )

  it.live("name the version and the role", () =>
    Effect.gen(function* () {
      tellBuild({ version: "1.2.3", role: "gateway" })
      assert.match(yield* text, /^hibiki_build_info\{.*version="1\.2\.3".*\} 1$/m)
      assert.match(yield* text, /^hibiki_build_info\{.*role="gateway".*\} 1$/m)
    })
  )
})

describe("the lag of the event loop", () => {
  it("is its longest delay since the last look, and of no look before", async () => {
    const lag = makeLoopLag()
    assert.deepStrictEqual(lag.since(), { p50: 0, p99: 0, max: 0 })
    // Each look begins anew, and its first sample only begins the measure.
    let seen = lag.since()
    while (seen.max < 0.1) {
      await rest(250)
      busyFor(300)
      await rest(250)
      seen = lag.since()
    }
    assert.isAtMost(seen.p50, seen.max)
    assert.deepStrictEqual(lag.since(), { p50: 0, p99: 0, max: 0 })
    lag.end()
  })
})
