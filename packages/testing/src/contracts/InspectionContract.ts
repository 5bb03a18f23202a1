/** The contract of Inspection, for a healthy backend. */
import { Inspection } from "@hibiki/core/ports/Inspection"
import type { ActorRow, ProcessAnswer, Question } from "@hibiki/core/protocol/Inspection"
import { inspectionLimits } from "@hibiki/core/protocol/InspectionLimits"
import { Effect, type Scope } from "effect"
import { type ContractAssert, type ContractCase, type ContractIt, runCases } from "./Contract.ts"

interface Kit {
  readonly assert: ContractAssert
  readonly inspection: Inspection["Type"]
  /** Serves as a process of this name, until the scope closes. */
  readonly process: (node: string, body?: ProcessAnswer["body"]) => Effect.Effect<Array<Question>, never, Scope.Scope>
}

const sockets: Question = { _tag: "Sockets", orderBy: "unsent", limit: 5 }
const noSockets: ProcessAnswer["body"] = { _tag: "Sockets", total: 0, rows: [] }
const answerOf = (node: string, body: ProcessAnswer["body"] = noSockets): ProcessAnswer => ({
  ...{ node, role: "gateway", host: "a host", version: "1.2.3", startedAt: 1, at: 2 },
  body
})
const actor: ActorRow = {
  path: "user/1",
  kind: "user",
  label: "",
  state: "idle",
  depth: 1,
  handled: 2,
  restarts: 0,
  lastFailure: { at: 3, error: "TypeError" }
}

const cases: ReadonlyArray<ContractCase<Kit>> = [
  {
    name: "a process gets the question as it was put, and its answer comes back whole",
    run: ({ assert, inspection, process }) =>
      Effect.gen(function* () {
        const got = yield* process("one", { _tag: "Actors", total: 3, rows: [actor] })
        const asked: Question = { _tag: "Actors", prefix: "user/", state: "idle", orderBy: "depth", limit: 7 }
        const { alone, answers, heard } = yield* inspection.ask(asked)
        assert.deepStrictEqual([heard, alone, got], [1, false, [asked]])
        assert.deepStrictEqual(answers, [answerOf("one", { _tag: "Actors", total: 3, rows: [actor] })])
      })
  },
  {
    name: "a process that no longer serves is not asked",
    run: ({ assert, inspection, process }) =>
      Effect.gen(function* () {
        yield* process("stays")
        const left = yield* Effect.scoped(process("left"))
        const { answers, heard } = yield* inspection.ask(sockets)
        assert.deepStrictEqual([heard, answers, left], [1, [answerOf("stays")], []])
      })
  },
  {
    name: "nobody is there to answer",
    run: ({ assert, inspection }) =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* inspection.ask(sockets), { heard: 0, alone: false, answers: [] })
      })
  },
  {
    name: "an answer over its bytes is left out, and the question counts as heard",
    run: ({ assert, inspection, process }) =>
      Effect.gen(function* () {
        const seconds = Array.from({ length: 10_000 }, () => [1_000_000])
        yield* process("talkative", { _tag: "Process", columns: [], seconds })
        assert.deepStrictEqual(yield* inspection.ask({ _tag: "Process", seconds: inspectionLimits.historySeconds }), {
          heard: 1,
          alone: false,
          answers: []
        })
      })
  }
]

export const inspectionContractSize = cases.length

export interface InspectionContractOptions {
  readonly it: ContractIt<Inspection>
  readonly assert: ContractAssert
}

export const inspectionContract = ({ assert, it }: InspectionContractOptions): void =>
  runCases(
    it,
    cases,
    Effect.map(Inspection, (inspection) => ({
      assert,
      inspection,
      process: (node, body) =>
        Effect.gen(function* () {
          const asked: Array<Question> = []
          yield* inspection.serve((question) =>
            Effect.sync(() => {
              asked.push(question)
              return answerOf(node, body)
            })
          )
          return asked
        })
    }))
  )
