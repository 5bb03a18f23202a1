/** Sends items to Redis in the background: in batches, one in flight at a time, in the given order. */
import { makeStart, whileWork } from "@hibiki/core/fibers/Background"
import { Effect, type Scope } from "effect"

interface BacklogOptions<A> {
  /** Items that wait while a batch is in flight; further ones are dropped. */
  readonly waitingMax: number
  /** Items per batch. */
  readonly batchMax: number
  /** Never fails: a failed batch is not retried. */
  readonly send: (batch: ReadonlyArray<A>) => Effect.Effect<void>
}

/** Takes items and never waits; returns how many were dropped. Waiting items are lost when the scope closes. */
export const makeBacklog = <A>({
  batchMax,
  send,
  waitingMax
}: BacklogOptions<A>): Effect.Effect<(items: ReadonlyArray<A>) => number, never, Scope.Scope> =>
  Effect.gen(function* () {
    const start = yield* makeStart
    let waiting: Array<A> = []
    let running = false
    const drain = whileWork({
      hasWork: () => waiting.length > 0,
      body: () => {
        const batch = waiting.slice(0, batchMax)
        waiting = waiting.slice(batchMax)
        return send(batch)
      },
      rest: () => {
        running = false
      },
      failed: "A batch for Redis was lost"
    })
    return (items) => {
      const taken = items.slice(0, Math.max(0, waitingMax - waiting.length))
      waiting.push(...taken)
      if (!running && waiting.length > 0) {
        running = true
        start(drain)
      }
      return items.length - taken.length
    }
  })
