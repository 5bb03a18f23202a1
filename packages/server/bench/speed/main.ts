/**
 * How fast Hibiki is, against references measured in the same run. `npm run bench`: three rounds, each with fresh
 * servers; writes the tables into docs/performance.md and all figures into a JSON file, `npm run bench -- --compare OLD
 * NEW` sets two of them side by side.
 *
 * To be run with `--no-memory-reducer`: what this process needed to fill a database would else be collected, on both
 * cores, while it has nothing to do but wait for what is measured.
 *
 *   --quick           one small round of the two subjects that matter most, in under a minute; writes nothing
 *   --rounds N        other than three
 *   --subjects A,B    only these
 *   --only A,B        only these scenarios: room, room-half, pairs, pairs-both, pairs-several, pairs-steady, pairs-beyond, pairs-beyond-several, idle, storm, grace, start, recovery
 *   --json FILE       where the figures go
 *
 * Exits with 1 when a server closed a socket by a fault of its own: `--only grace --rounds 5` shows whether it does.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { cpus } from "node:os"
import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { withSection } from "../../../core/bench/report.ts"
import { commandLine, countOf, namedOf, refuse } from "../kit/commandLine.ts"
import { openDiskWatch } from "./measure/DiskSpeed.ts"
import { msOf } from "./measure/Stretch.ts"
import { full, type Programme, quick, runRounds } from "./programme.ts"
import { comparison, figureTable, outsideAtMost, overviewTable, type Report, targetTable } from "./report.ts"

const usage = [
  "Usage: npm run bench -- [--quick] [--rounds N] [--only SCENARIO[,SCENARIO]] [--subjects NAME[,NAME]] [--json FILE]",
  "       npm run bench -- --compare OLD NEW",
  `Scenarios: ${full.scenarios.join(", ")}`,
  `Subjects: ${full.subjects.join(", ")}`
].join("\n")
const { positionals, values } = commandLine(
  usage,
  {
    quick: { type: "boolean", default: false },
    compare: { type: "boolean", default: false },
    rounds: { type: "string" },
    only: { type: "string" },
    subjects: { type: "string" },
    json: { type: "string" }
  },
  true
)
const document = fileURLToPath(new URL("../../../../docs/performance.md", import.meta.url))
const note = (what: string) => process.stderr.write(`${what}\n`)
const read = (path: string): Report => JSON.parse(readFileSync(path, "utf8"))

const restSeconds = 60
/** What part of the time the disk is late with nothing to do. */
const diskAtRest = async (seconds: number): Promise<number> => {
  const disk = await openDiskWatch()
  disk.begin()
  await sleep(1_000 * seconds)
  const late = disk.end()
  await disk.close()
  return msOf(late) / (1_000 * seconds)
}

const measure = async (): Promise<void> => {
  const chosen: Programme = values.quick ? quick : full
  const { only, subjects } = values
  const programme: Programme = {
    ...chosen,
    rounds: values.rounds === undefined ? chosen.rounds : countOf(usage, "rounds", values.rounds),
    scenarios: only === undefined ? chosen.scenarios : namedOf(usage, "scenario", only, full.scenarios),
    subjects: subjects === undefined ? chosen.subjects : namedOf(usage, "subject", subjects, full.subjects)
  }
  const diskLateAtRest = await diskAtRest(values.quick ? 1 : restSeconds)
  const runs = await runRounds(programme, note)
  const report: Report = { cores: cpus().length, node: process.version, rounds: programme.rounds, diskLateAtRest, runs }
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report)}\n`)
  const { diskLate, others, slow, stolen } = outsideAtMost(report)
  const about = `Measured by \`npm run bench\` on ${report.cores} cores with Node ${report.node.slice(1)}, load generator included: ${report.rounds} rounds, each with fresh servers. CPU time is that of all processes of the subject, by the operating system; processes outside of the bench took at most ${others.toFixed(2)} of a core in any run, and the machine's host ${stolen.toFixed(2)}; the machine was slow by itself for up to ${(100 * slow).toFixed(0)} % of a run, and its disk late for up to ${(100 * diskLate).toFixed(0)} %, and for ${(100 * diskLateAtRest).toFixed(1)} % of a minute before in which nobody else wrote.`
  const targets = `${about}\n\n${targetTable(report)}`
  console.log(`\n${targets}\n\n${figureTable(report)}`)
  if (runs.some(({ figures }) => (figures["closed by a fault"] ?? 0) > 0)) process.exitCode = 1
  if (values.quick || only !== undefined || subjects !== undefined) return
  const before = existsSync(document) ? readFileSync(document, "utf8") : "# How fast it is\n"
  const section = `## The server, against references\n\n${targets}\n\n${overviewTable(report)}`
  writeFileSync(document, withSection(before, "speed", section))
}

if (values.compare) {
  const [before, after] = positionals
  if (before === undefined || after === undefined) refuse(usage, "--compare needs two files that --json wrote.")
  console.log(comparison(read(before), read(after)))
} else await measure()
