import { assert, describe, it } from "vitest"
import { actionWeights, faultWeights, makePlan } from "../../src/simulation/Plan.ts"

const plans = Array.from({ length: 500 }, (_, seed) => makePlan(seed))

describe("plans", () => {
  it("have at least 3 users, 5 devices, 2 gateways, 2 workers, 60 actions and 4 faults", () => {
    for (const { actions, devices, faults, gateways, users, workers } of plans) {
      assert.isAtLeast(users, 3)
      assert.strictEqual(new Set(devices).size, users)
      assert.isAtLeast(devices.length, 5)
      assert.isAtLeast(gateways, 2)
      assert.isAtLeast(workers, 2)
      assert.isAtLeast(actions.length, 60)
      assert.isAtLeast(faults.length, 4)
    }
  })

  it("do every kind of action and break everything that can be broken, soon", () => {
    const kinds = (count: number) => {
      const some = plans.slice(0, count)
      return {
        actions: new Set(some.flatMap(({ actions }) => actions.map(({ kind }) => kind))),
        faults: new Set(some.flatMap(({ faults }) => faults.map(({ kind }) => kind)))
      }
    }
    assert.deepStrictEqual(
      [kinds(100).actions.size, kinds(100).faults.size],
      [kinds(500).actions.size, kinds(500).faults.size]
    )
    assert.strictEqual(kinds(100).actions.size, actionWeights.length)
    assert.strictEqual(kinds(100).faults.size, faultWeights.length)
  })

  it("mend everything before they end", () => {
    for (const { actions, endsAt, faults } of plans) {
      assert.isTrue(faults.every(({ at, until }) => at < until && until <= endsAt))
      assert.isTrue(actions.every(({ at }) => at <= endsAt))
    }
  })

  it("are made from the seed alone", () => {
    assert.deepStrictEqual(makePlan(7), plans[7])
    assert.notDeepEqual(makePlan(7).actions, makePlan(8).actions)
  })
})
