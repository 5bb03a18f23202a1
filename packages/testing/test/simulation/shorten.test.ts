import { assert, describe, it } from "@effect/vitest"
import { makePlan, type Plan } from "../../src/simulation/Plan.ts"
import { shorten } from "../../src/simulation/shorten.ts"

describe("a failing plan made shorter", () => {
  it("keeps only what the failure needs", () => {
    const plan = makePlan(1)
    const [first, last] = [plan.actions[3], plan.actions.at(-2)]
    const fault = plan.faults[1]
    const fails = ({ actions, faults }: Plan) =>
      actions.some((one) => one === first) && actions.some((one) => one === last) && faults.some((one) => one === fault)
    const short = shorten(plan, fails, 1_000)
    assert.deepStrictEqual([...short.actions, ...short.faults] as ReadonlyArray<unknown>, [first, last, fault])
  })

  it("stays as it is when no tries are left", () => {
    const plan = makePlan(2)
    assert.deepStrictEqual(
      shorten(plan, () => true, 0),
      plan
    )
  })
})
