/** What is told to Redis behind the back of who tells it: in batches, one under way at a time, in the order given. */
import { makeStart, whileWork } from "@hibiki/core/fibers/Background"
import { Effect, type Scope } from "effect"

interface BacklogOptions<A> {
  /** Items that wait while a batch is under way; what comes beyond is dropped. */
  readonly waitingMax: number
  /** Items of one batch. */
  readonly batchMax: number
  /** Never fails: what could not be sent is not sent again. */
  readonly send: (batch: ReadonlyArray<A>) => Effect.Effect<void>
}

/** Takes items and never waits; gives how many of them found no room. What waits when the scope closes is lost. */
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
