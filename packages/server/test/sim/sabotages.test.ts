import { sabotages } from "@hibiki/testing/simulation/sabotage/sabotages"
import { assert, describe, it } from "vitest"
import { sim } from "./simCommand.ts"

describe("simulated runs", () => {
  it("are seen through with each sabotage, within 200 seeds, by the rule that is meant to", async () => {
    const { code, lines } = await sim("--seeds", "200", "--sabotage", "all")
    assert.strictEqual(code, 0, lines.join("\n"))
    assert.strictEqual(lines.length, Object.keys(sabotages).length)
  }, 1_200_000)
})
