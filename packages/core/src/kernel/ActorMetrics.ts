/**
 * Metrics of a process' actors. They come from the counters of its actor system, which itself runs no metric on its
 * way.
 */
import { Effect, Metric } from "effect"
import type { ActorCounters, ActorSystemApi } from "./Behaviour.ts"

const actors = Metric.gauge("hibiki_actors", { description: "Actors that live" })
const armedTimers = Metric.gauge("hibiki_actor_timers", { description: "Timers that actors have armed" })
const failures = Metric.counter("hibiki_actor_failures_total", {
  description: "Failures of actors and timers",
  incremental: true
})
const restarts = Metric.counter("hibiki_actor_restarts_total", {
  description: "Actors that began anew after a failure",
  incremental: true
})
export const untakenMessages = Metric.counter("hibiki_actor_untaken_total", {
  description:
    "Messages that no actor handled: its full mailbox refused or dropped them, or they were discarded as it ended",
  incremental: true
})

type Counted = Extract<keyof ActorCounters, "failures" | "restarts" | "refused" | "dropped" | "discarded">

const untaken = (reason: Counted) => [reason, Metric.tagged(untakenMessages, "reason", reason)] as const
const totals = [
  ["failures", failures] as const,
  ["restarts", restarts] as const,
  untaken("refused"),
  untaken("dropped"),
  untaken("discarded")
]

/** Returns an Effect that sets the metrics. Run it periodically, in one place per process. */
export const makeActorMeasure = (system: ActorSystemApi): Effect.Effect<void> => {
  const told: Record<Counted, number> = { failures: 0, restarts: 0, refused: 0, dropped: 0, discarded: 0 }
  return Effect.gen(function* () {
    yield* Metric.set(actors, system.count)
    yield* Metric.set(armedTimers, system.armedTimers)
    for (const [name, metric] of totals) {
      const more = system.counters[name] - told[name]
      told[name] += more
      if (more > 0) yield* Metric.incrementBy(metric, more)
    }
  })
}
