/**
 * Where finished spans go: an exporter outside of core, or nowhere. A span is a plain record that costs a few
 * microseconds, and only when an exporter is on. Effect's own spans are not used: they cost 18 µs each, exported or
 * not, and carry statements and error messages.
 */
import { Context } from "effect"

export interface SpanRecord {
  /** A constant, never a text of a person. */
  readonly name: string
  /** Times of the wall clock (ms), with fractions. */
  readonly startMs: number
  readonly endMs: number
  /** Constants, numbers and ids: no texts, names, addresses or tokens. */
  readonly attributes: Readonly<Record<string, string | number | boolean>>
  /** 32 hex digits; a UUID may keep its hyphens. Undefined: the span begins a trace of its own. */
  readonly traceId?: string | undefined
  /** `server` for an answered call, `consumer` for a batch that came through a queue; internal by default. */
  readonly kind?: "server" | "consumer" | undefined
  readonly isError?: boolean | undefined
}

export interface SpanExporter {
  /** Takes a finished span. Never throws or waits. Beyond a bound it counts and drops the span. */
  readonly emit: (span: SpanRecord) => void
  /** Whether to record the next span that begins a trace. Spans of a trace that others sampled need not call it. */
  readonly isSampled: () => boolean
}

/** Undefined, the default: no exporter is on, and nothing must be recorded. */
export class SpanExport extends Context.Reference<SpanExport>()("@hibiki/core/ports/SpanExport", {
  defaultValue: (): SpanExporter | undefined => undefined
}) {}
