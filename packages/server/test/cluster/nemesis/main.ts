/**
 * `npm run nemesis`: real processes on private RabbitMQ, Redis and Postgres, under load, broken in every way that is
 * promised to be borne.
 * `--only FAULT[,FAULT]`, `--times N` strikes of each, `--seconds N` of load around each, `--seed N`, `--short`
 * outages, `--sabotage dedupe`.
 * `--before PROGRAM`: begins with the processes of another version, whose `packages/server/bin/hibiki.js` this is.
 */
import { mkdtempSync } from "node:fs"
import { rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { commandLine, countOf, namedOf, refuse } from "../../../bench/kit/commandLine.ts"
import { buildServer } from "../../e2e/kill/server/buildServer.ts"
import { startServices } from "../Cluster.ts"
import { untilTold } from "../untilTold.ts"
import { everyFault, faultNamed } from "./everyFault.ts"
import { missesOf, nemesisRun, type RoundReport } from "./nemesisRun.ts"
import { Stage } from "./Stage.ts"
import { isSabotage, sabotages } from "./sabotages.ts"
import { tableOf } from "./table.ts"

const usage = [
  "Usage: npm run nemesis -- [--only FAULT[,FAULT]] [--times N] [--seconds N] [--seed N] [--short] [--sabotage NAME] [--before PROGRAM]",
  `Faults: ${everyFault.map(({ name }) => name).join(", ")}`,
  `Sabotages: ${Object.keys(sabotages).join(", ")}`
].join("\n")
const { values } = commandLine(usage, {
  only: { type: "string" },
  times: { type: "string", default: "3" },
  seconds: { type: "string", default: "60" },
  seed: { type: "string", default: "1" },
  short: { type: "boolean", default: false },
  sabotage: { type: "string" },
  before: { type: "string" }
})
const [times, seconds, seed] = [
  countOf(usage, "times", values.times),
  countOf(usage, "seconds", values.seconds),
  countOf(usage, "seed", values.seed, 0)
]

const crowd = 30
const rabbitDiskMb = 128
const log = (line: string) => console.log(line)

const problem = (error: unknown): false => {
  console.error(error instanceof Error ? error.message : String(error))
  return false
}

const logRound = (report: RoundReport): void => {
  log(`${report.names}: ${report.violations.length} violations, ${missesOf(report).length} misses`)
  for (const line of [...report.stories, ...missesOf(report)]) log(`  ${line}`)
}

const run = async (): Promise<boolean> => {
  const named =
    values.only === undefined
      ? undefined
      : namedOf(
          usage,
          "fault",
          values.only,
          everyFault.map(({ name }) => name)
        )
  const faults = named?.map(faultNamed) ?? everyFault
  const { sabotage } = values
  if (sabotage !== undefined && !isSabotage(sabotage)) return refuse(usage, `There is no sabotage "${sabotage}".`)
  const { forget, told } = untilTold()
  const stopped = told.then(() => Promise.reject(new Error("stopped")))
  stopped.catch(() => undefined)
  const reports: Array<RoundReport> = []
  // Only root can give the broker a disk that may be filled.
  const services = await startServices(process.getuid?.() === 0 ? { diskMb: rabbitDiskMb } : {})
  const built = buildServer(new URL("worker/main.ts", import.meta.url))
  let stage: Stage | undefined
  try {
    const logs = mkdtempSync(join(tmpdir(), "hibiki-nemesis-"))
    log(`Logs in ${logs}`)
    stage = await Stage.open(services, { worker: 2, gateway: 3, api: 1, push: 1 }, { logs, before: values.before })
    if (sabotage !== undefined) for (const statement of sabotages[sabotage]) await stage.query(statement)
    const rounds = nemesisRun(stage, {
      rounds: faults.map((fault) => Array.from({ length: times }, () => fault)),
      loadMs: seconds * 1_000,
      crowd,
      isLong: !values.short,
      seed,
      workerProgram: async () => (await built).program,
      onReport: (report) => {
        reports.push(report)
        logRound(report)
      }
    })
    await Promise.race([rounds, stopped])
    return reports.every((report) => missesOf(report).length === 0 && report.violations.length === 0)
  } finally {
    forget()
    // Of a run that was stopped: what had come of it until then.
    for (const line of ["", ...tableOf(reports)]) log(line)
    await stage?.stop()
    await services.stop()
    await rm((await built).folder, { recursive: true, force: true })
  }
}

// What a stopped run had under way is not waited for.
process.exit((await run().catch(problem)) ? 0 : 1)
