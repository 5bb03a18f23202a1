import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Scope } from "effect"
import { logThrown, makeListeners } from "../../src/fibers/Listeners.ts"
import { faultsCounted } from "../world/faultsCounted.ts"
import { linesOf } from "../world/linesOf.ts"

describe("listeners", () => {
  it.scoped("are told in the order in which they came, one that listens twice, twice", () =>
    Effect.gen(function* () {
      const { listen, tell } = makeListeners<string>()
      const heard: Array<string> = []
      const first = (news: string) => void heard.push(`first ${news}`)
      yield* listen(first)
      yield* listen((news) => void heard.push(`second ${news}`))
      yield* listen(first)
      assert.deepStrictEqual(tell("a"), [])
      assert.deepStrictEqual(heard, ["first a", "second a", "first a"])
    })
  )

  it.scoped("that throw keep nobody else from it, and what all of them threw is given", () =>
    Effect.gen(function* () {
      const { listen, tell } = makeListeners<string>()
      const heard: Array<string> = []
      for (const trouble of ["one", "two"])
        yield* listen(() => {
          throw trouble
        })
      yield* listen((news) => void heard.push(news))
      assert.deepStrictEqual(tell("a"), ["one", "two"])
      assert.deepStrictEqual(heard, ["a"])
    })
  )

  it.scoped("that end while others are told hide nobody, and are told no more", () =>
    Effect.gen(function* () {
      const { listen, tell } = makeListeners<string>()
      const heard: Array<string> = []
      const scope = yield* Scope.make()
      yield* listen(() => Effect.runSync(Scope.close(scope, Exit.void)))
      yield* Scope.extend(
        listen((news) => void heard.push(`ending ${news}`)),
        scope
      )
      yield* listen((news) => void heard.push(`staying ${news}`))
      tell("a")
      tell("b")
      assert.deepStrictEqual(heard, ["ending a", "staying a", "staying b"])
    })
  )

  it.effect("that threw are one fault of their turn, which is told and counted; where none did there is none", () =>
    Effect.gen(function* () {
      const before = yield* faultsCounted
      assert.deepStrictEqual(yield* linesOf(logThrown("A listener threw", [])), [])
      assert.deepStrictEqual(yield* linesOf(logThrown("A listener threw", ["one", "two"])), ["ERROR A listener threw"])
      assert.strictEqual((yield* faultsCounted) - before, 1)
    })
  )
})
