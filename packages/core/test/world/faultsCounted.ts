/** The counter of faults in the background, as tests read it. */
import { Effect, Metric, MetricState } from "effect"

export const faultsCounted = Effect.map(Metric.snapshot, (pairs) => {
  const state = pairs.find(({ metricKey }) => metricKey.name === "hibiki_background_faults_total")?.metricState
  return state !== undefined && MetricState.isCounterState(state) ? Number(state.count) : 0
})
