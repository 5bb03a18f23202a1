/**
 * A short form of `npm run bench`, so that a change that makes messages or sockets cost much more is seen at once:
 * against a bare ws server in the same run, in CPU time and in bytes of the heap, which other work on the machine
 * hardly changes.
 */
import { assert, describe, it } from "vitest"
import type { Run, ScenarioName } from "../../../bench/speed/figures.ts"
import { type Programme, quick, runRounds } from "../../../bench/speed/programme.ts"

/** Some half more than was measured. */
const bounds = { cpuPerMessage: 13, cpuPerDelivery: 1, heapPerDevice: 3.6 } as const

const programme: Programme = {
  ...quick,
  scenarios: ["room", "pairs", "idle"],
  sizes: { ...quick.sizes, warmUpSeconds: 2, pairsWarmUpSeconds: 2, seconds: 3 }
}

const ratio = (runs: ReadonlyArray<Run>, scenario: ScenarioName, figure: string): number => {
  const of = (subject: string) =>
    runs.find((run) => run.scenario === scenario && run.subject === subject)?.figures[figure] ?? Number.NaN
  return of("hibiki") / of("limit-ws")
}

describe("the server beside a bare ws server", () => {
  it("costs no more CPU time and memory than it did", async () => {
    const runs = await runRounds(programme, () => undefined)
    const cpuPerMessage = ratio(runs, "pairs", "CPU us/message")
    const cpuPerDelivery = ratio(runs, "room", "CPU us/delivery")
    const heapPerDevice = ratio(runs, "idle", "heap KB/device")
    const told = `x limit-ws: ${cpuPerMessage.toFixed(1)} a message, ${cpuPerDelivery.toFixed(2)} a delivery, ${heapPerDevice.toFixed(1)} a device`
    // Written so that NaN, of what was not measured, fails.
    assert.isTrue(cpuPerMessage <= bounds.cpuPerMessage, told)
    assert.isTrue(cpuPerDelivery <= bounds.cpuPerDelivery, told)
    assert.isTrue(heapPerDevice <= bounds.heapPerDevice, told)
  })
})
