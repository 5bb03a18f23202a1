import { assert, describe, it } from "vitest"
import { killRun } from "./kill/killRun.ts"

describe("the embedded server, killed while ten devices write", () => {
  it("keeps what it accepted, once, in one order everywhere, and each sender's order", async () => {
    const report = await killRun({ kills: 3, loadMs: 1_000, openAtLeast: 20, hurry: true, log: () => undefined })
    assert.deepStrictEqual(report.violations, [])
    assert.isAtLeast(report.perSecond, 200)
    assert.isAbove(report.sent, 500)
  }, 240_000)
})
