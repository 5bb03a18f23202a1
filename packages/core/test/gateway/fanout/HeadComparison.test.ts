import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, TestClock } from "effect"
import { ConversationId, UserId } from "../../../src/domain/Ids.ts"
import { Fanout } from "../../../src/gateway/fanout/Fanout.ts"
import { makeHeadComparison } from "../../../src/gateway/fanout/HeadComparison.ts"
import { EventStore, StoreUnavailable } from "../../../src/ports/EventStore.ts"
import { Routes, RoutesUnavailable } from "../../../src/ports/Routes.ts"
import { makeGate } from "../../world/gate.ts"
import { pass, rest, until } from "../../world/waiting.ts"

const userId = UserId.make("00000000-0000-7000-8000-000000000001")
const logs = (count: number) =>
  Array.from({ length: count }, (_, i) =>
    ConversationId.make(`00000000-0000-8000-8000-${i.toString(16).padStart(12, "0")}`)
  )

/**
 * A gateway that stands at 5 in each of `count` logs, over routes and a store that know of heads, may be held, and may
 * be away.
 */
const stage = (count: number) =>
  Effect.gen(function* () {
    const gaps: Array<ConversationId> = []
    const fanout = new Fanout(
      {
        personal: () => undefined,
        cells: () => undefined,
        personalJumped: () => undefined,
        gap: ({ log }) => void gaps.push(log)
      },
      () => 0
    )
    for (const log of logs(count)) fanout.enter({ userId, log, head: 5, first: 1, visibleFrom: 1, kind: "group" })
    const asked: Array<readonly ["routes" | "store", number]> = []
    const known = { routes: new Map<ConversationId, number>(), store: new Map<ConversationId, number>() }
    const away = { routes: false, store: false }
    const gate = makeGate()
    const answer = <E>(who: "routes" | "store", of: ReadonlyArray<ConversationId>, failure: E) =>
      Effect.suspend(() => {
        asked.push([who, of.length])
        return away[who]
          ? Effect.fail(failure)
          : gate.through(Effect.succeed(of.map((log) => known[who].get(log) ?? 5)))
      })
    const ports = Layer.merge(
      Layer.mock(Routes, { heads: (of) => answer("routes", of, new RoutesUnavailable({ cause: "away" })) }),
      Layer.mock(EventStore, {
        epoch: "" as never,
        heads: (of) => answer("store", of, new StoreUnavailable({ operation: "heads", cause: "away" }))
      })
    )
    const compare = yield* Effect.provide(makeHeadComparison(fanout), ports)
    return { compare, gaps, asked, known, away, gate }
  })

const [first = assert.fail("one"), second = assert.fail("two")] = logs(2)

describe("a comparison of heads", () => {
  it.scoped("finds what is above what was fanned out, and nothing else", () =>
    Effect.gen(function* () {
      const { asked, compare, gaps, known } = yield* stage(3)
      known.routes.set(first, 6)
      known.routes.set(second, 0)
      yield* compare.withRoutes
      assert.deepStrictEqual(gaps, [first])
      assert.deepStrictEqual(asked, [["routes", 3]])
    })
  )

  it.scoped("with the store goes by slices, with a pause after each, and finds what is in the last of them", () =>
    Effect.gen(function* () {
      const { asked, compare, gaps, known } = yield* stage(2_500)
      const last = logs(2_500)[2_499] ?? assert.fail("there are 2,500")
      known.store.set(last, 9)
      yield* Effect.fork(compare.withStore)
      yield* rest
      assert.deepStrictEqual(asked, [["store", 1_000]])
      yield* pass(250)
      assert.deepStrictEqual(asked.length, 2)
      assert.deepStrictEqual(gaps, [])
      yield* pass(250)
      assert.deepStrictEqual(asked[2], ["store", 500])
      assert.deepStrictEqual(gaps, [last])
    })
  )

  it.scoped("is made with the store while the routes are away", () =>
    Effect.gen(function* () {
      const { away, compare, gaps, known } = yield* stage(3)
      known.store.set(second, 8)
      away.routes = true
      yield* compare.withRoutes
      yield* rest
      assert.deepStrictEqual(gaps, [second])
    })
  )

  it.scoped("with the routes does not wait for one with the store that cannot end", () =>
    Effect.gen(function* () {
      const { away, compare, gaps, known } = yield* stage(3)
      away.routes = true
      away.store = true
      yield* compare.withRoutes
      yield* rest
      away.routes = false
      known.routes.set(first, 7)
      yield* compare.withRoutes
      assert.deepStrictEqual(gaps, [first])
    })
  )

  it.scoped("with the store is made in the end, however long the store is away", () =>
    Effect.gen(function* () {
      const { away, compare, gaps, known } = yield* stage(3)
      known.store.set(first, 8)
      away.store = true
      yield* Effect.fork(compare.withStore)
      yield* pass(30_000, 2_500)
      assert.deepStrictEqual(gaps, [])
      away.store = false
      yield* pass(2_500)
      assert.deepStrictEqual(gaps, [first])
    })
  )

  it.scoped("is made once at a time, and once more for all that asked meanwhile", () =>
    Effect.gen(function* () {
      const { asked, compare, gate } = yield* stage(3)
      gate.shut()
      yield* Effect.fork(compare.withStore)
      yield* until("the store is asked", () => asked.length > 0)
      for (let i = 0; i < 3; i++) yield* compare.withStore
      gate.open()
      yield* TestClock.adjust("1 second")
      yield* rest
      yield* TestClock.adjust("1 second")
      assert.strictEqual(asked.length, 2)
    })
  )
})
