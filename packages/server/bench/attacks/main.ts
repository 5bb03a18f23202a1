/**
 * One person who asks for the dearest things that the limits allow, beside others who talk: what these notice. Prints the p99 of their messages without an
 * attack, under searches and under heavy reads, and ends with code 1 when a ratio is above its bound. Run by `npm run bench:attacks`;
 * `npm run bench:attacks -- --quick` runs one round.
 */

import { markdownTable, median } from "../../../core/bench/report.ts"
import { register } from "../../test/e2e/kill/api.ts"
import { startBenchServer } from "../kit/BenchServer.ts"
import { gatherCrowd } from "../kit/crowd.ts"
import { WorkerProcess } from "../kit/WorkerProcess.ts"
import type { ClientOrders, Latencies } from "../stalled/orders.ts"
import type { Attack, AttackOrders } from "./orders.ts"

const rounds = process.argv.includes("--quick") ? 1 : 3
const crowd = { readers: 20, writers: 5 } as const
const load = { perSecond: 40, seconds: 20, textLength: 60 } as const
const warmUpSeconds = 5
/** Of the others' p99 under an attack to that without one. */
const ratioMax = 2
/** In which the attacker's limits fill up again, and the server is quiet. */
const restMs = 10_000

const server = await startBenchServer()
const clients = WorkerProcess.start<ClientOrders>(new URL("../stalled/clients/main.ts", import.meta.url))
const attacker = WorkerProcess.start<AttackOrders>(new URL("attacker.ts", import.meta.url))

const measured = async (attack: Attack | undefined): Promise<Latencies> => {
  await new Promise((resolve) => setTimeout(resolve, restMs))
  if (attack !== undefined) await attacker.ask("begin", attack)
  const { latencies } = await clients.ask("load", load)
  const shown = `p50 ${latencies.p50.toFixed(1)} ms, p99 ${latencies.p99.toFixed(1)} ms, most ${latencies.most.toFixed(1)} ms`
  if (attack === undefined) process.stderr.write(`without an attack: ${shown}\n`)
  else {
    const { answered, megabytes, refused } = await attacker.ask("end", undefined)
    process.stderr.write(`${attack}: ${shown}; ${answered} answers of ${megabytes.toFixed(0)} MB, ${refused} refusals\n`)
  }
  return latencies
}

try {
  const { accounts, conversationId } = await gatherCrowd(server.origin, crowd.readers)
  await clients.ask("open", { accounts, conversationId, origin: server.origin, writers: crowd.writers })
  await attacker.ask("prepare", { origin: server.origin, account: await register(server.origin, "mallory") })
  await clients.ask("load", { ...load, seconds: warmUpSeconds })
  const found: Array<Record<"quiet" | Attack, Latencies>> = []
  for (let round = 0; round < rounds; round++)
    found.push({ quiet: await measured(undefined), search: await measured("search"), read: await measured("read") })
  const ratio = (attack: Attack) => median(found.map((each) => each[attack].p99 / each.quiet.p99))
  const row = (what: "quiet" | Attack, name: string) => [
    name,
    median(found.map((each) => each[what].p50)).toFixed(1),
    median(found.map((each) => each[what].p99)).toFixed(1),
    what === "quiet" ? "" : ratio(what).toFixed(2)
  ]
  const headings = ["one person beside the others", "others' p50 (ms)", "p99 (ms)", "p99 to that of quiet, median of rounds"]
  console.log(markdownTable([headings, row("quiet", "nobody"), row("search", "searches"), row("read", "reads pages")]))
  const { wrong } = await clients.ask("check", undefined)
  for (const what of [...wrong, server.complaints()].filter((each) => each !== "")) console.log(what)
  // Written so that NaN, of what was not measured, fails.
  if (!(ratio("search") <= ratioMax && ratio("read") <= ratioMax) || wrong.length > 0) process.exitCode = 1
} finally {
  clients.end()
  attacker.end()
  await server.end()
}
