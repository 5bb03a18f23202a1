/** Where spans go, from the settings. */
import { misconfigured, type Problem } from "@hibiki/node/Problem"
import { Effect, Redacted } from "effect"
import type { OtlpSettings } from "../../operate/otlpExporter.ts"
import type { SettingsValues } from "./Settings.ts"

/** Undefined: no spans are recorded. */
export const telemetrySettings = ({
  telemetry
}: Pick<SettingsValues, "telemetry">): Effect.Effect<OtlpSettings | undefined, Problem> => {
  const { endpoint, headers, ratio, serviceName } = telemetry
  if (endpoint === undefined) return Effect.succeed(undefined)
  const read = headers === undefined ? [] : headersOf(Redacted.value(headers))
  return read === undefined
    ? misconfigured("OTEL_EXPORTER_OTLP_HEADERS must be pairs such as name=value, separated by commas.")
    : Effect.succeed({ endpoint, headers: read, serviceName, ratio })
}

/** Values may be percent-encoded, as OpenTelemetry's specification has it. Returns undefined if a pair is unusable. */
const headersOf = (text: string): OtlpSettings["headers"] | undefined => {
  const pairs = text
    .split(",")
    .filter((pair) => pair.trim() !== "")
    .map((pair) => /^\s*([\w!#$%&'*+.^`|~-]+)\s*=(.*)$/.exec(pair))
  const headers = pairs.map((pair) => {
    const value = decoded(pair?.[2]?.trim() ?? "")
    return pair?.[1] === undefined || value === undefined ? undefined : ([pair[1], Redacted.make(value)] as const)
  })
  return headers.every((header) => header !== undefined) ? headers : undefined
}

/** Returns undefined for what is no percent-encoding, or no value of a header. */
const decoded = (value: string): string | undefined => {
  try {
    const text = decodeURIComponent(value)
    return /^[\t\x20-\x7e]*$/.test(text) ? text : undefined
  } catch {
    return undefined
  }
}
