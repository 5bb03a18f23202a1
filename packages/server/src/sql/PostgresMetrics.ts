/** Metrics of the connections to Postgres. */
import { counter, gauge } from "@hibiki/core/metrics/declareMetric"

export const postgresUnreached = counter("hibiki_postgres_unreached_total", {
  unit: "times",
  description: "No connection to Postgres was available in time."
})
export const postgresBroken = counter("hibiki_postgres_broken_total", {
  unit: "connections",
  description: "Connections to Postgres that ended or stopped answering during a query, or led to a read-only server."
})
const pools = ["append", "log", "account", "conversation", "push", "housekeeping", "readings"]
export const poolWaiting = gauge("hibiki_postgres_pool_waiting", {
  unit: "queries",
  description: "Queries that wait for a connection of their pool.",
  labels: { pool: pools }
})
export const poolConnections = gauge("hibiki_postgres_pool_connections", {
  unit: "connections",
  description: "Open connections to Postgres, by pool.",
  labels: { pool: pools }
})
export const postgresPromotions = counter("hibiki_postgres_promotions_total", {
  unit: "times",
  description: "Postgres was found on another timeline."
})
