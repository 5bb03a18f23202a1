/** The contract of the Deliveries. */

import { CommandId, ConversationId, Epoch, NodeId, UserId } from "@hibiki/core/domain/Ids"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { Deliveries } from "@hibiki/core/ports/Deliveries"
import type { Envelope } from "@hibiki/core/ports/Submission"
import { Effect, Queue, type Scope } from "effect"
import { type ContractAssert, type ContractCase, type ContractIt, runCases } from "./Contract.ts"

interface Kit {
  readonly assert: ContractAssert
  readonly deliveries: Deliveries["Type"]
  readonly node: Effect.Effect<NodeId>
  readonly envelope: (worker: string, number: number) => Effect.Effect<Envelope>
  /** Subscribes, and returns the next envelopes, waiting for them. */
  readonly subscribe: (
    node: NodeId,
    kind: "gateway" | "api"
  ) => Effect.Effect<
    { readonly next: (count: number) => Effect.Effect<ReadonlyArray<Envelope>>; readonly size: Effect.Effect<number> },
    unknown,
    Scope.Scope
  >
}

const numbers = (envelopes: ReadonlyArray<Envelope>) => envelopes.map(({ number, worker }) => `${worker} ${number}`)

const cases: ReadonlyArray<ContractCase<Kit>> = [
  {
    name: "an envelope comes to its node whole, and to no other",
    run: ({ assert, deliveries, envelope, node, subscribe }) =>
      Effect.gen(function* () {
        const [one, two] = [yield* node, yield* node]
        const [atOne, atTwo] = [yield* subscribe(one, "gateway"), yield* subscribe(two, "api")]
        const [first, second] = [yield* envelope("w", 1), yield* envelope("w", 2)]
        yield* deliveries.publish([{ to: one, envelope: first }])
        yield* deliveries.publish([{ to: two, envelope: second }])
        assert.deepStrictEqual(yield* atOne.next(1), [first])
        assert.deepStrictEqual(yield* atTwo.next(1), [second])
      })
  },
  {
    name: "a node gets the envelopes of each worker in the order in which they were published",
    run: ({ assert, deliveries, envelope, node, subscribe }) =>
      Effect.gen(function* () {
        const one = yield* node
        const at = yield* subscribe(one, "gateway")
        const make = (worker: string, number: number) =>
          Effect.map(envelope(worker, number), (e) => ({ to: one, envelope: e }))
        yield* deliveries.publish([yield* make("v", 1), yield* make("v", 2)])
        yield* deliveries.publish(yield* Effect.all([make("w", 1), make("v", 3), make("w", 2)]))
        const got = numbers(yield* at.next(5))
        assert.deepStrictEqual(
          got.filter((name) => name.startsWith("v")),
          ["v 1", "v 2", "v 3"]
        )
        assert.deepStrictEqual(
          got.filter((name) => name.startsWith("w")),
          ["w 1", "w 2"]
        )
      })
  },
  {
    name: "what goes to every gateway comes to each of them, and not to an api",
    run: ({ assert, deliveries, envelope, node, subscribe }) =>
      Effect.gen(function* () {
        const [one, two, api] = [yield* node, yield* node, yield* node]
        const gateways = [yield* subscribe(one, "gateway"), yield* subscribe(two, "gateway")]
        const atApi = yield* subscribe(api, "api")
        const [all, last] = [yield* envelope(`w${one}`, 1), yield* envelope(`w${one}`, 2)]
        yield* deliveries.publish([{ to: "gateways", envelope: all }])
        yield* deliveries.publish([{ to: api, envelope: last }])
        for (const at of gateways) assert.deepStrictEqual(yield* at.next(1), [all])
        assert.deepStrictEqual(yield* atApi.next(1), [last])
      })
  },
  {
    name: "a node that is gone is no failure, and the others of the same publish get theirs",
    run: ({ assert, deliveries, envelope, node, subscribe }) =>
      Effect.gen(function* () {
        const [gone, never, here] = [yield* node, yield* node, yield* node]
        yield* Effect.scoped(subscribe(gone, "gateway"))
        const at = yield* subscribe(here, "api")
        const [one, two, three] = [yield* envelope("w", 1), yield* envelope("w", 2), yield* envelope("w", 3)]
        yield* deliveries.publish([
          { to: gone, envelope: one },
          { to: never, envelope: two },
          { to: here, envelope: three }
        ])
        assert.deepStrictEqual(yield* at.next(1), [three])
      })
  },
  {
    name: "after its scope closed a subscriber gets nothing more",
    run: ({ assert, deliveries, envelope, node, subscribe }) =>
      Effect.gen(function* () {
        const [one, two] = [yield* node, yield* node]
        const before = yield* envelope("w", 1)
        const ended = yield* Effect.scoped(
          Effect.gen(function* () {
            const at = yield* subscribe(one, "gateway")
            yield* deliveries.publish([{ to: one, envelope: before }])
            assert.deepStrictEqual(yield* at.next(1), [before])
            return at
          })
        )
        const at = yield* subscribe(two, "gateway")
        yield* deliveries.publish([{ to: one, envelope: yield* envelope("w", 2) }])
        yield* deliveries.publish([{ to: two, envelope: yield* envelope("w", 1) }])
        yield* at.next(1)
        assert.strictEqual(yield* ended.size, 0)
      })
  },
  {
    name: "publishing nothing is done at once",
    run: ({ deliveries }) => deliveries.publish([])
  }
]

/** How many tests `deliveriesContract` runs. */
export const deliveriesContractSize = cases.length

export const deliveriesContract = ({
  assert,
  it
}: {
  readonly it: ContractIt<Deliveries>
  readonly assert: ContractAssert
}): void =>
  runCases(
    it,
    cases,
    Effect.map(
      Deliveries,
      (deliveries): Kit => ({
        assert,
        deliveries,
        node: Effect.map(makeUuidV7, (uuid) => NodeId.make(uuid)),
        envelope: (worker, number) =>
          Effect.map(Effect.all([makeUuidV7, makeUuidV7, makeUuidV7]), (uuids) => makeEnvelope(worker, number, uuids)),
        subscribe: (node, kind) =>
          Effect.gen(function* () {
            const inbox = yield* Queue.unbounded<Envelope>()
            yield* deliveries.subscribe(node, kind, (received) => void inbox.unsafeOffer(received))
            return {
              next: (count) => Effect.map(Queue.takeN(inbox, count), (chunk) => [...chunk]),
              size: Queue.size(inbox)
            }
          })
      })
    )
  )

const makeEnvelope = (
  worker: string,
  number: number,
  [epoch, log, id]: readonly [string, string, string]
): Envelope => ({
  v: 1,
  worker,
  number,
  after: number - 1,
  headsRaised: false,
  epoch: Epoch.make(epoch),
  changes: [
    {
      log: ConversationId.make(log),
      head: 4,
      events: [
        {
          seq: 4,
          id: CommandId.make(id),
          by: UserId.make(epoch),
          at: 5,
          kind: "posted",
          text: 'お茶 "🍵"\n',
          replyTo: 2
        }
      ]
    }
  ],
  answers: [
    {
      key: "k",
      log: ConversationId.make(log),
      result: { _tag: "Decided", outcomes: [{ id: CommandId.make(id), result: { _tag: "Accepted", seq: 4, at: 5 } }] }
    },
    {
      key: "l",
      log: ConversationId.make(log),
      result: { _tag: "Busy", code: "unknown", retryAfterMs: 100, ids: [CommandId.make(id)] }
    }
  ]
})
