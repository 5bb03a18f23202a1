import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber } from "effect"
import { HashTurns } from "../../src/accounts/HashTurns.ts"
import { type Asker, serverItself } from "../../src/ports/PasswordHasher.ts"

const bounds = { atOnce: 2, waitingMax: 100, retryAfterMs: 500 }
const stranger = (network: number | string): Asker => ({ network: `network ${network}`, isKnown: false })
const known = (network: number | string): Asker => ({ network: `network ${network}`, isKnown: true })

/**
 * Turns whose work is done one by one, when the test says so; `served` names the askers in the order in which their
 * work began.
 */
const stage = (changes: Partial<typeof bounds> = {}) =>
  Effect.sync(() => {
    const turns = new HashTurns({ ...bounds, ...changes })
    const served: Array<string> = []
    const running: Array<Deferred.Deferred<void>> = []
    const ask = (asker: Asker, name = asker.network) =>
      Effect.forkDaemon(
        turns.run(
          asker,
          Effect.gen(function* () {
            served.push(name)
            const done = yield* Deferred.make<void>()
            running.push(done)
            yield* Deferred.await(done)
          })
        )
      ).pipe(Effect.tap(() => Effect.yieldNow()))
    const finish = Effect.gen(function* () {
      const done = running.shift()
      if (done !== undefined) yield* Deferred.succeed(done, undefined)
      for (let i = 0; i < 5; i++) yield* Effect.yieldNow()
    })
    return { ask, finish, served, running }
  })

describe("turns of hashing", () => {
  it.effect("networks take turns: one that asks once does not wait for all that another one has asked before", () =>
    Effect.gen(function* () {
      const { ask, finish, served } = yield* stage()
      for (let i = 0; i < 60; i++) yield* ask(stranger("busy"))
      yield* ask(stranger("calm"))
      for (let i = 0; i < 3; i++) yield* finish
      assert.include(served, "network calm")
      assert.isAtMost(served.length, 5)
    })
  )

  it.effect(
    "70 askers of as many networks, who ask again at once, hold up neither a stranger nor a known network",
    () =>
      Effect.gen(function* () {
        const { ask, finish, served } = yield* stage()
        for (let i = 0; i < 70; i++) yield* ask(stranger(i))
        yield* ask(stranger("honest"))
        yield* ask(known("home"))
        for (let i = 0; i < 73; i++) {
          yield* finish
          yield* ask(stranger(i % 70))
          if (i === 1) assert.include(served, "network home")
        }
        assert.include(served, "network honest")
        // All 70 have had turns by now: a network that comes for the first time is the next one.
        yield* ask(stranger("new"))
        yield* finish
        assert.strictEqual(served.at(-1), "network new")
      })
  )

  it.effect("known networks and others alternate, so that neither waits for the whole of the other", () =>
    Effect.gen(function* () {
      const { ask, finish, served } = yield* stage({ atOnce: 1 })
      yield* ask(serverItself, "first")
      for (let i = 0; i < 3; i++) {
        yield* ask(known(i), `known ${i}`)
        yield* ask(stranger(i), `stranger ${i}`)
      }
      for (let i = 0; i < 6; i++) yield* finish
      assert.deepStrictEqual(served, [
        "first",
        "known 0",
        "stranger 0",
        "known 1",
        "stranger 1",
        "known 2",
        "stranger 2"
      ])
    })
  )

  it.effect(
    "over the bound the network with the most loses its latest; where all have as few, the one who comes is refused",
    () =>
      Effect.gen(function* () {
        const { ask, finish, running, served } = yield* stage({ atOnce: 1, waitingMax: 3 })
        yield* ask(serverItself, "first")
        const [, , latest] = [
          yield* ask(stranger("a")),
          yield* ask(stranger("a")),
          yield* ask(stranger("a"), "latest of a")
        ]
        yield* ask(stranger("b"))
        assert.strictEqual((yield* Effect.flip(Fiber.join(latest)))._tag, "HasherBusy")
        yield* ask(stranger("c"))
        const refused = yield* ask(stranger("d"))
        assert.deepInclude(yield* Effect.flip(Fiber.join(refused)), { _tag: "HasherBusy", retryAfterMs: 500 })
        // A known network has a line of its own.
        yield* ask(known("home"))
        while (running.length > 0) yield* finish
        assert.deepStrictEqual(served, ["first", "network home", "network a", "network b", "network c"])
      })
  )

  it.effect("who stops waiting leaves the line, and one who has got the turn gives it on", () =>
    Effect.gen(function* () {
      const { ask, finish, running, served } = yield* stage({ atOnce: 1 })
      yield* ask(serverItself, "first")
      const gone = [yield* ask(stranger("a")), yield* ask(known("b"))]
      yield* Fiber.interruptAll(gone)
      yield* ask(stranger("c"))
      yield* finish
      assert.deepStrictEqual(served, ["first", "network c"])
      yield* finish
      assert.strictEqual(running.length, 0)
      yield* ask(stranger("d"))
      assert.deepStrictEqual(served, ["first", "network c", "network d"])
    })
  )
})
