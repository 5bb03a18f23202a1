/** Metrics of the connections to Postgres. */
import { Metric } from "effect"

const counter = (name: string, description: string) => Metric.counter(name, { description, incremental: true })

export const postgresUnreached = counter(
  "hibiki_postgres_unreached_total",
  "Times that no connection to Postgres was to be had in time"
)
export const postgresBroken = counter(
  "hibiki_postgres_broken_total",
  "Connections to Postgres that ended or fell silent during a query"
)
export const postgresPromotions = counter(
  "hibiki_postgres_promotions_total",
  "Times that Postgres was found on another timeline than before"
)
