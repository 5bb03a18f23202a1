import { assert, it } from "@effect/vitest"
import { FastCheck } from "effect"
import { flagFields, flagSetBy, flags, flagsIn } from "../../src/domain/Flags.ts"

it("a line has a field for each flag that is set, and no field for another", () => {
  FastCheck.assert(
    FastCheck.property(FastCheck.subarray([...flags]), (set) => {
      const fields = flagFields((flag) => set.includes(flag))
      assert.deepStrictEqual(fields, Object.fromEntries(set.map((flag) => [flag, true])))
      assert.deepStrictEqual(flagsIn(fields), set)
    })
  )
  assert.deepStrictEqual(flagsIn(undefined), [])
})

it("each flag is set by one command", () => {
  assert.sameMembers(Object.values(flagSetBy), [...flags])
})
