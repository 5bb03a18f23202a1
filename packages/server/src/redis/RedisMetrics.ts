/** Metrics of the connections to Redis. */
import { counter, gauge } from "@hibiki/core/metrics/declareMetric"

export const redisReconnects = counter("hibiki_redis_reconnects_total", {
  unit: "times",
  description: "A lost connection to Redis was restored.",
  labels: { connection: ["requests", "subscriptions"] }
})
export const redisFailures = counter("hibiki_redis_commands_failed_total", {
  unit: "commands",
  description: "Commands to Redis that failed.",
  labels: { reason: ["away", "refused", "deadline"] }
})
export const redisUp = gauge("hibiki_redis_up", {
  unit: "1 or 0",
  description: "Whether this process reaches Redis.",
  isLate: true
})
export const redisRoundTrip = gauge("hibiki_redis_round_trip_seconds", {
  unit: "seconds",
  description: "The last ping of Redis, once a second, with the wait for this process' event loop.",
  isLate: true
})
export const redisMissed = counter("hibiki_redis_subscription_gaps_total", {
  unit: "times",
  description: "Messages published by Redis may be missing; the process reads the state again."
})
export const redisListenersFailed = counter("hibiki_redis_listeners_failed_total", {
  unit: "messages",
  description: "Messages published by Redis that were unreadable here and skipped."
})
