/**
 * Sends finished spans to a collector by OTLP over HTTP, as JSON. Loaded only when an endpoint is set. Everything is
 * bounded: a collector that hangs or is down costs spans, never calls, messages or a stop.
 */
import { makeOutageLog } from "@hibiki/core/fibers/logging"
import { repeatEvery } from "@hibiki/core/fibers/repeating"
import { releaseWithin } from "@hibiki/core/fibers/Time"
import { counter } from "@hibiki/core/metrics/declareMetric"
import { SpanExport, type SpanRecord } from "@hibiki/core/ports/SpanExport"
import { Data, Effect, Layer, MetricLabel, Redacted } from "effect"
import { type IdentifiedSpan, identified, otlpRequest } from "./otlpRequest.ts"
import { ProcessIdentity } from "./ProcessIdentity.ts"

export interface OtlpSettings {
  /** The address to which `/v1/traces` is added. */
  readonly endpoint: URL
  /** Of every request; values may be secret. */
  readonly headers: ReadonlyArray<readonly [name: string, value: Redacted.Redacted]>
  readonly serviceName: string
  /** The part of the spans to record, from 0 to 1. */
  readonly ratio: number
}

const exported = counter("hibiki_spans_total", {
  unit: "spans",
  description: "Spans for the [OpenTelemetry](#opentelemetry) endpoint. Absent without one.",
  labels: { result: ["sent", "dropped"] }
})
const count = (result: "dropped" | "sent", spans: number): void => {
  if (spans > 0) exported.unsafeUpdate(spans, [MetricLabel.make("result", result)])
}

/** Spans that wait. At the bound a new span is dropped, so that what is sent has no holes in its past. */
export const waitingMax = 8_192
/** Spans of one request. */
const requestMax = 512
/** Between rounds. A round sends all that waits. */
const every = "2 seconds"
const answerWithinMs = 5_000
const flushWithin = "2 seconds"

/** The collector did not take a request. `isFinal`: it never will, so the spans are lost. */
class SpansNotTaken extends Data.TaggedError("SpansNotTaken")<{
  readonly reason: string
  readonly isFinal: boolean
}> {}

class SpanQueue {
  #waiting: Array<IdentifiedSpan> = []

  get size(): number {
    return this.#waiting.length
  }

  add(span: SpanRecord): void {
    if (this.#waiting.length >= waitingMax) count("dropped", 1)
    else this.#waiting.push(identified(span))
  }

  /** The spans of the next request. They wait until `remove`. */
  first(): ReadonlyArray<IdentifiedSpan> {
    return this.#waiting.slice(0, requestMax)
  }

  remove(spans: number, result: "dropped" | "sent"): void {
    this.#waiting = this.#waiting.slice(spans)
    count(result, spans)
  }
}

/** Provides the exporter. At the end of the scope it sends what waits, for at most two seconds. */
export const otlpExporter = (settings: OtlpSettings): Layer.Layer<never, never, ProcessIdentity> =>
  Layer.scoped(
    SpanExport,
    Effect.gen(function* () {
      const resource = { serviceName: settings.serviceName, identity: yield* ProcessIdentity }
      const queue = new SpanQueue()
      const outage = makeOutageLog(
        "The OpenTelemetry endpoint takes no spans: further ones wait, up to a bound, and then are lost",
        "The OpenTelemetry endpoint takes spans again"
      )
      const send = (spans: ReadonlyArray<IdentifiedSpan>) => post(settings, otlpRequest(resource, spans))
      const round: Effect.Effect<void, SpansNotTaken> = Effect.suspend(() => {
        const spans = queue.first()
        if (spans.length === 0) return Effect.void
        return send(spans).pipe(
          Effect.tap(() => Effect.sync(() => queue.remove(spans.length, "sent"))),
          Effect.tapError(({ isFinal }) =>
            Effect.sync(() => {
              if (isFinal) queue.remove(spans.length, "dropped")
            })
          ),
          Effect.zipRight(outage.over),
          Effect.zipRight(round)
        )
      })
      const told = Effect.catchAll(round, outage.met)
      yield* Effect.addFinalizer(() =>
        Effect.zipRight(
          Effect.ignore(releaseWithin(flushWithin)(told)),
          Effect.sync(() => queue.remove(queue.size, "dropped"))
        )
      )
      yield* Effect.forkScoped(repeatEvery(every, "Spans could not be sent")(told))
      return {
        emit: (span: SpanRecord) => queue.add(span),
        isSampled: () => settings.ratio >= 1 || Math.random() < settings.ratio
      }
    })
  )

/** The protocol names these as the ones to repeat. Any other refusal would come again, and hold up all later spans. */
const mayPass: ReadonlySet<number> = new Set([429, 502, 503, 504])

const post = ({ endpoint, headers }: OtlpSettings, body: string): Effect.Effect<void, SpansNotTaken> =>
  Effect.tryPromise({
    try: async (interrupted) => {
      const response = await fetch(tracesAddress(endpoint), {
        method: "POST",
        headers: [
          ["content-type", "application/json"],
          ...headers.map(([name, value]): [string, string] => [name, Redacted.value(value)])
        ],
        body,
        redirect: "manual",
        signal: AbortSignal.any([interrupted, AbortSignal.timeout(answerWithinMs)])
      })
      // Nothing in its body changes what happens next.
      await response.body?.cancel()
      if (!response.ok) {
        throw new SpansNotTaken({ reason: `http_${response.status}`, isFinal: !mayPass.has(response.status) })
      }
    },
    catch: (error) =>
      error instanceof SpansNotTaken ? error : new SpansNotTaken({ reason: reasonOf(error), isFinal: false })
  })

/** Without the address, which may hold a secret. */
const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return "unknown"
  if (error.name === "TimeoutError") return "timeout"
  return error.cause instanceof Error && "code" in error.cause ? String(error.cause.code) : error.name
}

const tracesAddress = (endpoint: URL): URL => {
  const address = new URL(endpoint)
  address.pathname = `${address.pathname.replace(/\/+$/, "")}/v1/traces`
  return address
}
