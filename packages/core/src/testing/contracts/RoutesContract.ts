/** The contract of the Routes, for a backend that is well: in doubt it may always answer `Everywhere`. */
import { Effect } from "effect"
import { Routes } from "../../conversations/Routes.ts"
import { ConversationId, NodeId } from "../../domain/Ids.ts"
import { makeUuidV7 } from "../../domain/Uuid.ts"
import { type ContractAssert, type ContractCase, type ContractIt, runCases } from "./Contract.ts"

interface Kit {
  readonly assert: ContractAssert
  readonly routes: Routes["Type"]
  readonly logs: Effect.Effect<readonly [ConversationId, ConversationId, ConversationId]>
  readonly node: Effect.Effect<NodeId>
  /** Raises the log's head and answers who is interested, sorted; "everywhere" when that is the answer. */
  readonly raise: (log: ConversationId, head: number) => Effect.Effect<ReadonlyArray<string>, unknown>
}

const cases: ReadonlyArray<ContractCase<Kit>> = [
  {
    name: "a raise names the nodes that registered for the log, each once, and no others",
    run: ({ assert, logs, node, raise, routes }) =>
      Effect.gen(function* () {
        const [tea, coffee] = yield* logs
        const [one, two] = [yield* node, yield* node]
        yield* routes.register(one, [tea, coffee])
        yield* routes.register(two, [tea])
        yield* routes.register(two, [tea])
        assert.deepStrictEqual(yield* raise(tea, 1), [one, two].sort())
        assert.deepStrictEqual(yield* raise(coffee, 1), [one])
      })
  },
  {
    name: "one raise tells many logs, those without interest by absence or emptiness",
    run: ({ assert, logs, node, routes }) =>
      Effect.gen(function* () {
        const [tea, coffee, water] = yield* logs
        const [one, two] = [yield* node, yield* node]
        yield* routes.register(one, [tea])
        yield* routes.register(two, [coffee])
        const result = yield* routes.raise([tea, coffee, water].map((log) => [log, 1] as const))
        const nodes = [tea, coffee, water].map((log) => (result._tag === "Nodes" ? (result.of.get(log) ?? []) : ["everywhere"]))
        assert.deepStrictEqual(nodes, [[one], [two], []])
      })
  },
  {
    name: "who withdrew is named no more, for that log and by that node only",
    run: ({ assert, logs, node, raise, routes }) =>
      Effect.gen(function* () {
        const [tea, coffee, water] = yield* logs
        const [one, two] = [yield* node, yield* node]
        yield* routes.register(one, [tea, coffee])
        yield* routes.register(two, [tea])
        yield* routes.withdraw(one, [tea, water])
        assert.deepStrictEqual(yield* raise(tea, 1), [two])
        assert.deepStrictEqual(yield* raise(coffee, 1), [one])
        yield* routes.withdraw(two, [tea])
        assert.deepStrictEqual(yield* raise(tea, 2), [])
        yield* routes.register(one, [tea])
        assert.deepStrictEqual(yield* raise(tea, 3), [one])
      })
  },
  {
    name: "heads are raised and never fall, and are told in the order asked",
    run: ({ assert, logs, raise, routes }) =>
      Effect.gen(function* () {
        const [tea, coffee, water] = yield* logs
        yield* raise(tea, 7)
        yield* raise(tea, 5)
        yield* raise(coffee, 2)
        assert.deepStrictEqual(yield* routes.heads([coffee, water, tea, coffee]), [2, 0, 7, 2])
        yield* raise(tea, Number.MAX_SAFE_INTEGER)
        assert.deepStrictEqual(yield* routes.heads([tea]), [Number.MAX_SAFE_INTEGER])
      })
  },
  {
    name: "nothing asked is nothing answered",
    run: ({ assert, node, routes }) =>
      Effect.gen(function* () {
        const one = yield* node
        yield* routes.register(one, [])
        yield* routes.withdraw(one, [])
        const result = yield* routes.raise([])
        assert.strictEqual(result._tag === "Nodes" ? result.of.size : 0, 0)
        assert.deepStrictEqual(yield* routes.heads([]), [])
      })
  }
]

/** How many tests `routesContract` runs. */
export const routesContractSize = cases.length

export const routesContract = ({ assert, it }: { readonly it: ContractIt<Routes>; readonly assert: ContractAssert }): void =>
  runCases(
    it,
    cases,
    Effect.map(Routes, (routes): Kit => {
      const log = Effect.map(makeUuidV7, (uuid) => ConversationId.make(uuid))
      return {
        assert,
        routes,
        logs: Effect.all([log, log, log]),
        node: Effect.map(makeUuidV7, (uuid) => NodeId.make(uuid)),
        raise: (of, head) =>
          Effect.map(routes.raise([[of, head]]), (result) =>
            result._tag === "Nodes" ? [...(result.of.get(of) ?? [])].sort() : ["everywhere"]
          )
      }
    })
  )
