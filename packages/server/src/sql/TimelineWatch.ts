/**
 * Logs when Postgres continues on another timeline than before: a standby was promoted, or the database was recovered
 * to an earlier moment. Events that were stored and not copied by then are lost, and their numbers are given again
 * under the same epoch. Only the operator of the cluster knows whether that is acceptable.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import { repeatEvery } from "@hibiki/core/fibers/repeating"
import { Effect, Layer, Metric } from "effect"
import { postgresPromotions } from "./PostgresMetrics.ts"

/** The first part of the name of the file that Postgres writes to. Fails on a standby, which writes none. */
const timelineOf = (sql: SqlClient.SqlClient) =>
  Effect.map(
    sql<{ readonly timeline: string }>`select left(pg_walfile_name(pg_current_wal_lsn()), 8) as timeline`,
    ([row]) => row?.timeline
  )

/** One look. If the query fails, the next look repeats it. */
export const makeTimelineLook = Effect.map(SqlClient.SqlClient, (sql) => {
  let known: string | undefined
  return Effect.gen(function* () {
    const found = yield* timelineOf(sql)
    if (known !== undefined && found !== known) {
      yield* Metric.increment(postgresPromotions)
      yield* Effect.logError(
        'Postgres was promoted or recovered. If it may have lost what was stored last, stop all processes, run `hibiki restored`, and start them: docs/reference/operations.md, "Failover"'
      ).pipe(Effect.annotateLogs({ before: known, now: found }))
    }
    known = found
  })
})

/** Looks for as long as the layer lives. */
export const TimelineWatch = Layer.scopedDiscard(
  Effect.flatMap(makeTimelineLook, (look) =>
    look.pipe(
      Effect.catchAll((cause) => Effect.logDebug(unasked, cause)),
      repeatEvery("10 seconds", unasked),
      Effect.forkScoped
    )
  )
)

const unasked = "Postgres did not tell its timeline; asking again"
