import { rm } from "node:fs/promises"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { buildServer } from "../../e2e/kill/server/buildServer.ts"
import { type Services, startServices } from "../Cluster.ts"
import { faultNamed } from "./everyFault.ts"
import { missesOf, type NemesisOptions, nemesisRun, type RoundReport } from "./nemesisRun.ts"
import { Stage } from "./Stage.ts"
import { sabotages } from "./sabotages.ts"

const options = { loadMs: 0, crowd: 6, isLong: false, seed: 1 }

let services: Services
let worker: Awaited<ReturnType<typeof buildServer>>
beforeAll(async () => {
  // Of their own: what others use is not to be broken.
  ;[services, worker] = await Promise.all([startServices(), buildServer(new URL("worker/main.ts", import.meta.url))])
})
afterAll(async () => {
  await services.stop()
  await rm(worker.folder, { recursive: true, force: true })
})

/** One round on a cluster of its own. */
const round = async (
  names: ReadonlyArray<string>,
  statements: ReadonlyArray<string>,
  further: Partial<NemesisOptions> = {}
): Promise<RoundReport> => {
  const stage = await Stage.open(services, { worker: 2, gateway: 3, api: 1 })
  try {
    for (const statement of statements) await stage.query(statement)
    const workerProgram = () => Promise.resolve(worker.program)
    const [report] = await nemesisRun(stage, { ...options, ...further, workerProgram, rounds: [names.map(faultNamed)] })
    assert.isDefined(report)
    return report
  } finally {
    await stage.stop()
  }
}

describe("a cluster, broken while ten devices write", () => {
  it("keeps what it promised", async () => {
    const names = [
      "kill-gateway",
      "kill-worker-after-commit",
      "kill-rabbit",
      "flush-redis",
      "crash-postgres",
      "drain-gateway"
    ]
    const report = await round(names, [])
    assert.deepStrictEqual([report.stories, missesOf(report)], [[], []])
    assert.deepStrictEqual(
      report.strikes.map(({ fault }) => fault),
      names
    )
    assert.isAbove(report.commands / report.seconds, 150)
    assert.isAbove(report.membershipChanges, 5)
  })

  it("is seen to store twice what comes twice, when it does not look first", async () => {
    const report = await round(["kill-worker-after-commit"], sabotages.dedupe, { settleWithinMs: 3_000 })
    assert.include(report.violations, "duplicate-stored", missesOf(report).join("\n"))
  })
})
