import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer } from "effect"
import { makeInterest } from "../../src/conversations/Interest.ts"
import { Routes, RoutesUnavailable } from "../../src/conversations/Routes.ts"
import { ConversationId, NodeId } from "../../src/domain/Ids.ts"
import { makeGate } from "../world/gate.ts"
import { rest, round, until } from "../world/waiting.ts"

const node = NodeId.make("00000000-0000-7000-8000-000000000001")
const logs = (count: number) =>
  Array.from({ length: count }, (_, i) => ConversationId.make(`00000000-0000-8000-8000-${i.toString(16).padStart(12, "0")}`))
const always = () => true

/** Interest over routes that note what they are asked, may be held, and may be away. */
const noted = Effect.gen(function* () {
  const asked: Array<readonly ["register" | "withdraw", number]> = []
  const gate = makeGate()
  const state = { away: false }
  const note = (kind: "register" | "withdraw", count: number) => {
    asked.push([kind, count])
    return gate.through(state.away ? Effect.fail(new RoutesUnavailable({ cause: "away" })) : Effect.void)
  }
  const routes = Layer.mock(Routes, {
    register: (_, of) => Effect.suspend(() => note("register", of.length)),
    withdraw: (_, of) => Effect.suspend(() => note("withdraw", of.length))
  })
  const interest = yield* Effect.provide(makeInterest(node), routes)
  return { asked, gate, state, interest }
})

describe("a gateway's interest", () => {
  it.scoped("is registered once for each log, and in slices", () =>
    Effect.gen(function* () {
      const { asked, interest } = yield* noted
      yield* interest.register(logs(1_200))
      yield* interest.register(logs(1_201))
      assert.deepStrictEqual(asked, [
        ["register", 500],
        ["register", 500],
        ["register", 200],
        ["register", 1]
      ])
    })
  )

  it.scoped("is not taken for registered when the routes were away, and is registered when it is asked for again", () =>
    Effect.gen(function* () {
      const { interest, state } = yield* noted
      const [log = assert.fail("one")] = logs(1)
      state.away = true
      assert.strictEqual((yield* Effect.flip(interest.register([log])))._tag, "RoutesUnavailable")
      assert.isFalse(interest.isRegistered(log))
      state.away = false
      yield* interest.register([log])
      assert.isTrue(interest.isRegistered(log))
    })
  )

  it.scoped("is withdrawn for all that are unused, slice by slice, and each is forgotten", () =>
    Effect.gen(function* () {
      const { asked, interest } = yield* noted
      const all = logs(1_200)
      yield* interest.register(all)
      asked.length = 0
      const forgotten: Array<ConversationId> = []
      yield* interest.withdraw(all, always, (log) => forgotten.push(log))
      assert.deepStrictEqual(asked, [
        ["withdraw", 500],
        ["withdraw", 500],
        ["withdraw", 200]
      ])
      assert.deepStrictEqual(forgotten, all)
      assert.isFalse(all.some(interest.isRegistered))
    })
  )

  it.scoped("asks the routes nothing about logs that were never registered, which are forgotten all the same", () =>
    Effect.gen(function* () {
      const { asked, interest } = yield* noted
      const forgotten: Array<ConversationId> = []
      yield* interest.withdraw(logs(3), always, (log) => forgotten.push(log))
      assert.deepStrictEqual(asked, [])
      assert.deepStrictEqual(forgotten, logs(3))
    })
  )

  it.scoped("stays for a log that came into use while earlier slices were withdrawn", () =>
    Effect.gen(function* () {
      const { gate, interest } = yield* noted
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
      const { asked, gate, interest } = yield* noted
      yield* interest.register(logs(1))
      gate.shut()
      const withdrawing = yield* Effect.fork(interest.withdraw(logs(1), always, () => undefined))
      yield* until("it is being withdrawn", () => gate.held() > 0)
      const registering = yield* Effect.fork(interest.register(logs(1)))
      yield* rest
      assert.deepStrictEqual(asked, [
        ["register", 1],
        ["withdraw", 1]
      ])
      gate.open()
      yield* Fiber.join(withdrawing)
      yield* Fiber.join(registering)
      yield* round
      assert.deepStrictEqual(asked[2], ["register", 1])
    })
  )
})
