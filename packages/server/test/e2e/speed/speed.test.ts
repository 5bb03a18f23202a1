/**
 * A short form of `npm run bench`, so that a change that makes messages or sockets cost much more is seen at once:
 * against a bare ws server in the same run, in CPU time and in bytes of the heap, which other work on the machine
 * hardly changes.
 */
import { describe, it } from "vitest"
import { expectFigure } from "../../../../../scripts/figures.mjs"
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
    const unit = "times a bare ws server"
    expectFigure({ name: "CPU of a message", measured: cpuPerMessage, bound: bounds.cpuPerMessage, unit })
    expectFigure({ name: "CPU of a delivery", measured: cpuPerDelivery, bound: bounds.cpuPerDelivery, unit })
    expectFigure({ name: "heap of an idle device", measured: heapPerDevice, bound: bounds.heapPerDevice, unit })
  })
})
