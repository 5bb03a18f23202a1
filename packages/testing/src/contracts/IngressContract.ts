/**
 * The contract of the Ingress and its consumer. Cases read until they have met all of their own messages: a shared
 * broker may have others.
 */

import { CommandId, ConversationId, Epoch, NodeId, UserId } from "@hibiki/core/domain/Ids"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { Ingress, IngressConsumer, type IngressMessage, type IngressUnavailable } from "@hibiki/core/ports/Ingress"
import type { Submission } from "@hibiki/core/ports/Submission"
import { Effect, Exit, Fiber, Scope } from "effect"
import { type ContractAssert, type ContractCase, type ContractIt, runCases } from "./Contract.ts"

interface Consumer {
  readonly ready: Effect.Effect<void>
  readonly take: () => ReadonlyArray<IngressMessage>
  /** Waits for this many messages of the case; acknowledges and drops those of others. */
  readonly next: (count: number) => Effect.Effect<ReadonlyArray<IngressMessage>>
}

interface Kit {
  readonly assert: ContractAssert
  readonly partitions: number
  readonly publish: (partition: number, ...names: ReadonlyArray<string>) => Effect.Effect<void, IngressUnavailable>
  readonly submission: (name: string) => Submission
  readonly consume: Effect.Effect<Consumer, unknown, Scope.Scope>
}

/** The names of a message's submissions. */
const names = (message: IngressMessage): string => message.submissions.map(({ key }) => key.split(" ")[1]).join("+")
const ackAll = (messages: ReadonlyArray<IngressMessage>) =>
  Effect.forEach(messages, ({ ack }) => ack, { discard: true })

const cases: ReadonlyArray<ContractCase<Kit>> = [
  {
    name: "a batch comes whole, with its partition, and each partition in order",
    run: ({ assert, consume, partitions, publish, submission }) =>
      Effect.gen(function* () {
        const other = partitions - 1
        yield* publish(0, "a", "b")
        yield* publish(other, "c")
        yield* publish(0, "d")
        yield* publish(0, "e")
        const consumer = yield* consume
        const messages = yield* consumer.next(4)
        const of = (partition: number) => messages.filter((message) => message.partition === partition)
        if (other === 0) assert.deepStrictEqual(of(0).map(names), ["a+b", "c", "d", "e"])
        else assert.deepStrictEqual([of(0).map(names), of(other).map(names)], [["a+b", "d", "e"], ["c"]])
        assert.deepStrictEqual(messages.find((message) => names(message) === "a+b")?.submissions, [
          submission("a"),
          submission("b")
        ])
        yield* ackAll(messages)
      })
  },
  {
    name: "every partition takes batches",
    run: ({ assert, consume, partitions, publish }) =>
      Effect.gen(function* () {
        const consumer = yield* consume
        const all = Array.from({ length: partitions }, (_, partition) => partition)
        yield* Effect.forEach(all, (partition) => publish(partition, `p${partition}`))
        const messages = yield* consumer.next(partitions)
        assert.deepStrictEqual(messages.map(names).sort(), all.map((partition) => `p${partition}`).sort())
        assert.strictEqual(
          messages.every((message) => names(message) === `p${message.partition}`),
          true
        )
        yield* ackAll(messages)
      })
  },
  {
    name: "`ready` waits for what is not there yet, and takes nothing however often it is asked or interrupted",
    run: ({ assert, consume, publish }) =>
      Effect.gen(function* () {
        const consumer = yield* consume
        yield* ackAll(consumer.take())
        yield* Fiber.interrupt(yield* Effect.fork(consumer.ready))
        const waiting = yield* Effect.fork(consumer.ready)
        yield* publish(0, "a")
        yield* Fiber.join(waiting)
        yield* consumer.ready
        const messages = yield* consumer.next(1)
        assert.deepStrictEqual(messages.map(names), ["a"])
        yield* ackAll(messages)
      })
  },
  {
    name: "what was not acknowledged comes again to the next consumer, in order and before what came later",
    run: ({ assert, consume, publish }) =>
      Effect.gen(function* () {
        yield* publish(0, "a")
        yield* publish(0, "b")
        yield* publish(0, "c")
        yield* Effect.scoped(
          Effect.gen(function* () {
            const messages = yield* (yield* consume).next(3)
            assert.deepStrictEqual(messages.map(names), ["a", "b", "c"])
            yield* ackAll(messages.slice(0, 1))
            yield* publish(0, "d")
          })
        )
        const messages = yield* (yield* consume).next(3)
        assert.deepStrictEqual(messages.map(names), ["b", "c", "d"])
        yield* ackAll(messages)
      })
  },
  {
    name: "a second consumer takes over what the first had not acknowledged when it ended",
    run: ({ assert, consume, publish }) =>
      Effect.gen(function* () {
        const firstScope = yield* Scope.make()
        const first = yield* Scope.extend(consume, firstScope)
        yield* publish(0, "a")
        const held = yield* first.next(1)
        const second = yield* consume
        yield* Scope.close(firstScope, Exit.void)
        // Too late: the message is no longer this consumer's.
        yield* ackAll(held)
        const messages = yield* second.next(1)
        assert.deepStrictEqual(messages.map(names), ["a"])
        yield* ackAll(messages)
      })
  }
]

/** How many tests `ingressContract` runs. */
export const ingressContractSize = cases.length

export interface IngressContractOptions {
  readonly it: ContractIt<Ingress | IngressConsumer>
  readonly assert: ContractAssert
}

export const ingressContract = ({ assert, it }: IngressContractOptions): void => runCases(it, cases, makeKit(assert))

const makeKit = (assert: ContractAssert) =>
  Effect.gen(function* () {
    const ingress = yield* Ingress
    const { consume } = yield* IngressConsumer
    const uuid = yield* makeUuidV7
    const submission = (name: string): Submission => ({
      v: 1,
      to: NodeId.make(uuid),
      key: `${uuid} ${name}`,
      log: ConversationId.make(uuid),
      commands: [
        {
          log: ConversationId.make(uuid),
          id: CommandId.make(uuid),
          by: UserId.make(uuid),
          device: null,
          epoch: Epoch.make(uuid),
          body: { kind: "post", text: `お茶 ${name}` }
        }
      ]
    })
    const isOwn = ({ submissions }: IngressMessage) => submissions.every(({ to }) => to === uuid)
    const next = (ready: Effect.Effect<void>, take: Consumer["take"], count: number) =>
      Effect.gen(function* () {
        const own: Array<IngressMessage> = []
        while (own.length < count) {
          yield* ready
          const taken = take()
          own.push(...taken.filter(isOwn))
          yield* ackAll(taken.filter((message) => !isOwn(message)))
        }
        return own
      })
    const kit: Kit = {
      assert,
      partitions: ingress.partitions,
      publish: (partition, ...all) => ingress.publish(partition, all.map(submission)),
      submission,
      consume: Effect.map(
        consume,
        ({ ready, take }): Consumer => ({ ready, take, next: (count) => next(ready, take, count) })
      )
    }
    return kit
  })
