import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import { Suspects } from "../../src/worker/Suspects.ts"

const guiltyOf = (suspects: Suspects<string>) => suspects.guilty().map(([key]) => key)

describe("suspects", () => {
  it("are guilty when the store stored something after each of five times that it did not answer them alone", () => {
    const suspects = new Suspects<string>()
    for (const n of [1, 2, 3, 4, 5]) {
      assert.deepStrictEqual(guiltyOf(suspects), [])
      suspects.failedAlone("a", `reason ${n}`, 0)
      suspects.othersStored()
      suspects.othersStored()
    }
    assert.deepStrictEqual(suspects.guilty(), [["a", "reason 5"]])
    suspects.clear("a")
    assert.deepStrictEqual([guiltyOf(suspects), suspects.size], [[], 0])
  })

  it("have nothing counted against them where the store answered nothing to others either", () => {
    const suspects = new Suspects<string>()
    for (let n = 0; n < 10; n++) {
      suspects.failedAlone("a", "", 0)
      suspects.othersFailed()
      suspects.othersStored()
    }
    assert.deepStrictEqual(guiltyOf(suspects), [])
  })

  it("do not speak for each other: that one fails as well voids nothing", () => {
    const suspects = new Suspects<string>()
    for (let n = 0; n < 5; n++) {
      suspects.failedAlone("a", "", 0)
      suspects.failedAlone("b", "", 0)
      suspects.othersStored()
    }
    assert.deepStrictEqual(guiltyOf(suspects), ["a", "b"])
  })

  it("are tried again at once until something was counted, then after a second, then after two, the one tried longest ago first", () => {
    const suspects = new Suspects<string>()
    suspects.failedAlone("a", "", 0)
    suspects.failedAlone("b", "", 0)
    assert.deepStrictEqual([suspects.due(0), suspects.restMs(0)], ["a", 0])
    suspects.othersStored()
    suspects.failedAlone("a", "", 100)
    assert.deepStrictEqual([suspects.due(100), suspects.restMs(100)], ["b", 0])
    suspects.failedAlone("b", "", 200)
    assert.deepStrictEqual([suspects.due(1_099), suspects.restMs(1_099), suspects.due(1_100)], [undefined, 1, "a"])
    suspects.othersStored()
    suspects.failedAlone("a", "", 2_000)
    suspects.clear("b")
    assert.deepStrictEqual([suspects.due(3_999), suspects.due(4_000)], [undefined, "a"])
  })

  it("are never guilty of what a store does that stores nothing, in whatever order it is asked", () => {
    const step = fc.oneof(
      fc.record({ failed: fc.constantFrom("a", "b", "c") }),
      fc.constant("others failed" as const),
      fc.record({ stored: fc.constantFrom("a", "b", "c") })
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.nat(2), (steps, storedMax) => {
        const suspects = new Suspects<string>()
        let stored = 0
        for (const [i, each] of steps.entries()) {
          if (each === "others failed") suspects.othersFailed()
          else if ("failed" in each) suspects.failedAlone(each.failed, "", i)
          else if (stored < storedMax) {
            stored++
            suspects.clear(each.stored)
            suspects.othersStored()
          }
        }
        assert.deepStrictEqual(guiltyOf(suspects), [])
      })
    )
  })
})
