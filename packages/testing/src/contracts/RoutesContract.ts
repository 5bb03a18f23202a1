/**
 * The contract of the Routes, for a healthy backend: in doubt it may always answer `Everywhere`, but not without doubt.
 */

import { ConversationId, NodeId } from "@hibiki/core/domain/Ids"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { type Lease, Routes } from "@hibiki/core/ports/Routes"
import { Effect, type Scope } from "effect"
import { type ContractAssert, type ContractCase, type ContractIt, runCases } from "./Contract.ts"

interface Kit {
  readonly assert: ContractAssert
  readonly routes: Routes["Type"]
  readonly logs: Effect.Effect<readonly [ConversationId, ConversationId, ConversationId]>
  /**
   * A gateway with a lease, which is fully registered as long as it registers nothing more; its lease ends with the
   * scope.
   */
  readonly gateway: Effect.Effect<Lease, unknown, Scope.Scope>
  /** Loses all data. */
  readonly flush: Effect.Effect<void, unknown>
  readonly pass: (ms: number) => Effect.Effect<void, unknown>
  readonly leaseMs: number
  /** Raises the log's head and returns the interested gateways, sorted, or "everywhere". */
  readonly raise: (log: ConversationId, head: number) => Effect.Effect<ReadonlyArray<string>, unknown>
}

const everywhere = ["everywhere"]
const nextOf = ({ incarnation, node }: Lease): Lease => ({ node, incarnation: incarnation + 1 })

/** Takes the lease and reports that everything is registered under it. */
const enter = ({ routes }: Pick<Kit, "routes">, lease: Lease) =>
  Effect.flatMap(routes.renew(lease, undefined), ({ generation }) => routes.renew(lease, generation))

