/**
 * Metrics of a process' actors. They come from the counters of its actor system, which itself runs no metric on its
 * way.
 */
import { Metric } from "effect"
import { counter, gauge } from "../metrics/declareMetric.ts"
import type { ActorCounters, ActorSystemApi } from "./Behaviour.ts"

const actors = gauge("hibiki_actors", {
  unit: "actors",
  description: "One for each user and each socket of a gateway."
})
const armedTimers = gauge("hibiki_actor_timers", {
  unit: "timers",
  description: "Timers that actors have armed."
})
const failures = counter("hibiki_actor_failures_total", {
  unit: "failures",
  description: "Actors and their timers that failed."
})
const restarts = counter("hibiki_actor_restarts_total", {
  unit: "restarts",
  description: "Actors that restarted after a failure."
})
export const untakenMessages = counter("hibiki_actor_untaken_total", {
  unit: "messages",
  description:
    "Messages that no actor handled: a full mailbox `refused` or `dropped` them, or they were `discarded` when the actor ended.",
  labels: { reason: ["refused", "dropped", "discarded"] }
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

const mailboxMax = gauge("hibiki_actor_mailbox_max", {
  unit: "messages",
  description: "The most messages that waited for one actor within the last half minute."
})

/** Returns a function that sets the metrics. Run it in one place per process. */
export const makeActorMeasure = (system: ActorSystemApi): (() => void) => {
  const told: Record<Counted, number> = { failures: 0, restarts: 0, refused: 0, dropped: 0, discarded: 0 }
  const deepest = new RecentMax()
  return () => {
    actors.unsafeUpdate(system.count, [])
    armedTimers.unsafeUpdate(system.armedTimers, [])
    mailboxMax.unsafeUpdate(deepest.with(system.takeDeepest(), system.now()), [])
    for (const [name, metric] of totals) {
      metric.unsafeUpdate(system.counters[name] - told[name], [])
      told[name] = system.counters[name]
    }
  }
}

const halfMs = 15_000

/** The largest value of 15 to 30 seconds, whoever looks how often: a peak is seen by all. */
class RecentMax {
  private sinceMs = 0
  private before = 0
  private now = 0

  with(value: number, nowMs: number): number {
    if (nowMs - this.sinceMs >= halfMs) {
      this.before = nowMs - this.sinceMs >= 2 * halfMs ? 0 : this.now
      this.now = 0
      this.sinceMs = nowMs
    }
    this.now = Math.max(this.now, value)
    return Math.max(this.before, this.now)
  }
}
