import { assert, describe, it } from "@effect/vitest"
import { ruleNames } from "../../../src/testing/checker/Violation.ts"
import { checkHistory } from "../../../src/testing/index.ts"
import { planted, plants } from "./plants.ts"
import { randomRun } from "./randomRun.ts"
import { makeScene } from "./scene.ts"

describe("the checker of promises", () => {
  it("finds nothing in a run that went well", () => {
    assert.deepStrictEqual(checkHistory(makeScene().run.history()), [])
  })

  for (const plant of plants)
    it(`names ${plant.rule}: ${plant.fault}`, () => {
      const violations = checkHistory(planted(plant))
      assert.deepStrictEqual([...new Set(violations.map(({ rule }) => rule))], [plant.rule], violations.map(({ text }) => text).join("\n"))
    })

  it("finds nothing in a hundred random runs that went well", () => {
    let entries = 0
    for (let seed = 0; seed < 100; seed++) {
      const history = randomRun(seed, 60)
      entries += history.entries.length
      assert.deepStrictEqual(checkHistory(history), [], `seed ${seed}`)
    }
    assert.isAbove(entries, 40_000)
  })

  it("has two faults planted for each of its rules", () => {
    const few = ruleNames.filter((rule) => plants.filter((plant) => plant.rule === rule).length < 2)
    assert.deepStrictEqual(few, [])
  })
})
