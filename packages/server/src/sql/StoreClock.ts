/**
 * The clock of a cluster's process: its time of day is the database's, whatever its machine's clock says. Processes
 * compare times that others stored. With a wrong clock, a process would sign people out, or let in people whose sign-in
 * has ended.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import { repeatEvery } from "@hibiki/core/fibers/repeating"
import { StoreUnavailable } from "@hibiki/core/ports/EventStore"
import { Clock, Effect, Layer } from "effect"

/**
 * Reads the database's time once before any layer above is built, and each second from then on. In between it advances
 * by the monotonic clock, which stands still while the machine sleeps.
 */
export const StoreClock = Layer.unwrapScoped(
  Effect.gen(function* () {
    const [sql, own] = [yield* SqlClient.SqlClient, yield* Effect.clock]
    let aheadMs: number | undefined
    const monotonicMs = () => Number(own.unsafeCurrentTimeNanos() / 1_000n) / 1_000
    const look = Effect.gen(function* () {
      const before = monotonicMs()
      const [row] = yield* sql<{ readonly now: string | number }>`select store_now() as now`
      aheadMs = corrected(aheadMs, Number(row?.now), before, monotonicMs())
    })
    yield* Effect.mapError(look, (cause) => new StoreUnavailable({ operation: "time", cause }))
    yield* look.pipe(
      Effect.catchAll((cause) => Effect.logDebug(unasked, cause)),
      repeatEvery("1 second", unasked),
      Effect.forkScoped
    )
    const unsafeCurrentTimeMillis = () => Math.round(monotonicMs() + (aheadMs ?? 0))
    return Layer.setClock({
      [Clock.ClockTypeId]: Clock.ClockTypeId,
      unsafeCurrentTimeMillis,
      currentTimeMillis: Effect.sync(unsafeCurrentTimeMillis),
      unsafeCurrentTimeNanos: () => own.unsafeCurrentTimeNanos(),
      currentTimeNanos: own.currentTimeNanos,
      sleep: (duration) => own.sleep(duration)
    })
  })
)

const unasked = "Postgres did not tell its time; asking again"

/**
 * Returns how far the database's clock is ahead of the monotonic one. The database read `now` at some moment between
 * request and answer, so a slow answer says little: the known value stays as far as the answer allows it.
 */
export const corrected = (known: number | undefined, now: number, askedAt: number, answeredAt: number): number => {
  const [least, most] = [now - answeredAt, now - askedAt]
  return Math.min(most, Math.max(least, known ?? (least + most) / 2))
}
