/**
 * Waits at a start until the services answer, so that a process may start before them: after a power cut everything
 * starts at once. A problem that waiting does not solve, such as a wrong password or a version that is too old, ends
 * the start at once.
 */

import type { Problem } from "@hibiki/node/Problem"
import { Clock, Effect, Schedule } from "effect"

/** 0.25 s doubling to 2 s, with a jitter of a fifth. */
const backoff = Schedule.exponential("250 millis").pipe(Schedule.union(Schedule.spaced("2 seconds")), Schedule.jittered)
const toldEveryMs = 30_000

/** Fails with the last problem after `waitMs`. Logs the problem once, when it changes, and every 30 s. */
export const untilServices = (check: Effect.Effect<void, Problem>, waitMs: number): Effect.Effect<void, Problem> =>
  Effect.gen(function* () {
    const begunAt = yield* Clock.currentTimeMillis
    let told = { sentence: "", atMs: 0 }
    const waits = ({ mayPass, sentence }: Problem) =>
      Effect.gen(function* () {
        const nowMs = yield* Clock.currentTimeMillis
        if (mayPass !== true || nowMs - begunAt >= waitMs) return false
        if (sentence === told.sentence && nowMs - told.atMs < toldEveryMs) return true
        told = { sentence, atMs: nowMs }
        yield* Effect.logWarning("Waiting for a service", sentence)
        return true
      })
    yield* Effect.retry(check, { schedule: backoff, while: waits })
    if (told.sentence !== "") yield* Effect.logInfo("All services answer")
  })
