/** Exports spans while a server runs, if an endpoint is set. The exporter's modules are loaded only then. */
import type { Problem } from "@hibiki/node/Problem"
import { Effect, Layer } from "effect"
import type { ProcessIdentity } from "../../operate/ProcessIdentity.ts"
import type { SettingsValues } from "../config/Settings.ts"
import { telemetrySettings } from "../config/telemetrySettings.ts"

/** Must end after all that emits spans: its end sends those that wait, within two seconds. */
export const telemetry = (settings: Pick<SettingsValues, "telemetry">): Layer.Layer<never, Problem, ProcessIdentity> =>
  Layer.unwrapEffect(
    Effect.gen(function* () {
      const otlp = yield* telemetrySettings(settings)
      if (otlp === undefined) return Layer.empty
      const { otlpExporter } = yield* Effect.promise(() => import("../../operate/otlpExporter.ts"))
      return otlpExporter(otlp)
    })
  )