const entryCases: ReadonlyArray<ContractCase<Kit>> = [
  {
    name: "a raise names the nodes that registered for the log, each once, and no others",
    run: ({ assert, gateway, logs, raise, routes }) =>
      Effect.gen(function* () {
        const [tea, coffee] = yield* logs
        const [one, two] = [yield* gateway, yield* gateway]
        yield* routes.register(one, [tea, coffee])
        yield* routes.register(two, [tea])
        yield* routes.register(two, [tea])
        assert.deepStrictEqual(yield* raise(tea, 1), [one.node, two.node].sort())
        assert.deepStrictEqual(yield* raise(coffee, 1), [one.node])
      })
  },
  {
    name: "one raise tells many logs, those without interest by absence or emptiness",
    run: ({ assert, gateway, logs, routes }) =>
      Effect.gen(function* () {
        const [tea, coffee, water] = yield* logs
        const [one, two] = [yield* gateway, yield* gateway]
        yield* routes.register(one, [tea])
        yield* routes.register(two, [coffee])
        const result = yield* routes.raise([tea, coffee, water].map((log) => [log, 1] as const))
        const nodes = [tea, coffee, water].map((log) =>
          result._tag === "Nodes" ? (result.of.get(log) ?? []) : everywhere
        )
        assert.deepStrictEqual(nodes, [[one.node], [two.node], []])
      })
  },
  {
    name: "who withdrew is named no more, for that log and by that node only",
    run: ({ assert, gateway, logs, raise, routes }) =>
      Effect.gen(function* () {
        const [tea, coffee, water] = yield* logs
        const [one, two] = [yield* gateway, yield* gateway]
        yield* routes.register(one, [tea, coffee])
        yield* routes.register(two, [tea])
        yield* routes.withdraw(one, [tea, water])
        assert.deepStrictEqual(yield* raise(tea, 1), [two.node])
        assert.deepStrictEqual(yield* raise(coffee, 1), [one.node])
        yield* routes.withdraw(two, [tea])
        assert.deepStrictEqual(yield* raise(tea, 2), [])
        yield* routes.register(one, [tea])
        assert.deepStrictEqual(yield* raise(tea, 3), [one.node])
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
    run: ({ assert, gateway, routes }) =>
      Effect.gen(function* () {
        const one = yield* gateway
        yield* routes.register(one, [])
        yield* routes.withdraw(one, [])
        const result = yield* routes.raise([])
        assert.strictEqual(result._tag === "Nodes" ? result.of.size : 0, 0)
        assert.deepStrictEqual(yield* routes.heads([]), [])
      })
  }
]

const leaseCases: ReadonlyArray<ContractCase<Kit>> = [
  {
    name: "while one gateway has not said that everything is registered, a raise goes everywhere",
    run: ({ assert, gateway, logs, raise, routes }) =>
      Effect.gen(function* () {
        const [tea] = yield* logs
        const [one, two] = [yield* gateway, yield* gateway]
        yield* routes.register(one, [tea])
        const { generation, lapsed } = yield* routes.renew(two, undefined)
        assert.strictEqual(lapsed, false)
        assert.deepStrictEqual(yield* raise(tea, 1), everywhere)
        assert.deepStrictEqual(yield* routes.renew(two, "another"), { generation, lapsed: false })
        assert.deepStrictEqual(yield* raise(tea, 2), everywhere)
        assert.deepStrictEqual(yield* routes.renew(two, generation), { generation, lapsed: false })
        assert.deepStrictEqual(yield* raise(tea, 3), [one.node])
      })
  },
  {
    name: "a lease that lapsed takes its entries along, and is told of it",
    run: ({ assert, gateway, leaseMs, logs, pass, raise, routes }) =>
      Effect.gen(function* () {
        const [tea] = yield* logs
        const [one, two] = [yield* gateway, yield* gateway]
        yield* routes.register(one, [tea])
        const { generation } = yield* routes.renew(two, undefined)
        const stay = routes.renew(two, generation)
        for (let time = 0; time < 3; time++) yield* Effect.zipRight(stay, pass(leaseMs / 2))
        assert.deepStrictEqual(yield* raise(tea, 1), [])
        assert.deepStrictEqual(yield* routes.renew(one, generation), { generation, lapsed: true })
        // Its report does not count: its entries may be gone.
        assert.deepStrictEqual(yield* raise(tea, 2), everywhere)
        // Also when nobody has looked meanwhile.
        yield* pass(leaseMs * 1.5)
        assert.deepStrictEqual(yield* routes.renew(one, generation), { generation, lapsed: true })
      })
  },
  {
    name: "a lease that was renewed in time keeps its entries",
    run: ({ assert, gateway, leaseMs, logs, pass, raise, routes }) =>
      Effect.gen(function* () {
        const [tea] = yield* logs
        const one = yield* gateway
        yield* routes.register(one, [tea])
        const { generation } = yield* routes.renew(one, undefined)
        for (let time = 0; time < 3; time++) {
          assert.deepStrictEqual(yield* routes.renew(one, generation), { generation, lapsed: false })
          yield* pass(leaseMs / 2)
        }
        assert.deepStrictEqual(yield* raise(tea, 1), [one.node])
      })
  },
  {
    name: "entries of an earlier incarnation count no more, and its late withdrawals touch nothing of the next",
    run: ({ assert, gateway, logs, raise, routes }) =>
      Effect.gen(function* () {
        const [tea, coffee] = yield* logs
        const one = yield* gateway
        const next = nextOf(one)
        yield* routes.register(one, [tea, coffee])
        assert.strictEqual((yield* routes.renew(next, undefined)).lapsed, true)
        yield* enter({ routes }, next)
        assert.deepStrictEqual(yield* raise(tea, 1), [])
        yield* routes.register(next, [tea, coffee])
        yield* routes.withdraw(one, [coffee])
        assert.deepStrictEqual([yield* raise(tea, 2), yield* raise(coffee, 2)], [[one.node], [one.node]])
        // Its end does not end the next one either.
        yield* routes.release(one)
        assert.deepStrictEqual(yield* raise(tea, 3), [one.node])
        yield* routes.release(next)
      })
  },
  {
    name: "a lease that was ended is named no more",
    run: ({ assert, gateway, logs, raise, routes }) =>
      Effect.gen(function* () {
        const [tea] = yield* logs
        const [one, two] = [yield* gateway, yield* gateway]
        yield* routes.register(one, [tea])
        yield* routes.register(two, [tea])
        yield* routes.release(two)
        assert.deepStrictEqual(yield* raise(tea, 1), [one.node])
      })
  },
  {
    name: "after a loss a raise goes everywhere, until gateways are registered anew and none can be left that has not noticed",
    run: ({ assert, flush, gateway, leaseMs, logs, pass, raise, routes }) =>
      Effect.gen(function* () {
        const [tea] = yield* logs
        const one = yield* gateway
        yield* routes.register(one, [tea])
        yield* raise(tea, 4)
        const before = yield* routes.renew(one, undefined)
        yield* flush
        assert.deepStrictEqual(yield* routes.heads([tea]), [0])
        assert.deepStrictEqual(yield* raise(tea, 5), everywhere)
        const { generation, lapsed } = yield* routes.renew(one, before.generation)
        assert.deepStrictEqual([lapsed, generation === before.generation], [true, false])
        const next = nextOf(one)
        yield* routes.renew(next, undefined)
        yield* routes.register(next, [tea])
        assert.deepStrictEqual(yield* routes.renew(next, generation), { generation, lapsed: false })
        assert.deepStrictEqual(yield* raise(tea, 6), everywhere)
        for (let time = 0; time < 3; time++) yield* Effect.zipRight(routes.renew(next, generation), pass(leaseMs / 2))
        assert.deepStrictEqual(yield* raise(tea, 7), [one.node])
        yield* routes.release(next)
      })
  }
]

const cases = [...entryCases, ...leaseCases]

/** How many tests `routesContract` runs. */
export const routesContractSize = cases.length

export interface RoutesContractOptions<R> {
  readonly it: ContractIt<Routes | R>
  readonly assert: ContractAssert
  /** The lease of the backend under test: a short one if time is real. */
  readonly leaseMs: number
  /** Lets time pass on the backend's clock. */
  readonly pass: (ms: number) => Effect.Effect<void>
  /** Loses all data of the backend. */
  readonly flush: Effect.Effect<void, unknown, R>
}

export const routesContract = <R>({ assert, flush, it, leaseMs, pass }: RoutesContractOptions<R>): void =>
  runCases(
    it,
    cases,
    Effect.gen(function* () {
      const context = yield* Effect.context<R>()
      const routes = yield* Routes
      const log = Effect.map(makeUuidV7, (uuid) => ConversationId.make(uuid))
      // After an earlier loss, nothing counts for the length of a lease.
      const settled = Effect.flatMap(routes.raise([]), ({ _tag }) => (_tag === "Nodes" ? Effect.void : pass(leaseMs)))
      return {
        assert,
        routes,
        logs: Effect.all([log, log, log]),
        gateway: Effect.acquireRelease(
          Effect.gen(function* () {
            const lease = { node: NodeId.make(yield* makeUuidV7), incarnation: 1 }
            yield* enter({ routes }, lease)
            yield* Effect.zipRight(settled, enter({ routes }, lease))
            return lease
          }),
          (lease) => Effect.orDie(routes.release(lease))
        ),
        flush: Effect.provide(flush, context),
        pass,
        leaseMs,
        raise: (of, head) =>
          Effect.map(routes.raise([[of, head]]), (result) =>
            result._tag === "Nodes" ? [...(result.of.get(of) ?? [])].sort() : everywhere
          )
      } satisfies Kit as Kit
    })
  )
