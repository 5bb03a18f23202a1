/** What is counted, as a monitor reads it. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Metric, MetricBoundaries, MetricKey, MetricPair, MetricState } from "effect"
import { HttpServer } from "../../src/http/HttpServer.ts"
import { metricsText } from "../../src/http/metricsText.ts"
import { type EdgeOptions, edgeLayer, send } from "./edgeUnderTest.ts"

describe("metrics as text", () => {
  it("are grouped by name, with their labels and what they mean", () => {
    const counter = MetricKey.counter("a_total", { description: "What\nit is" })
    const tagged = MetricKey.tagged(counter, "by", 'a "b"\\c')
    const bounds = MetricBoundaries.fromIterable([1, 2.5])
    const histogram = MetricState.histogram({
      buckets: [
        [1, 3],
        [2.5, 4]
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

describe("/metrics", () => {
  const asked = (options: EdgeOptions, headers: Record<string, string> = {}) =>
    Effect.flatMap(HttpServer, ({ port }) => send(port, "GET", "/metrics", { headers })).pipe(Effect.provide(edgeLayer(options)))

  it.live("is read by programs on this machine, and not by whom a proxy speaks for", () =>
    Effect.gen(function* () {
      yield* Metric.increment(Metric.counter("hibiki_seen_total", { incremental: true }))
      const answer = yield* asked({})
      assert.strictEqual(answer.status, 200)
      assert.match(String(answer.headers["content-type"]), /^text\/plain; version=0\.0\.4/)
      assert.match(answer.body, /^hibiki_seen_total 1$/m)
      assert.match((yield* asked({})).body, /^hibiki_http_requests_total\{.*route="metrics".*\} \d+$/m)
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
