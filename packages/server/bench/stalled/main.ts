/**
 * One stalled reader of 100 in a conversation: what the others notice of it, what it costs the server, and whether it
 * is caught up. Prints tables, writes them into docs/performance.md, and ends with code 1 when a bound is missed. Run
 * by `npm run bench:stalled`; `npm run bench:stalled -- --quick` runs one pair and writes nothing.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { cpus } from "node:os"
import { fileURLToPath } from "node:url"
import { withSection } from "../../../core/bench/report.ts"
import { type ClosedRun, closedRun } from "./closedRun.ts"
import { costRun, longTexts, shortTexts } from "./costRun.ts"
import { latencyRun, load } from "./latencyRun.ts"
import { failures, type PairReport, tablesOf } from "./report.ts"
import { StalledStage } from "./StalledStage.ts"

const quick = process.argv.includes("--quick")
const pairs = quick ? 1 : 5
const warmUpSeconds = 8
const crowd = { readers: 100, writers: 10 } as const
const document = fileURLToPath(new URL("../../../../docs/performance.md", import.meta.url))
const note = (what: string) => process.stderr.write(`${what}\n`)

/** Everything of everybody's log was held against what was sent as it came; here it must also be whole. */
const wrongInLogs = async (stage: StalledStage, head: number): Promise<ReadonlyArray<string>> => {
  const { cursors, wrong } = await stage.clients.ask("check", undefined)
  const short = cursors.flatMap((cursor, i) => (cursor < head ? [`reader ${i} is at ${cursor} of ${head}`] : []))
  const complaints = stage.server.complaints()
  return [...wrong, ...short, ...(complaints === "" ? [] : [`the server says: ${complaints}`])]
}

/** On a fresh server. Which comes first changes from pair to pair. */
const runPair = async (pair: number): Promise<PairReport & { readonly closed: ClosedRun | undefined }> => {
  const stage = await StalledStage.open(crowd)
  try {
    await stage.clients.ask("load", { ...load, seconds: warmUpSeconds })
    const stalledFirst = pair % 2 === 1
    const first = await latencyRun(stage, stalledFirst)
    const second = await latencyRun(stage, !stalledFirst)
    const [calm, stalled] = stalledFirst ? [second, first] : [first, second]
    const cost = { long: await costRun(stage, longTexts), short: await costRun(stage, shortTexts) }
    const closed = pair === pairs - 1 ? await closedRun(stage) : undefined
    const { head } = await stage.clients.ask("load", { ...load, seconds: 0.1 })
    const wrong = [...calm.wrong, ...stalled.wrong, ...(closed?.wrong ?? []), ...(await wrongInLogs(stage, head))]
    return { calm, stalled, cost, wrong, closed }
  } finally {
    await stage.close()
  }
}

const reports: Array<PairReport> = []
let closedAfterMs = Number.NaN
for (let pair = 0; pair < pairs; pair++) {
  const { closed, ...report } = await runPair(pair)
  reports.push(report)
  closedAfterMs = closed?.closedAfterMs ?? closedAfterMs
  note(
    `pair ${pair + 1} of ${pairs}: p99 ${report.calm.latencies.p99.toFixed(1)} and ${report.stalled.latencies.p99.toFixed(1)} ms`
  )
}
const tables = tablesOf(reports, closedAfterMs)
console.log(`\n${tables}\n`)
if (!quick) {
  const about = `Measured by \`npm run bench:stalled\` on ${cpus().length} cores: the embedded server in one process, ${crowd.readers} members with a socket each in a second one, ${load.perSecond} messages of 12 KB a second by ${crowd.writers} of them. Latency is counted from when a message was to be sent to when it was read, of all but the one reader.`
  const before = existsSync(document) ? readFileSync(document, "utf8") : "# How fast it is\n"
  writeFileSync(document, withSection(before, "stalled", `## One reader that stalls\n\n${about}\n\n${tables}`))
}
const failed = failures(reports)
for (const failure of failed.slice(0, 20)) console.log(failure)
process.exitCode = failed.length > 0 ? 1 : 0
