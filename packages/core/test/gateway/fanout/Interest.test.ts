import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer } from "effect"
import { ConversationId, NodeId } from "../../../src/domain/Ids.ts"
import { makeInterest } from "../../../src/gateway/fanout/Interest.ts"
import { type Lease, Routes, RoutesUnavailable } from "../../../src/ports/Routes.ts"
import { faultsCounted } from "../../world/faultsCounted.ts"
import { makeGate } from "../../world/gate.ts"
import { pass, rest, round, until } from "../../world/waiting.ts"

const node = NodeId.make("00000000-0000-7000-8000-000000000001")
const logs = (count: number) =>
  Array.from({ length: count }, (_, i) =>
    ConversationId.make(`00000000-0000-8000-8000-${i.toString(16).padStart(12, "0")}`)
  )
const always = () => true

type Asked =
  | readonly ["register" | "withdraw", number, incarnation: number]
  | readonly ["renew", registered: string | undefined, incarnation: number]

/**
 * Interest over routes that note what they are asked, may be held, may be away, and may have lost all. Renewals that
 * tell nothing new are not noted.
 */
const noted = Effect.gen(function* () {
  const asked: Array<Asked> = []
  const gate = makeGate()
  const state = { away: false, broken: false, generation: "g1", live: 0, regained: 0, released: 0 }
  const answer = <A>(value: A) =>
    gate.through(state.away ? Effect.fail(new RoutesUnavailable({ cause: "away" })) : Effect.succeed(value))
  const note = (kind: "register" | "withdraw", { incarnation }: Lease, of: ReadonlyArray<ConversationId>) => {
    asked.push([kind, of.length, incarnation])
    return answer(undefined)
  }
  const routes = Layer.mock(Routes, {
    renew: ({ incarnation }, registered) =>
      Effect.suspend(() => {
        asked.push(["renew", registered, incarnation])
        if (state.broken) return Effect.die("a bug")
        const lapsed = incarnation !== state.live
        if (!state.away) state.live = incarnation
        return answer({ generation: state.generation, lapsed })
      }),
    release: () => Effect.sync(() => void state.released++),
    register: (lease, of) => Effect.suspend(() => note("register", lease, of)),
    withdraw: (lease, of) => Effect.suspend(() => note("withdraw", lease, of))
  })
  const start = Effect.provide(
    makeInterest(node, () => void state.regained++),
    routes
  )
  return { asked, gate, state, start }
})

/** One that has its lease. */
const begun = Effect.gen(function* () {
  const stage = yield* noted
  const interest = yield* stage.start
  stage.asked.length = 0
  return { ...stage, interest }
})

