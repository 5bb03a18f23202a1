import { assert, describe, it } from "@effect/vitest"
import { SpanExport, type SpanExporter } from "@hibiki/core/ports/SpanExport"
import {
  Context,
  Deferred,
  Effect,
  Exit,
  Fiber,
  Layer,
  Logger,
  Metric,
  Queue,
  Redacted,
  Scope,
  TestClock
} from "effect"
import { metricsText } from "../../src/http/HttpMetrics.ts"
import { type OtlpSettings, otlpExporter, waitingMax } from "../../src/operate/otlpExporter.ts"
import { ProcessIdentity } from "../../src/operate/ProcessIdentity.ts"
import { makeCollector, type Received, spansOf } from "./collector.ts"

const identity = { role: "worker", node: "web1:8081-3f9c2a", host: "web1", version: "1.2.3", startedAt: 5 } as const
const span = (name: string) => ({ name, startMs: 1_000.25, endMs: 1_002.5, attributes: {} })

/** An exporter in a scope of its own, and the lines that it logs. */
const exporterTo = (port: number, settings: Partial<OtlpSettings> = {}) =>
  Effect.gen(function* () {
    const lines: Array<string> = []
    const logger = Logger.replace(
      Logger.defaultLogger,
      Logger.make(({ message }) => void lines.push(String(message)))
    )
    const scope = yield* Scope.make()
    const otlp = {
      endpoint: new URL(`http://127.0.0.1:${port}/otlp/`),
      headers: [],
      serviceName: "hibiki",
      ratio: 1,
      ...settings
    }
    const layer = otlpExporter(otlp).pipe(
      Layer.provide(Layer.succeed(ProcessIdentity, identity)),
      Layer.provideMerge(logger)
    )
    const built = yield* Layer.buildWithScope(layer, scope)
    const spans: SpanExporter | undefined = Context.get(built, SpanExport)
    if (spans === undefined) return yield* Effect.dieMessage("there is no exporter")
    return { spans, lines, close: Scope.close(scope, Exit.void) } as const
  })

/** A port that nobody listens at. */
const closedPort = Effect.map(Effect.scoped(makeCollector()), ({ port }) => port)

const droppedSpans = Effect.sync(() => {
  const dropped = /^hibiki_spans_total\{result="dropped"\} (\d+)$/m.exec(metricsText(Metric.unsafeSnapshot()))
  return Number(dropped?.[1])
})

/** Lets rounds come due for as long as it runs. */
const pass = Effect.forever(TestClock.adjust("2 seconds"))

/** The next request. A round begins two seconds after the end of the one before, which no test sees. */
const next = (requests: Queue.Dequeue<Received>) => Effect.raceFirst(Queue.take(requests), pass)

