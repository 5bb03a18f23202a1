/** What a process tells the operator's console of its event loop. */
import { assert, describe, it } from "@effect/vitest"
import { InspectionInProcess } from "@hibiki/core/inprocess/InspectionInProcess"
import { Inspection } from "@hibiki/core/ports/Inspection"
import { NodeActs } from "@hibiki/core/ports/NodeActs"
import { SecretsMemory } from "@hibiki/testing/accounts/SecretsMemory"
import { Effect, Layer } from "effect"
import { inspected } from "../../src/roles/inspected.ts"

const noActs = Layer.mock(NodeActs, { serve: () => Effect.void })

/** The lags (ms) that the process noted, the oldest first. */
const lags = Effect.map(
  Effect.flatMap(Inspection, ({ ask }) => ask({ _tag: "Process", seconds: 600 })),
  ({ answers: [answer] }) => {
    const body = answer?.body
    if (body?._tag !== "Process") return assert.fail("no answer")
    const column = body.columns.indexOf("loopLagMs")
    return body.seconds.map(([, ...pairs]) => pairs[pairs.findIndex((at, i) => i % 2 === 0 && at === column) + 1] ?? 0)
  }
)

/** Holds up the event loop. */
const blocked = (ms: number) =>
  Effect.sync(() => {
    const until = performance.now() + ms
    while (performance.now() < until);
  })

describe("an inspected process", () => {
  it.live("notes the lag of its event loop while somebody looks", () =>
    Effect.gen(function* () {
      yield* lags
      const round = Effect.zipRight(Effect.zipRight(blocked(400), Effect.sleep("50 millis")), lags)
      const found = yield* Effect.repeat(round, { until: (noted) => noted.some((ms) => ms > 200) }).pipe(
        Effect.timeout("60 seconds")
      )
      assert.isAbove(Math.max(...found), 200)
    }).pipe(
      Effect.provide(
        inspected("api", undefined).pipe(Layer.provideMerge(Layer.mergeAll(InspectionInProcess, SecretsMemory, noActs)))
      )
    )
  )
})
