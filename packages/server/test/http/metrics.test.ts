/** What is counted, as a monitor reads it. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Metric, MetricBoundaries, MetricKey, MetricPair, MetricState } from "effect"
import { metricsText } from "../../src/http/HttpMetrics.ts"
import { HttpServer } from "../../src/http/HttpServer.ts"
import { type EdgeOptions, edgeLayer, send } from "./edgeUnderTest.ts"
import { expositionFaults, ourPrefixes } from "./exposition.ts"

describe("metrics as text", () => {
  it("are grouped by name, with their labels and what they mean", () => {
    const counter = MetricKey.counter("a_total", { description: "What\nit is" })
    const tagged = MetricKey.tagged(counter, "by", 'a "b"\\c')
    const bounds = MetricBoundaries.fromIterable([1, 2.5])
    const histogram = MetricState.histogram({
      buckets: [
        [1, 3],
        [2.5, 4],
        // As Effect's own boundaries end.
        [Number.POSITIVE_INFINITY, 5]
      ],
      count: 5,
      min: 0,
      max: 9,
      sum: 12.5
    })
    const text = metricsText([
      MetricPair.unsafeMake(MetricKey.gauge("b_now"), MetricState.gauge(2)),
      MetricPair.unsafeMake(MetricKey.histogram("c_seconds", bounds), histogram),
      MetricPair.unsafeMake(counter, MetricState.counter(1)),
      MetricPair.unsafeMake(tagged, MetricState.counter(7))
    ])
    assert.deepStrictEqual(text.split("\n"), [
      "# HELP a_total What\\nit is",
      "# TYPE a_total counter",
      "a_total 1",
      'a_total{by="a \\"b\\"\\\\c"} 7',
      "# TYPE b_now gauge",
      "b_now 2",
      "# TYPE c_seconds histogram",
      'c_seconds_bucket{le="1"} 3',
      'c_seconds_bucket{le="2.5"} 4',
      'c_seconds_bucket{le="+Inf"} 5',
      "c_seconds_sum 12.5",
      "c_seconds_count 5",
      ""
    ])
  })
})

describe("the check of the text format", () => {
  const good = '# HELP a_total A.\n# TYPE a_total counter\na_total{b="c"} 1\n'
  it("takes what is right", () => assert.deepStrictEqual(expositionFaults(good), []))
  for (const [what, text, fault] of [
    ["a series twice", `${good}a_total{b="c"} 2\n`, "twice"],
    ["a counter without its ending", "# HELP a A.\n# TYPE a counter\na 1\n", "_total"],
    ["a gauge with it", "# HELP a_total A.\n# TYPE a_total gauge\na_total 1\n", "_total"],
    ["no help", "# TYPE a gauge\na 1\n", "HELP"],
    ["no type", "# HELP a A.\na 1\n", "TYPE"],
    ["a type twice", `${good}# TYPE a_total counter\n`, "twice"],
    ["a family in two places", `${good}# HELP b B.\n# TYPE b gauge\nb 1\na_total{b="d"} 1\n`, "apart"],
    ["a number that is none", "# HELP a A.\n# TYPE a gauge\na x\n", "line"],
    ["a label without quotes", "# HELP a A.\n# TYPE a gauge\na{b=c} 1\n", "line"],
    ["a unit that is not the base one", "# HELP a_ms A.\n# TYPE a_ms gauge\na_ms 1\n", "unit"],
    [
      "a bucket twice",
      '# HELP a A.\n# TYPE a histogram\na_bucket{le="+Inf"} 1\na_bucket{le="+Inf"} 1\na_sum 1\na_count 1\n',
      "twice"
    ],
    ["no last bucket", '# HELP a A.\n# TYPE a histogram\na_bucket{le="1"} 1\na_sum 1\na_count 1\n', "+Inf"],
    ["no end of line", good.trim(), "end"],
    ["names of Effect", "# HELP effect_fibers A.\n# TYPE effect_fibers gauge\neffect_fibers 1\n", "hibiki_"]
  ] as const)
    it(`sees ${what}`, () =>
      assert.include(expositionFaults(text, fault === "hibiki_" ? ["hibiki_"] : undefined).join("\n"), fault))
})

describe("/metrics", () => {
  const asked = (options: EdgeOptions, headers: Record<string, string> = {}) =>
    Effect.flatMap(HttpServer, ({ port }) => send(port, "GET", "/metrics", { headers })).pipe(
      Effect.provide(edgeLayer(options))
    )

  it.live("is read by programs on this machine, and not by whom a proxy speaks for", () =>
    Effect.gen(function* () {
      yield* Metric.increment(Metric.counter("hibiki_seen_total", { description: "Seen", incremental: true }))
      const answer = yield* asked({})
      assert.strictEqual(answer.status, 200)
      assert.match(String(answer.headers["content-type"]), /^text\/plain; version=0\.0\.4/)
      assert.match(answer.body, /^hibiki_seen_total 1$/m)
      assert.deepStrictEqual(expositionFaults(answer.body, ourPrefixes), [])
      assert.match((yield* asked({})).body, /^hibiki_http_requests_total\{.*route="metrics".*\} \d+$/m)
      // A page of a name that was made to lead here.
      assert.strictEqual((yield* asked({}, { host: "rebound.example" })).status, 404)
      for (const header of ["x-forwarded-for", "forwarded", "via", "x-real-ip"])
        assert.strictEqual((yield* asked({}, { [header]: "203.0.113.1" })).status, 404)
    })
  )

  it.live("is for anyone, or for nobody, where that is set", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* asked({ metrics: "all" }, { "x-forwarded-for": "203.0.113.1" })).status, 200)
      assert.strictEqual((yield* asked({ metrics: "off" })).status, 404)
    })
  )
})
