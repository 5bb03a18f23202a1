import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Scope } from "effect"
import { makeStart } from "../../src/fibers/makeStart.ts"
import { linesOf } from "../world/linesOf.ts"
import { round } from "../world/waiting.ts"

const inScope = Effect.gen(function* () {
  const scope = yield* Scope.make()
  const start = yield* Scope.extend(makeStart, scope)
  return { start, close: Scope.close(scope, Exit.void) }
})

/** Waits for ever, and writes down when it is told to end. */
const hanging = (ended: Array<string>, name: string) =>
  Effect.onInterrupt(Effect.never, () => Effect.sync(() => ended.push(name)))

describe("Effects that plain code starts", () => {
  it.effect("go as far as they can before the call returns, and on from there", () =>
    Effect.gen(function* () {
      const { start } = yield* inScope
      const [began, go, done] = [[0], yield* Deferred.make<void>(), yield* Deferred.make<void>()]
      start(
        Effect.sync(() => began.push(1)).pipe(
          Effect.zipRight(Deferred.await(go)),
          Effect.zipRight(Deferred.succeed(done, undefined))
        )
      )
      assert.deepStrictEqual(began, [0, 1])
      yield* Deferred.succeed(go, undefined)
      yield* Deferred.await(done)
    })
  )

  it.effect("are ended by the end of the scope, which waits until they are", () =>
    Effect.gen(function* () {
      const { close, start } = yield* inScope
      const ended: Array<string> = []
      start(hanging(ended, "one"))
      start(Effect.void)
      start(hanging(ended, "two"))
      yield* close
      assert.sameMembers(ended, ["one", "two"])
    })
  )

  it.effect("end where they first wait when the scope is closed already", () =>
    Effect.gen(function* () {
      const { close, start } = yield* inScope
      yield* close
      const [ended, done]: [Array<string>, Array<string>] = [[], []]
      start(Effect.sync(() => done.push("at once")))
      const told = yield* Deferred.make<void>()
      start(Effect.ensuring(hanging(ended, "late"), Deferred.succeed(told, undefined)))
      yield* Deferred.await(told)
      assert.deepStrictEqual([done, ended], [["at once"], ["late"]])
    })
  )

  it.effect("are told of when they die, at once or later, and not when they are ended", () =>
    Effect.gen(function* () {
      const lines = yield* linesOf(
        Effect.gen(function* () {
          const { close, start } = yield* inScope
          start(Effect.dieMessage("at once"))
          start(Effect.zipRight(Effect.yieldNow(), Effect.dieMessage("later")))
          start(Effect.never)
          yield* round
          yield* close
        })
      )
      const told = "ERROR What ran in the background ended by a fault"
      assert.deepStrictEqual(lines, [told, told])
    })
  )
})
