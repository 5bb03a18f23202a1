import { makePlan } from "@hibiki/testing/simulation/Plan"
import { assert, describe, it } from "vitest"
import { brokenIn, run } from "./runSeeds.ts"
import { keepPromises, report } from "./simCommand.ts"

describe("simulated runs", () => {
  it("break no promise in the first 50 seeds, though nearly all had a gap to heal and a duplicate to suppress", async () => {
    await keepPromises(0, 50)
  })

  it("repeat exactly, here and in another process", async () => {
    const [first, second] = [run(makePlan(7)), run(makePlan(7))]
    assert.deepStrictEqual(brokenIn(first), [])
    assert.strictEqual(second.fingerprint, first.fingerprint)
    assert.deepStrictEqual(second.history, first.history)
    const { fingerprint } = await report("--seeds", "1", "--from", "7")
    assert.strictEqual(fingerprint, first.fingerprint)
    assert.notStrictEqual(run(makePlan(8)).fingerprint, first.fingerprint)
  })
})
