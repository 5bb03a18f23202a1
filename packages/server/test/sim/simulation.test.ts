import { makePlan } from "@hibiki/testing/simulation/Plan"
import { sabotages } from "@hibiki/testing/simulation/sabotage/sabotages"
import { assert, describe, it } from "vitest"
import { brokenIn, run } from "./runSeeds.ts"
import { report, sim } from "./simCommand.ts"

describe("simulated runs", () => {
  it("are seen through with each sabotage, within 200 seeds, by the rule that is meant to", async () => {
    const { code, lines } = await sim("--seeds", "200", "--sabotage", "all")
    assert.strictEqual(code, 0, lines.join("\n"))
    assert.strictEqual(lines.length, Object.keys(sabotages).length)
  }, 400_000)

  it("repeat exactly, here and in another process", async () => {
    const [first, second] = [run(makePlan(7)), run(makePlan(7))]
    assert.deepStrictEqual(brokenIn(first), [])
    assert.strictEqual(second.fingerprint, first.fingerprint)
    assert.deepStrictEqual(second.history, first.history)
    const { fingerprint } = await report("--seeds", "1", "--from", "7")
    assert.strictEqual(fingerprint, first.fingerprint)
    assert.notStrictEqual(run(makePlan(8)).fingerprint, first.fingerprint)
  }, 120_000)
})
