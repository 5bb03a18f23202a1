import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { makePlan } from "@hibiki/core/testing/simulation/Plan"
import { sabotages } from "@hibiki/core/testing/simulation/sabotage/sabotages"
import { assert, describe, it } from "vitest"
import type { Report } from "./main.ts"
import { brokenIn, run } from "./runSeeds.ts"

const command = fileURLToPath(new URL("../../../../scripts/sim.mjs", import.meta.url))

/** As `npm run sim` runs it. */
const sim = (...given: ReadonlyArray<string>): Promise<{ readonly code: number | null; readonly lines: ReadonlyArray<string> }> =>
  new Promise((resolve, reject) => {
    const child = execFile(process.execPath, [command, ...given], (error, stdout, stderr) => {
      if (child.exitCode === null) reject(new Error(`The command was ended: ${stderr}`, { cause: error }))
      else resolve({ code: child.exitCode, lines: stdout.trim().split("\n") })
    })
  })

const report = async (...given: ReadonlyArray<string>): Promise<Report> => {
  const { code, lines } = await sim(...given, "--json")
  assert.strictEqual(code, 0, lines.join("\n"))
  return JSON.parse(lines.at(-1) ?? "")
}

describe("simulated runs", () => {
  it("break no promise in 1,000 seeds, though nearly all had a hole to heal and a duplicate to suppress", async () => {
    const { commands, failures, healed, seeds, suppressed } = await report("--seeds", "1000")
    assert.deepStrictEqual(failures, [])
    assert.strictEqual(seeds, 1_000)
    assert.isAtLeast(healed, 950)
    assert.isAtLeast(suppressed, 500)
    assert.isAtLeast(commands, 50_000)
  }, 600_000)

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
