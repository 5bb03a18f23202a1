/** Metrics of the connections to Redis. */
import { Metric } from "effect"

export const redisReconnects = Metric.counter("hibiki_redis_reconnects_total", {
  description: "Times that a connection to Redis stood again after it was lost, by what it serves",
  incremental: true
})
export const redisFailures = Metric.counter("hibiki_redis_commands_failed_total", {
  description: "Commands to Redis that failed, by reason",
  incremental: true
})
export const redisUp = Metric.gauge("hibiki_redis_up", { description: "1 while this process reaches Redis, else 0" })
export const redisMissed = Metric.counter("hibiki_redis_subscription_gaps_total", {
  description: "Times that published messages may have been missed",
  incremental: true
})
export const redisListenersFailed = Metric.counter("hibiki_redis_listeners_failed_total", {
  description: "Published messages that were passed over, because who listens could not read them",
  incremental: true
})
