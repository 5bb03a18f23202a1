/** The contract of NodeActs, for a healthy backend. */
import type { NodeAct } from "@hibiki/core/domain/NodeAct"
import { NodeActs, type Performed } from "@hibiki/core/ports/NodeActs"
import { Effect, type Scope } from "effect"
import { type ContractAssert, type ContractCase, type ContractIt, runCases } from "./Contract.ts"

interface Kit {
  readonly assert: ContractAssert
  readonly acts: NodeActs["Type"]
  /** Serves as a process of this name, until the scope closes. Returns the acts that it was given. */
  readonly process: (node: string, performed?: Performed) => Effect.Effect<Array<NodeAct>, never, Scope.Scope>
}

const drain: NodeAct = { _tag: "Drain" }
const stop: NodeAct = { _tag: "StopActor", path: "user/1", how: "now" }
const disconnect: NodeAct = { _tag: "Disconnect", socket: "s1" }

const cases: ReadonlyArray<ContractCase<Kit>> = [
  {
    name: "the process of that name gets the act as it was ordered, once, and no other does",
    run: ({ acts, assert, process }) =>
      Effect.gen(function* () {
        const [one, two] = [yield* process("one"), yield* process("two")]
        for (const act of [drain, stop, disconnect]) assert.strictEqual(yield* acts.order("one", act), "done")
        assert.deepStrictEqual([one, two], [[drain, stop, disconnect], []])
      })
  },
  {
    name: "who ordered it is told what it came to",
    run: ({ acts, assert, process }) =>
      Effect.gen(function* () {
        yield* process("unable", "not_possible")
        yield* process("without", "not_found")
        assert.strictEqual(yield* acts.order("unable", drain), "not_possible")
        assert.strictEqual(yield* acts.order("without", disconnect), "not_found")
      })
  },
  {
    name: "a process that never was, or no longer serves, is gone",
    run: ({ acts, assert, process }) =>
      Effect.gen(function* () {
        const left = yield* Effect.scoped(process("left"))
        assert.deepStrictEqual(
          [yield* acts.order("left", drain), yield* acts.order("never", drain), left],
          ["gone", "gone", []]
        )
      })
  }
]

export const nodeActsContractSize = cases.length

export const nodeActsContract = ({
  assert,
  it
}: {
  readonly it: ContractIt<NodeActs>
  readonly assert: ContractAssert
}): void =>
  runCases(
    it,
    cases,
    Effect.map(NodeActs, (acts) => ({
      assert,
      acts,
      process: (node, performed = "done") =>
        Effect.gen(function* () {
          const given: Array<NodeAct> = []
          yield* acts.serve(node, (act) =>
            Effect.sync(() => {
              given.push(act)
              return performed
            })
          )
          return given
        })
    }))
  )
