import { assert, describe, it } from "@effect/vitest"
import { Metric } from "effect"
import { histogram } from "../../src/metrics/declareMetric.ts"

describe("a histogram", () => {
  it("that a module declares again, with bounds of its own, is the same series", () => {
    const declare = () =>
      histogram("hibiki_declared_twice_seconds", { unit: "seconds", description: "Of this test.", bounds: [1, 2, 3] })
    declare().unsafeUpdate(1.5, [])
    declare().unsafeUpdate(2.5, [])
    const series = Metric.unsafeSnapshot().filter(({ metricKey }) => metricKey.name === "hibiki_declared_twice_seconds")
    assert.lengthOf(series, 1)
  })
})
