/** Metrics of the broker's use. The label `link` names the purpose of a connection: a handful of values. */
import { Metric } from "effect"

const counter = (name: string, description: string) => Metric.counter(name, { description, incremental: true })

export const connectionsOpened = counter(
  "hibiki_amqp_connections_opened_total",
  "Connections to the broker that were set up, by link"
)
export const connectionsLost = counter(
  "hibiki_amqp_connections_lost_total",
  "Connections or channels to the broker that ended, by link"
)
export const connectionsBlocked = counter(
  "hibiki_amqp_blocked_total",
  "Times the broker took nothing for want of memory or disk, by link"
)
export const unpublished = counter(
  "hibiki_amqp_unpublished_total",
  "Publishes that were not confirmed, by link and reason"
)
export const redelivered = counter("hibiki_ingress_redelivered_total", "Batches that came to a worker again")
export const poison = counter(
  "hibiki_ingress_poison_total",
  "Batches that could not be read, and went to the dead letters"
)
export const envelopesUnread = counter(
  "hibiki_deliveries_unread_total",
  "Envelopes that could not be read or whose receiver threw"
)
export const envelopesGivenUp = counter(
  "hibiki_deliveries_given_up_total",
  "Envelopes not sent to nodes whose queue takes nothing"
)
export const pushesUnread = counter(
  "hibiki_push_unread_total",
  "Messages to whoever pushes that could not be read, and were dropped"
)

/** Callable from the driver's callbacks, where no fiber runs. */
export const count = (metric: Metric.Metric.Counter<number>, labels: Readonly<Record<string, string>> = {}): void => {
  let tagged = metric
  for (const [key, value] of Object.entries(labels)) tagged = Metric.tagged(tagged, key, value)
  tagged.unsafeUpdate(1, [])
}
