/** The contract of the Hints, for a healthy backend: it may lose any of them. */

import { ConversationId, NodeId, UserId } from "@hibiki/core/domain/Ids"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { type Hint, Hints } from "@hibiki/core/ports/Hints"
import { Effect, type Scope } from "effect"
import { type ContractAssert, type ContractCase, type ContractIt, runCases } from "./Contract.ts"

interface Kit {
  readonly assert: ContractAssert
  readonly hints: Hints["Type"]
  readonly log: Effect.Effect<ConversationId>
  readonly user: Effect.Effect<UserId>
  /** A gateway's subscription. Returns a function that returns the hints of one conversation, in order of arrival. */
  readonly gateway: Effect.Effect<
    (log: ConversationId) => Effect.Effect<ReadonlyArray<Hint>, unknown>,
    never,
    Scope.Scope
  >
}

const cases: ReadonlyArray<ContractCase<Kit>> = [
  {
    name: "hints reach every gateway as they were given, the sender's own too",
    run: ({ assert, gateway, hints, log, user }) =>
      Effect.gen(function* () {
        const [one, two] = [yield* gateway, yield* gateway]
        const [tea, ann] = [yield* log, yield* user]
        const given: ReadonlyArray<Hint> = [
          { kind: "typing", conversationId: tea, userId: ann },
          { kind: "typing", conversationId: tea, userId: ann, hiddenFrom: [yield* user] },
          { kind: "read", conversationId: tea, userId: ann, seq: 4 },
          { kind: "delivered", conversationId: tea, userId: ann, seq: 6 }
        ]
        hints.publish(given)
        assert.deepStrictEqual(yield* one(tea), given)
        assert.deepStrictEqual(yield* two(tea), given)
      })
  },
  {
    name: "a gateway that no longer listens hears nothing, and the others do",
    run: ({ assert, gateway, hints, log, user }) =>
      Effect.gen(function* () {
        const stays = yield* gateway
        const left = yield* Effect.scoped(gateway)
        const [tea, ann] = [yield* log, yield* user]
        hints.publish([{ kind: "typing", conversationId: tea, userId: ann }])
        assert.strictEqual((yield* stays(tea)).length, 1)
        assert.strictEqual((yield* left(tea)).length, 0)
      })
  },
  {
    name: "nothing published is nothing heard",
    run: ({ assert, gateway, hints, log }) =>
      Effect.gen(function* () {
        const heard = yield* gateway
        hints.publish([])
        assert.deepStrictEqual(yield* heard(yield* log), [])
      })
  }
]

/** How many tests `hintsContract` runs. */
export const hintsContractSize = cases.length

export interface HintsContractOptions<R> {
  readonly it: ContractIt<Hints | R>
  readonly assert: ContractAssert
  /** Completes when listeners have received everything that was published before. */
  readonly told?: Effect.Effect<void, unknown, R>
}

export const hintsContract = <R = never>({ assert, it, told = Effect.void }: HintsContractOptions<R>): void =>
  runCases(
    it,
    cases,
    Effect.zipWith(
      Hints,
      Effect.context<R>(),
      (hints, context): Kit => ({
        assert,
        hints,
        log: Effect.map(makeUuidV7, (uuid) => ConversationId.make(uuid)),
        user: Effect.map(makeUuidV7, (uuid) => UserId.make(uuid)),
        gateway: Effect.gen(function* () {
          const heard: Array<Hint> = []
          yield* hints.listen(NodeId.make(yield* makeUuidV7), (batch) => void heard.push(...batch))
          return (log) =>
            Effect.map(Effect.provide(told, context), () =>
              heard.filter(({ conversationId }) => conversationId === log)
            )
        })
      })
    )
  )
