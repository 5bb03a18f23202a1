/** Finished spans as the JSON of OpenTelemetry's protocol, version 1. */
import { randomBytes } from "node:crypto"
import type { SpanRecord } from "@hibiki/core/ports/SpanExport"
import type { ProcessIdentity } from "./ProcessIdentity.ts"

/** Further attributes and characters of a span are left out. */
const attributesMax = 32
const charactersMax = 256

const kinds = { internal: 1, server: 2, consumer: 5 } as const
const status = { unset: 0, error: 2 } as const

export interface Resource {
  readonly serviceName: string
  readonly identity: ProcessIdentity["Type"]
}

/** A span with the ids that it keeps when a request is repeated. */
export interface IdentifiedSpan extends SpanRecord {
  readonly traceId: string
  readonly spanId: string
}

export const identified = (span: SpanRecord): IdentifiedSpan => ({
  ...span,
  traceId: traceOf(span.traceId),
  spanId: randomBytes(8).toString("hex")
})

/** Returns the body of one `POST /v1/traces`. */
export const otlpRequest = ({ identity, serviceName }: Resource, spans: ReadonlyArray<IdentifiedSpan>): string =>
  JSON.stringify({
    resourceSpans: [
      {
        resource: {
          attributes: attributesOf({
            "service.name": serviceName,
            "service.version": identity.version,
            "service.instance.id": identity.node,
            "host.name": identity.host,
            "hibiki.role": identity.role
          })
        },
        scopeSpans: [{ scope: { name: "hibiki", version: identity.version }, spans: spans.map(spanOf) }]
      }
    ]
  })

const spanOf = ({ attributes, endMs, isError, kind, name, spanId, startMs, traceId }: IdentifiedSpan) => ({
  traceId,
  spanId,
  name: name.slice(0, charactersMax),
  kind: kinds[kind ?? "internal"],
  startTimeUnixNano: nanosOf(startMs),
  endTimeUnixNano: nanosOf(Math.max(startMs, endMs)),
  attributes: attributesOf(attributes),
  status: { code: isError === true ? status.error : status.unset }
})

/** An id that no collector would take (no 32 hex digits, or only zeros) is replaced by one of a trace of its own. */
const traceOf = (given: string | undefined): string => {
  const hex = given?.replaceAll("-", "").toLowerCase() ?? ""
  return /^(?!0{32})[0-9a-f]{32}$/.test(hex) ? hex : randomBytes(16).toString("hex")
}

/** As the protocol writes 64 bits in JSON. */
const nanosOf = (ms: number): string => String(BigInt(Math.max(0, Math.round(ms * 1e6))))

const attributesOf = (attributes: SpanRecord["attributes"]) =>
  Object.entries(attributes)
    .slice(0, attributesMax)
    .map(([key, value]) => ({ key: key.slice(0, charactersMax), value: otlpValue(value) }))

const otlpValue = (value: string | number | boolean) => {
  if (typeof value === "string") return { stringValue: value.slice(0, charactersMax) }
  if (typeof value === "boolean") return { boolValue: value }
  return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: Number.isFinite(value) ? value : 0 }
}