describe("the exporter of spans", () => {
  it.scoped("sends what was emitted, with the identity of the process and the headers that are set", () =>
    Effect.gen(function* () {
      const { port, requests } = yield* makeCollector()
      const headers = [["authorization", Redacted.make("Bearer x")]] as const
      const { close, spans } = yield* exporterTo(port, { headers, serviceName: "chat" })
      const uuid = "0197a3c0-1111-7222-8333-444455556666"
      spans.emit({
        ...span("worker.batch"),
        kind: "consumer",
        isError: true,
        traceId: uuid.toUpperCase(),
        attributes: { "hibiki.commands": 3, "hibiki.ratio": 0.5, "hibiki.outcome": "x".repeat(1_000) }
      })
      const request = yield* next(requests)
      assert.strictEqual(request.path, "/otlp/v1/traces")
      assert.strictEqual(request.headers.authorization, "Bearer x")
      assert.strictEqual(request.headers["content-type"], "application/json")
      const [sent, ...others] = spansOf(request)
      assert.lengthOf(others, 0)
      assert.strictEqual(sent?.traceId, uuid.replaceAll("-", ""))
      assert.match(sent?.spanId ?? "", /^[0-9a-f]{16}$/)
      assert.deepStrictEqual([sent?.startTimeUnixNano, sent?.endTimeUnixNano], ["1000250000", "1002500000"])
      assert.deepStrictEqual([sent?.kind, sent?.status.code], [5, 2])
      assert.strictEqual(sent?.attributes["hibiki.commands"], "3")
      assert.lengthOf(sent?.attributes["hibiki.outcome"] ?? "", 256)
      assert.deepStrictEqual(sent?.resource, {
        "service.name": "chat",
        "service.version": "1.2.3",
        "service.instance.id": "web1:8081-3f9c2a",
        "host.name": "web1",
        "hibiki.role": "worker"
      })
      yield* close
    })
  )

  it.scoped("gives a trace of its own to a span whose trace id no collector would take", () =>
    Effect.gen(function* () {
      const { port, requests } = yield* makeCollector()
      const { close, spans } = yield* exporterTo(port)
      for (const traceId of [undefined, "", "0".repeat(32), "<script>", "a".repeat(33)])
        spans.emit({ ...span("x"), traceId })
      yield* close
      const traces = spansOf(yield* Queue.take(requests)).map(({ traceId }) => traceId)
      assert.strictEqual(new Set(traces).size, 5)
      for (const traceId of traces) assert.match(traceId, /^(?!0{32})[0-9a-f]{32}$/)
    })
  )

  it.scoped("logs one line while the endpoint is down, keeps at most its bound, and sends it afterwards", () =>
    Effect.gen(function* () {
      const before = yield* droppedSpans
      let isDown = true
      const { port, requests } = yield* makeCollector((response) => void response.writeHead(isDown ? 503 : 200).end())
      const { close, lines, spans } = yield* exporterTo(port)
      for (let i = 0; i < waitingMax + 10; i++) spans.emit(span(`span ${i}`))
      assert.strictEqual((yield* droppedSpans) - before, 10)
      const tried: Array<string> = []
      for (let round = 0; round < 4; round++) {
        tried.push((yield* next(requests)).body)
      }
      assert.strictEqual(new Set(tried).size, 1, "a repeat has the same spans with the same ids")
      assert.lengthOf(lines, 1)
      assert.include(lines[0] ?? "", "OpenTelemetry")
      isDown = false
      const sent = new Map<string, string>()
      while (sent.size < waitingMax)
        for (const { name, spanId } of spansOf(yield* next(requests))) sent.set(spanId, name)
      assert.deepStrictEqual(
        [...sent.values()],
        Array.from({ length: waitingMax }, (_, i) => `span ${i}`)
      )
      yield* close
      assert.lengthOf(lines, 2)
    })
  )

  it.scoped("drops spans that the endpoint refuses for good, and goes on with the next", () =>
    Effect.gen(function* () {
      const before = yield* droppedSpans
      let status = 400
      const { port, requests } = yield* makeCollector((response) => void response.writeHead(status).end())
      const { close, spans } = yield* exporterTo(port)
      spans.emit(span("refused"))
      yield* next(requests)
      yield* Effect.repeat(Effect.zipRight(Effect.yieldNow(), droppedSpans), { until: (now) => now > before })
      status = 200
      spans.emit(span("taken"))
      yield* close
      const last = yield* Queue.take(requests)
      assert.deepStrictEqual(
        spansOf(last).map(({ name }) => name),
        ["taken"]
      )
    })
  )

  it.scoped("ends within two seconds while the endpoint hangs, and at once while nobody listens", () =>
    Effect.gen(function* () {
      const hangs = yield* Deferred.make<void>()
      const { port } = yield* makeCollector(() => Deferred.unsafeDone(hangs, Effect.void))
      const hanging = yield* exporterTo(port)
      hanging.spans.emit(span("waits"))
      const closing = yield* Effect.fork(hanging.close)
      yield* Deferred.await(hangs)
      yield* TestClock.adjust("2 seconds")
      yield* Fiber.join(closing)
      assert.lengthOf(hanging.lines, 0, "the request itself has more time, and its end would be logged")
      const down = yield* exporterTo(yield* closedPort)
      down.spans.emit(span("lost"))
      yield* down.close
      assert.lengthOf(down.lines, 1)
    })
  )

  it.scoped("records the part of the spans that is set", () =>
    Effect.gen(function* () {
      const port = yield* closedPort
      for (const ratio of [0, 1]) {
        const { close, spans } = yield* exporterTo(port, { ratio })
        assert.isTrue(Array.from({ length: 100 }, () => spans.isSampled()).every((is) => is === (ratio === 1)))
        yield* close
      }
    })
  )
})
