/**
 * Gathers requests while one batch is running and runs them together: one query serves many callers, and a lone caller
 * does not wait.
 */
import { Effect, Exit, FiberId, type Scope } from "effect"
import { makeStart, whileWork } from "./Background.ts"

/** How much of a batch's bound an item takes; a single item always fits. */
export interface Weight<A> {
  readonly of: (item: A) => number
  readonly most: number
}

interface Waiting<A, B, E> {
  readonly item: A
  readonly resume: (answer: Effect.Effect<B, E>) => void
}

const unweighted = (most: number): Weight<unknown> => ({ of: () => 1, most })

/**
 * Returns a function that answers one item. `run` gets at most `max` items and answers them in order. A caller's item
 * is always in a batch that starts after the call, so `run` reads data at least as new. A failed batch fails all its
 * callers, and the end of the scope interrupts them.
 */
export const makeBatcher = <A, B, E>(
  max: number,
  run: (items: ReadonlyArray<A>) => Effect.Effect<ReadonlyArray<B>, E>,
  weight: Weight<A> = unweighted(max)
): Effect.Effect<(item: A) => Effect.Effect<B, E>, never, Scope.Scope> =>
  Effect.gen(function* () {
    const start = yield* makeStart
    const waiting: Array<Waiting<A, B, E>> = []
    /** Passed to `run`, which has not answered. */
    let underWay: ReadonlyArray<Waiting<A, B, E>> = []
    let running = false

    const settleBatch = (exit: Exit.Exit<ReadonlyArray<B>, E>): void => {
      const batch = underWay
      underWay = []
      settle(batch, exit)
    }
    const runBatch = Effect.suspend(() => {
      let weighs = 0
      const tooMany = waiting.findIndex(({ item }, i) => {
        weighs += weight.of(item)
        return i >= max || (i > 0 && weighs > weight.most)
      })
      underWay = waiting.splice(0, tooMany < 0 ? waiting.length : tooMany)
      const answers = Effect.suspend(() => run(underWay.map((w) => w.item)))
      return Effect.matchCause(answers, {
        onFailure: (cause) => settleBatch(Exit.failCause(cause)),
        onSuccess: (answered) => settleBatch(Exit.succeed(answered))
      })
    })
    const drain = whileWork({
      hasWork: () => waiting.length > 0,
      body: () => runBatch,
      rest: () => {
        running = false
      },
      failed: "A batch could not be gathered; trying again"
      // Interrupted at the end of the scope: nobody waits for ever.
    }).pipe(
      Effect.onInterrupt(() =>
        Effect.sync(() => settle([...underWay, ...waiting.splice(0)], Exit.interrupt(FiberId.none)))
      )
    )

    return (item) =>
      Effect.async<B, E>((resume) => {
        waiting.push({ item, resume })
        if (running) return
        running = true
        start(drain)
      })
  })

const settle = <A, B, E>(batch: ReadonlyArray<Waiting<A, B, E>>, exit: Exit.Exit<ReadonlyArray<B>, E>): void => {
  batch.forEach(({ resume }, i) => {
    resume(
      Exit.flatMap(exit, (answers) => {
        const mine = answers[i]
        return mine === undefined ? Exit.die(new Error("A batch answered fewer items than it got")) : Exit.succeed(mine)
      })
    )
  })
}
