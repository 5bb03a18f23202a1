/**
 * `npm run mutants -- [--mutants 100000] [--seed 1]`: many mutants to a server of its own, which must then be as it was
 * before.
 */
import { commandLine, countOf } from "../../../bench/kit/commandLine.ts"
import { atRest, grownSince, startOwnServer, wrongInLog } from "./ownServer.ts"
import { runMutants } from "./runMutants.ts"

const usage = "Usage: npm run mutants -- [--mutants N] [--seed N] [--first N]"
const { values } = commandLine(usage, {
  mutants: { type: "string", default: "100000" },
  seed: { type: "string", default: "1" },
  first: { type: "string", default: "0" }
})
const [mutants, seed, first] = [
  countOf(usage, "mutants", values.mutants),
  countOf(usage, "seed", values.seed, 0),
  countOf(usage, "first", values.first, 0)
]
const log = (line: string) => console.log(line)
/** So many until code and caches are warm. */
const warmUp = 2_000

const main = async (): Promise<number> => {
  const own = await startOwnServer()
  const shared = { url: own.url, invite: own.invite, prefix: "mutants", log }
  try {
    await runMutants({ ...shared, mutants: warmUp, seed: seed + 1 })
    const before = await atRest(own.inside)
    const report = await runMutants({ ...shared, mutants, seed, first })
    for (const [outcome, count] of [...report.outcomes].sort()) log(`  ${outcome}: ${count}`)
    const grown = await grownSince(own.inside, before)
    for (const line of grown) log(`GROWN ${line}`)
    const wrong = wrongInLog(own, report.secrets)
    for (const line of wrong) log(`IN THE LOG ${line}`)
    const after = await own.inside.census()
    log(
      `${Math.round(report.tookMs / 1_000)} s; heap ${before.heapBytes} bytes, then ${after.heapBytes}; ${after.descriptors} descriptors`
    )
    return report.failures.length + grown.length + wrong.length === 0 ? 0 : 1
  } finally {
    await own.end()
  }
}

process.exitCode = await main()
