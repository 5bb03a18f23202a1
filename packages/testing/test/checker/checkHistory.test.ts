import { assert, describe, it } from "@effect/vitest"
import { ruleNames } from "../../src/checker/Violation.ts"
import { checkHistory, type History, shortestStory, type Violation } from "../../src/index.ts"
import { accessPlants } from "./accessPlants.ts"
import { allowed } from "./allowed.ts"
import { commandPlants } from "./commandPlants.ts"
import { endPlants } from "./endPlants.ts"
import { integrityPlants } from "./integrityPlants.ts"
import { orderPlants } from "./orderPlants.ts"
import { randomRun } from "./randomRun.ts"
import { makeScene } from "./scene.ts"
import { streamPlants } from "./streamPlants.ts"

const plants = [...commandPlants, ...integrityPlants, ...orderPlants, ...streamPlants, ...endPlants, ...accessPlants]

describe("the checker of promises", () => {
  it("finds nothing in a run that went well", () => {
    assert.deepStrictEqual(checkHistory(makeScene().run.history()), [])
  })

  for (const { fault, plant, rule } of plants)
    it(`names ${rule}: ${fault}`, () => {
      const violations = checkHistory(plant(makeScene()))
      assert.deepStrictEqual(
        [...new Set(violations.map((violation) => violation.rule))],
        [rule],
        violations.map(({ text }) => text).join("\n")
      )
    })

  for (const { plant, what } of allowed)
    it(`allows ${what}`, () => assert.deepStrictEqual(checkHistory(plant(makeScene())), []))

  it("finds nothing in a hundred random runs that went well", () => {
    let entries = 0
    for (let seed = 0; seed < 100; seed++) {
      const history = randomRun(seed, 60)
      entries += history.entries.length
      assert.deepStrictEqual(checkHistory(history), [], `seed ${seed}`)
    }
    assert.isAbove(entries, 40_000)
  })

  it("tells of each violation in a few lines that are about it", () => {
    for (const { fault, plant } of plants) {
      const history = plant(makeScene())
      for (const violation of checkHistory(history)) {
        const lines = shortestStory(history, violation).split("\n")
        assert.isAtMost(lines.length, 40, fault)
        assert.isTrue(lines[0]?.startsWith(`${violation.rule}: `), fault)
        if (violation.entry !== undefined)
          assert.isTrue(
            lines.some((line) => line.startsWith(`${violation.entry} `)),
            fault
          )
      }
    }
  })

  it("tells how a post came to be lost from its first word to its last", () => {
    const { group, phone, run } = makeScene()
    const id = run.submit(phone, group, { kind: "post", text: "lost" })
    run.receive(phone, { op: "accepted", id, conversationId: group, seq: run.head(group) + 1, at: run.now })
    const history: History = run.history()
    const [violation]: ReadonlyArray<Violation> = checkHistory(history)
    const story = violation === undefined ? "" : shortestStory(history, violation)
    assert.match(story, /user1\/device1: submitted .*lost[\s\S]*user1\/device1 #\d+: sent post[\s\S]*received accepted/)
    assert.notMatch(story, /user3/)
  })

  it("has two faults planted for each of its rules", () => {
    const few = ruleNames.filter((rule) => plants.filter((plant) => plant.rule === rule).length < 2)
    assert.deepStrictEqual(few, [])
  })
})