describe("a gateway's interest", () => {
  it.scoped("is registered once for each log, and in slices", () =>
    Effect.gen(function* () {
      const { asked, interest } = yield* begun
      yield* interest.register(logs(1_200))
      yield* interest.register(logs(1_201))
      assert.deepStrictEqual(asked, [
        ["register", 500, 1],
        ["register", 500, 1],
        ["register", 200, 1],
        ["register", 1, 1]
      ])
    })
  )

  it.scoped("is registered when the routes have answered, and not when they were asked", () =>
    Effect.gen(function* () {
      const { gate, interest } = yield* begun
      const [log] = logs(1)
      if (log === undefined) return assert.fail("there is one")
      gate.shut()
      const registering = yield* Effect.fork(interest.register([log]))
      yield* until("it is being registered", () => gate.held() > 0)
      assert.isFalse(interest.isRegistered(log))
      // Whoever reads meanwhile waits for the same answer.
      const waiting = yield* Effect.fork(interest.register([log]))
      gate.open()
      yield* Fiber.join(waiting)
      assert.isTrue(interest.isRegistered(log))
      yield* Fiber.join(registering)
    })
  )

  it.scoped(
    "holds up nobody while the routes are away, and is registered as soon as they are back, which is told",
    () =>
      Effect.gen(function* () {
        const { asked, interest, state } = yield* begun
        state.away = true
        yield* interest.register(logs(1))
        assert.deepStrictEqual(asked, [["register", 1, 1]])
        // Away is away: nothing more is waited for.
        yield* interest.register(logs(700))
        assert.strictEqual(asked.length, 1)
        assert.isTrue(logs(700).every(interest.isRegistered))
        state.away = false
        asked.length = 0
        yield* pass(1_000)
        assert.deepStrictEqual(asked, [
          ["renew", undefined, 1],
          ["register", 500, 1],
          ["register", 200, 1],
          ["renew", "g1", 1]
        ])
        assert.strictEqual(state.regained, 1)
      })
  )

  it.scoped("has its lease renewed before it lapses, saying that all is registered, and nothing is told of that", () =>
    Effect.gen(function* () {
      const { asked, interest, state } = yield* begun
      yield* interest.register(logs(1))
      asked.length = 0
      yield* pass(12_000)
      assert.deepStrictEqual(
        asked,
        Array.from({ length: 3 }, () => ["renew", "g1", 1])
      )
      assert.strictEqual(state.regained, 0)
    })
  )

  const losses = {
    "its lease lapsed": (state: { live: number }) => {
      state.live = 0
    },
    "the routes were emptied": (state: { live: number; generation: string }) => {
      state.live = 0
      state.generation = "g2"
    },
    "the generation is another": (state: { generation: string }) => {
      state.generation = "g2"
    }
  }
  for (const [what, lose] of Object.entries(losses)) {
    it.scoped(`is registered again under the next incarnation when ${what}, and only then said to be`, () =>
      Effect.gen(function* () {
        const { asked, interest, state } = yield* begun
        yield* interest.register(logs(501))
        asked.length = 0
        lose(state)
        yield* pass(4_000)
        assert.deepStrictEqual(asked, [
          ["renew", "g1", 1],
          ["renew", undefined, 2],
          ["register", 500, 2],
          ["register", 1, 2],
          ["renew", state.generation, 2]
        ])
        assert.strictEqual(state.regained, 1)
        asked.length = 0
        yield* pass(4_000)
        assert.deepStrictEqual(asked, [["renew", state.generation, 2]])
        assert.strictEqual(state.regained, 1)
      })
    )
  }

  it.scoped("begins while the routes are away, and takes its lease before its first entry when they are back", () =>
    Effect.gen(function* () {
      const { asked, start, state } = yield* noted
      state.away = true
      const interest = yield* start
      yield* interest.register(logs(3))
      state.away = false
      asked.length = 0
      yield* pass(1_000)
      assert.deepStrictEqual(asked, [
        ["renew", undefined, 1],
        ["register", 3, 1],
        ["renew", "g1", 1]
      ])
    })
  )

  it.scoped(
    "that is wanted no more is withdrawn from nowhere while the routes are away, and not registered when they are back",
    () =>
      Effect.gen(function* () {
        const { asked, interest, state } = yield* begun
        yield* interest.register(logs(1))
        state.away = true
        yield* interest.register(logs(2))
        asked.length = 0
        const forgotten: Array<ConversationId> = []
        yield* interest.withdraw(logs(2), always, (log) => forgotten.push(log))
        assert.deepStrictEqual([asked.length, forgotten.length], [0, 2])
        state.away = false
        yield* pass(1_000)
        assert.deepStrictEqual(asked, [["renew", "g1", 1]])
      })
  )

  it.effect("ends with its lease", () =>
    Effect.gen(function* () {
      const { state } = yield* Effect.scoped(begun)
      assert.strictEqual(state.released, 1)
    })
  )

  it.scoped("is withdrawn for all that are unused, slice by slice, and each is forgotten", () =>
    Effect.gen(function* () {
      const { asked, interest } = yield* begun
      const all = logs(1_200)
      yield* interest.register(all)
      asked.length = 0
      const forgotten: Array<ConversationId> = []
      yield* interest.withdraw(all, always, (log) => forgotten.push(log))
      assert.deepStrictEqual(asked, [
        ["withdraw", 500, 1],
        ["withdraw", 500, 1],
        ["withdraw", 200, 1]
      ])
      assert.deepStrictEqual(forgotten, all)
      assert.isFalse(all.some(interest.isRegistered))
    })
  )

  it.scoped("asks the routes nothing about logs that were never registered, which are forgotten all the same", () =>
    Effect.gen(function* () {
      const { asked, interest } = yield* begun
      const forgotten: Array<ConversationId> = []
      yield* interest.withdraw(logs(3), always, (log) => forgotten.push(log))
      assert.deepStrictEqual(asked, [])
      assert.deepStrictEqual(forgotten, logs(3))
    })
  )

  it.scoped("stays for a log that came into use while earlier slices were withdrawn", () =>
    Effect.gen(function* () {
      const { gate, interest } = yield* begun
      const all = logs(501)
      const last = all[500] ?? assert.fail("there are 501")
      yield* interest.register(all)
      const used = new Set<ConversationId>()
      const forgotten: Array<ConversationId> = []
      gate.shut()
      const withdrawing = yield* Effect.fork(
        interest.withdraw(
          all,
          (log) => !used.has(log),
          (log) => forgotten.push(log)
        )
      )
      yield* until("the first slice is being withdrawn", () => gate.held() > 0)
      used.add(last)
      gate.open()
      yield* Fiber.join(withdrawing)
      assert.isTrue(interest.isRegistered(last))
      assert.deepStrictEqual(forgotten, all.slice(0, 500))
    })
  )

  it.scoped("is never registered while a withdrawal is under way, which would then undo it", () =>
    Effect.gen(function* () {
      const { asked, gate, interest } = yield* begun
      yield* interest.register(logs(1))
      gate.shut()
      const withdrawing = yield* Effect.fork(interest.withdraw(logs(1), always, () => undefined))
      yield* until("it is being withdrawn", () => gate.held() > 0)
      const registering = yield* Effect.fork(interest.register(logs(1)))
      yield* rest
      assert.deepStrictEqual(asked, [
        ["register", 1, 1],
        ["withdraw", 1, 1]
      ])
      gate.open()
      yield* Fiber.join(withdrawing)
      yield* Fiber.join(registering)
      yield* round
      assert.deepStrictEqual(asked[2], ["register", 1, 1])
    })
  )

  it.scoped("keeps its lease after a look that a defect ended, which is counted", () =>
    Effect.gen(function* () {
      const { asked, state } = yield* begun
      const before = yield* faultsCounted
      state.broken = true
      yield* pass(4_000)
      const looks = asked.length
      assert.isAbove(looks, 0)
      assert.strictEqual((yield* faultsCounted) - before, looks)
      state.broken = false
      yield* pass(4_000)
      assert.isAbove(asked.length, looks)
      assert.strictEqual((yield* faultsCounted) - before, looks)
    })
  )
})
