import { assert, describe, it } from "@effect/vitest"
import { SimulatedTime } from "@hibiki/testing/simulation/SimulatedTime"
import { Effect } from "effect"
import { ClientTime } from "../../../src/client/connection/ClientTime.ts"
import { ClientRest } from "../../../src/client/loop/ClientInbox.ts"

const makeRest = Effect.gen(function* () {
  const time = new ClientTime(yield* Effect.clock)
  return { time, rest: new ClientRest(time, yield* Effect.scope) }
})

/** When a loop went on that asks for these times in turn, all in ms; somebody else wakes it at `byOthersAt`. */
const wokenAt = (asked: ReadonlyArray<number>, byOthersAt?: number): ReadonlyArray<number> => {
  const time = new SimulatedTime(1)
  const begunAt = time.now
  const seen: Array<number> = []
  time.fork(
    Effect.gen(function* () {
      const { rest, time: clientTime } = yield* makeRest
      if (byOthersAt !== undefined) time.at(begunAt + byOthersAt, () => rest.wake())
      for (const at of asked) {
        yield* rest.until(begunAt + at, clientTime.now())
        rest.begin()
        seen.push(time.now - begunAt)
      }
    }).pipe(Effect.scoped)
  )
  time.pass(2_000)
  return seen
}

describe("a loop that rests", () => {
  it("takes what is left for it, in whatever order fibers run: also what comes just as it parks", () => {
    for (let seed = 0; seed < 300; seed++) {
      // A fiber may lose its turn anywhere.
      const time = new SimulatedTime(seed, { quantum: 1, preempts: 0.4 })
      let [left, taken] = [0, 0]
      time.fork(
        Effect.gen(function* () {
          const { rest } = yield* makeRest
          // Looks at the time first, as the client does: some operations in which its turn can be lost.
          const rested = Effect.flatMap(Effect.clock, (clock) => rest.until(undefined, clock.unsafeCurrentTimeMillis()))
          const turn = Effect.sync(() => {
            rest.begin()
            taken += left
            left = 0
          })
          yield* Effect.forkScoped(Effect.forever(Effect.zipRight(rested, turn)))
          const leave = Effect.sync(() => {
            left++
            rest.wake()
          })
          // Nothing comes behind it that would wake the loop for it.
          yield* Effect.zipRight(Effect.repeatN(Effect.yieldNow(), seed % 11), leave)
          yield* Effect.sleep("10 seconds")
        }).pipe(Effect.scoped)
      )
      time.pass(1_000)
      assert.strictEqual(taken, 1, `seed ${seed}`)
    }
  })

  it("goes on at the time for which it asked, and at once when that has passed", () => {
    // At 500 the time of the third has passed.
    assert.deepStrictEqual(wokenAt([0, 500, 200, 900]), [0, 500, 500, 900])
  })

  it("asks for a sooner time while a later alarm is set, and hears both", () => {
    assert.deepStrictEqual(wokenAt([800, 300, 800], 100), [100, 300, 800])
  })
})
