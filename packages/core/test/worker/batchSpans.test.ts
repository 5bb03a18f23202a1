import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { BatchRejected, StoreUnavailable } from "../../src/ports/EventStore.ts"
import { SpanExport, type SpanRecord } from "../../src/ports/SpanExport.ts"
import { makeBatchSpans } from "../../src/worker/batchSpans.ts"
import { pass } from "../world/waiting.ts"
import { startWorker, type WorkerOptions } from "./workerStage.ts"

const canary = "canary 7f3a"

/** A worker whose spans are collected. */
const tracedWorker = (options: WorkerOptions = {}, isSampled = true) =>
  Effect.gen(function* () {
    const spans: Array<SpanRecord> = []
    const exporter = { emit: (span: SpanRecord) => void spans.push(span), isSampled: () => isSampled }
    const worker = yield* Effect.provideService(startWorker(options), SpanExport, exporter)
    return { spans, worker } as const
  })

describe("the spans of a worker", () => {
  it("cost nothing without an exporter: the batch runs as it is", () => {
    const decided = Effect.void
    assert.strictEqual(makeBatchSpans(undefined)([], decided), decided)
  })

  it.scoped("are one for each batch, with counts and the outcome, and hold no text", () =>
    Effect.gen(function* () {
      const { spans, worker } = yield* tracedWorker()
      const [log, other] = [yield* worker.newGroup, yield* worker.newGroup]
      spans.length = 0
      yield* worker.submit([log, canary], [log, "second"], [other, "elsewhere"])
      yield* worker.answered(canary, "second", "elsewhere")
      assert.deepStrictEqual(
        spans.map(({ attributes, isError, kind, name }) => ({ attributes, isError, kind, name })),
        [
          {
            name: "worker.batch",
            kind: "consumer",
            isError: false,
            attributes: { "hibiki.commands": 3, "hibiki.logs": 2, "hibiki.outcome": "stored" }
          }
        ]
      )
      assert.notInclude(JSON.stringify(spans), canary)
    })
  )

  it.scoped("tell that the store was unavailable, or that it rejected the batch", () =>
    Effect.gen(function* () {
      const failures: Array<StoreUnavailable | BatchRejected> = []
      const { spans, worker } = yield* tracedWorker({
        append: (store) => (commands) => {
          const failure = failures.shift()
          return failure ?? store.append(commands)
        }
      })
      const log = yield* worker.newGroup
      failures.push(
        new StoreUnavailable({ operation: "append", cause: new Error(canary) }),
        new BatchRejected({ cause: canary })
      )
      yield* worker.submit([log, "first"])
      yield* pass(100, 50)
      yield* worker.answered("first")
      const outcomes = spans.map(({ attributes, isError }) => [attributes["hibiki.outcome"], isError])
      assert.deepStrictEqual(outcomes.slice(0, 2), [
        ["store_unavailable", true],
        ["rejected", true]
      ])
      assert.notInclude(JSON.stringify(spans), canary)
    })
  )

  it.scoped("are recorded only if they are sampled", () =>
    Effect.gen(function* () {
      const { spans, worker } = yield* tracedWorker({}, false)
      const log = yield* worker.newGroup
      yield* worker.submit([log, "first"])
      yield* worker.answered("first")
      assert.lengthOf(spans, 0)
    })
  )
})
