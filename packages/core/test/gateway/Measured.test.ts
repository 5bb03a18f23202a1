/** What the way of a message is measured by: each measure gets one observation a batch. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Metric, MetricState } from "effect"
import { beforeLook } from "../../src/metrics/declareMetric.ts"
import { pair } from "../world/pair.ts"

const seen = Effect.sync(() => {
  beforeLook()
  return Metric.unsafeSnapshot()
})
/** How often each histogram was observed, and the value of each gauge. */
const measures = Effect.map(
  seen,
  (all) =>
    new Map(
      all.map(({ metricKey, metricState }) => [
        metricKey.name,
        MetricState.isHistogramState(metricState)
          ? metricState.count
          : MetricState.isGaugeState(metricState)
            ? Number(metricState.value)
            : 0
      ])
    )
)

describe("the way of a message", () => {
  it.scoped("is measured from its arrival to the sockets of its readers", () =>
    Effect.gen(function* () {
      const before = yield* measures
      const { ann, bob, log, world } = yield* pair()
      const [from, to] = [yield* world.connect(ann), yield* world.connect(bob)]
      yield* from.op("live")
      yield* to.op("live")
      const live = yield* measures
      const grown = (now: ReadonlyMap<string, number>, then: ReadonlyMap<string, number>, name: string) =>
        (now.get(name) ?? assert.fail(`no ${name}`)) - (then.get(name) ?? 0)
      assert.strictEqual(grown(live, before, "hibiki_catch_up_seconds"), 2)
      yield* from.post(log, "one")
      yield* from.op("accepted")
      yield* to.op("events")
      const after = yield* measures
      for (const name of [
        "ingress_lane_seconds",
        "ingress_publish_seconds",
        "worker_intake_seconds",
        "routes_raise_seconds",
        "envelopes_publish_seconds",
        "append_seconds",
        "append_commands",
        "send_accepted_seconds",
        "fanout_seconds",
        "envelope_lag_seconds"
      ])
        assert.strictEqual(grown(after, live, `hibiki_${name}`), 1, name)
      for (const name of ["ingress_lane_commands", "worker_waiting_commands"])
        assert.strictEqual(grown(after, before, `hibiki_${name}`), 0, name)
      assert.isAbove(after.get("hibiki_actor_mailbox_max") ?? 0, 0)
    })
  )
})
