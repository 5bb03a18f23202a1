/**
 * The contract of the queue of push notifications. Cases read until they have met all of their own logs: a shared queue
 * may have others.
 */

import { ConversationId } from "@hibiki/core/domain/Ids"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { PushConsumer, PushQueue } from "@hibiki/core/ports/PushQueue"
import { Effect, Exit, Scope } from "effect"
import { type ContractAssert, type ContractCase, type ContractIt, runCases } from "./Contract.ts"

interface Taken {
  readonly logs: ReadonlyArray<ConversationId>
  readonly ack: Effect.Effect<void>
}

interface Kit {
  readonly assert: ContractAssert
  readonly queue: PushQueue["Type"]
  readonly log: Effect.Effect<ConversationId>
  /** Begins to consume. The effect that it returns waits until all of these have come. */
  readonly consume: Effect.Effect<(wanted: ReadonlyArray<ConversationId>) => Effect.Effect<Taken>, unknown, Scope.Scope>
}

const cases: ReadonlyArray<ContractCase<Kit>> = [
  {
    name: "what is offered comes, also what was offered before anybody consumed",
    run: ({ consume, log, queue }) =>
      Effect.gen(function* () {
        const [one, two, three] = [yield* log, yield* log, yield* log]
        yield* queue.offer([one])
        const until = yield* consume
        yield* queue.offer([two, three])
        yield* Effect.flatMap(until([one, two, three]), ({ ack }) => ack)
      })
  },
  {
    name: "what was not acknowledged comes again to whoever consumes then, and what was does not",
    run: ({ assert, consume, log, queue }) =>
      Effect.gen(function* () {
        const [one, two] = [yield* log, yield* log]
        const scope = yield* Scope.make()
        const until = yield* Scope.extend(consume, scope)
        yield* queue.offer([one])
        yield* Effect.flatMap(until([one]), ({ ack }) => ack)
        yield* queue.offer([two])
        yield* until([two])
        yield* Scope.close(scope, Exit.void)
        const taken = yield* Effect.flatMap(consume, (next) => next([two]))
        assert.deepStrictEqual([taken.logs.includes(one), taken.logs.includes(two)], [false, true])
        yield* taken.ack
      })
  },
  {
    name: "an acknowledgement twice, or after its consumer has ended, does no harm",
    run: ({ consume, log, queue }) =>
      Effect.gen(function* () {
        const [one, two] = [yield* log, yield* log]
        const scope = yield* Scope.make()
        const until = yield* Scope.extend(consume, scope)
        yield* queue.offer([one])
        const { ack } = yield* until([one])
        yield* ack
        yield* ack
        yield* queue.offer([two])
        const late = yield* until([two])
        yield* Scope.close(scope, Exit.void)
        yield* late.ack
        yield* Effect.flatMap(
          Effect.flatMap(consume, (next) => Effect.zipRight(queue.offer([two]), next([two]))),
          ({ ack }) => ack
        )
      })
  },
  {
    name: "nothing is offered by an empty list",
    run: ({ queue }) => queue.offer([])
  }
]

/** How many tests `pushQueueContract` runs. */
export const pushQueueContractSize = cases.length

export interface PushQueueContractOptions {
  readonly it: ContractIt<PushQueue | PushConsumer>
  readonly assert: ContractAssert
}

export const pushQueueContract = ({ assert, it }: PushQueueContractOptions): void =>
  runCases(
    it,
    cases,
    Effect.zipWith(
      PushQueue,
      PushConsumer,
      (queue, consumer): Kit => ({
        assert,
        queue,
        log: Effect.map(makeUuidV7, (uuid) => ConversationId.make(uuid)),
        consume: Effect.map(consumer.consume, (intake) => (wanted) => {
          const taken: Array<Taken> = []
          const has = (log: ConversationId) => taken.some(({ logs }) => logs.includes(log))
          return Effect.zipRight(
            intake.ready,
            Effect.sync(() => taken.push(intake.take()))
          ).pipe(
            Effect.repeat({ until: () => wanted.every(has) }),
            Effect.map(() => ({
              logs: taken.flatMap(({ logs }) => logs),
              ack: Effect.forEach(taken, ({ ack }) => ack, { discard: true })
            }))
          )
        })
      })
    )
  )
