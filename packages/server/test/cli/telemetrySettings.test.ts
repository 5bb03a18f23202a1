import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { loadSettings } from "../../src/cli/config/Environment.ts"
import { telemetrySettings } from "../../src/cli/config/telemetrySettings.ts"

const read = (variables: Readonly<Record<string, string>>) => Effect.flatMap(loadSettings(variables), telemetrySettings)
const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: "https://collector.example/otlp" }

describe("the settings of OpenTelemetry", () => {
  it.effect("record no spans without an endpoint, and all spans with one", () =>
    Effect.gen(function* () {
      assert.isUndefined(yield* read({ OTEL_TRACES_SAMPLER_ARG: "0.5", OTEL_EXPORTER_OTLP_HEADERS: "a=b" }))
      const settings = yield* read(endpoint)
      assert.strictEqual(settings?.endpoint.href, "https://collector.example/otlp")
      assert.deepInclude(settings, { headers: [], serviceName: "hibiki", ratio: 1 })
    })
  )

  it.effect("have the names and forms of OpenTelemetry", () =>
    Effect.gen(function* () {
      const settings = yield* read({
        ...endpoint,
        OTEL_SERVICE_NAME: "chat",
        OTEL_TRACES_SAMPLER_ARG: ".25",
        OTEL_EXPORTER_OTLP_HEADERS: "authorization=Bearer%20x=, x-team = a ,,"
      })
      assert.deepInclude(settings, { serviceName: "chat", ratio: 0.25 })
      assert.deepStrictEqual(
        settings?.headers.map(([name, value]) => [name, Redacted.value(value)]),
        [
          ["authorization", "Bearer x="],
          ["x-team", "a"]
        ]
      )
    })
  )

  it.effect("are refused in one sentence when one is wrong, which never shows a header", () =>
    Effect.gen(function* () {
      const wrong: ReadonlyArray<Readonly<Record<string, string>>> = [
        { OTEL_EXPORTER_OTLP_ENDPOINT: "collector:4318" },
        { OTEL_EXPORTER_OTLP_ENDPOINT: "https://user:canary@collector.example" },
        ...["1.5", "-1", "half", "1e0"].map((ratio) => ({ ...endpoint, OTEL_TRACES_SAMPLER_ARG: ratio })),
        ...["canary", "a b=canary", "=canary", "a=canary%", "a=canary%0d%0ax: y"].map((headers) => ({
          ...endpoint,
          OTEL_EXPORTER_OTLP_HEADERS: headers
        }))
      ]
      for (const variables of wrong) {
        const problem = yield* Effect.flip(read(variables))
        assert.strictEqual(problem.exitCode, 78)
        assert.match(problem.sentence, /^OTEL_/)
        if ("OTEL_EXPORTER_OTLP_HEADERS" in variables) assert.notInclude(problem.sentence, "canary")
      }
    })
  )
})
