/** Metrics of the broker's use. The label `link` names the purpose of a connection: a handful of values. */
import { counter, gauge } from "@hibiki/core/metrics/declareMetric"
import { Metric } from "effect"

const amqpLinks = [
  "deliveries",
  "deliveries-consumer",
  "ingress",
  "ingress-consumer",
  "push",
  "push-consumer",
  "queues"
]

/** After `lost` and `late` the messages may still arrive. After every other reason they did not. */
export const unpublishedReasons = ["away", "blocked", "full", "nacked", "returned", "lost", "late"] as const

export const connectionsOpened = counter("hibiki_amqp_connections_opened_total", {
  unit: "connections",
  description: "Connections to RabbitMQ that opened.",
  labels: { link: amqpLinks }
})
export const connectionsLost = counter("hibiki_amqp_connections_lost_total", {
  unit: "connections",
  description: "Connections to RabbitMQ, or channels, that ended.",
  labels: { link: amqpLinks }
})
export const connectionsBlocked = counter("hibiki_amqp_blocked_total", {
  unit: "times",
  description: "RabbitMQ lacked memory or disk and accepted nothing. `link` is the purpose of a connection.",
  labels: { link: amqpLinks }
})
export const unpublished = counter("hibiki_amqp_unpublished_total", {
  unit: "messages",
  description: "Published messages that RabbitMQ did not confirm.",
  labels: { link: ["deliveries", "ingress", "push"], reason: unpublishedReasons }
})
export const redelivered = counter("hibiki_ingress_redelivered_total", {
  unit: "batches",
  description:
    "Batches that RabbitMQ delivered again, such as after a worker ended. Stored commands are answered again, not stored twice."
})
export const poison = counter("hibiki_ingress_poison_total", {
  unit: "batches",
  description: "Batches of commands that were wholly unreadable and became dead letters."
})
export const envelopesUnread = counter("hibiki_deliveries_unread_total", {
  unit: "envelopes",
  description: "A gateway or api process could not read them, or met a fault. It reads their events from the log."
})
export const envelopesGivenUp = counter("hibiki_deliveries_given_up_total", {
  unit: "envelopes",
  description: "Not sent to a gateway or api process whose queue in RabbitMQ hangs. It reads their events from the log."
})
export const partitionsHeld = gauge("hibiki_partitions_held", {
  unit: "partitions",
  description: "Partitions of RabbitMQ that this worker consumes or stands by for."
})
export const pushesUnread = counter("hibiki_push_unread_total", {
  unit: "messages",
  description: "Messages to push servers that were unreadable and dropped."
})

/** Callable from the driver's callbacks, where no fiber runs. */
export const count = (metric: Metric.Metric.Counter<number>, labels: Readonly<Record<string, string>> = {}): void => {
  let tagged = metric
  for (const [key, value] of Object.entries(labels)) tagged = Metric.tagged(tagged, key, value)
  tagged.unsafeUpdate(1, [])
}
