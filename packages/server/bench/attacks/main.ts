/**
 * One person who asks for the dearest things that the limits allow, beside others who talk: what these notice. Each
 * attack is measured for a few seconds between two of quiet, by a person whose limits are untouched, and each round has
 * all of them; prints the p99 of the others' messages and its ratio to that of quiet in the same round, and ends with
 * code 1 when the median of a ratio is above its bound. Run by `npm run bench:attacks`; `npm run bench:attacks --
 * --quick` runs two rounds.
 */

import { markdownTable, median } from "../../../core/bench/report.ts"
import { register } from "../../test/e2e/kill/api.ts"
import { startBenchServer } from "../kit/BenchServer.ts"
import { gatherCrowd } from "../kit/crowd.ts"
import { WorkerProcess } from "../kit/WorkerProcess.ts"
import type { ClientOrders, Latencies } from "../stalled/orders.ts"
import { type Attack, type AttackOrders, attacks } from "./orders.ts"

const rounds = process.argv.includes("--quick") ? 2 : 5
const crowd = { readers: 20, writers: 5 } as const
const load = { perSecond: 40, seconds: 6, textLength: 60 } as const
/** Of the others' p99 under an attack to that without one. */
const ratioMax = 2

const server = await startBenchServer()
const clients = WorkerProcess.start<ClientOrders>(new URL("../stalled/clients/main.ts", import.meta.url))
const attacker = WorkerProcess.start<AttackOrders>(new URL("attacker.ts", import.meta.url))

const shown = ({ most, p50, p99 }: Latencies): string =>
  `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, most ${most.toFixed(1)} ms`

const quiet = async (): Promise<Latencies> => {
  const { latencies } = await clients.ask("load", load)
  process.stderr.write(`without an attack: ${shown(latencies)}\n`)
  return latencies
}

const attacked = async (attack: Attack, by: number): Promise<Latencies> => {
  await attacker.ask("begin", { attack, by })
  const { latencies } = await clients.ask("load", load)
  const { answered, megabytes, refused } = await attacker.ask("end", undefined)
  process.stderr.write(
    `${attack}: ${shown(latencies)}; ${answered} answers of ${megabytes.toFixed(0)} MB, ${refused} refusals\n`
  )
  return latencies
}

interface Found {
  readonly attack: Attack
  readonly under: Latencies
  /** Of the seconds before and after it. */
  readonly quiet: readonly [Latencies, Latencies]
}

const mean = (a: number, b: number): number => (a + b) / 2
const ratioOf = ({ quiet: [before, after], under }: Found): number => under.p99 / mean(before.p99, after.p99)

try {
  const { accounts, conversationId } = await gatherCrowd(server.origin, crowd.readers)
  await clients.ask("open", { accounts, conversationId, origin: server.origin, writers: crowd.writers })
  const people = []
  for (let n = 0; n < rounds * attacks.length + 1; n++) people.push(await register(server.origin, `mallory${n}`))
  // The first only fills the conversation.
  await attacker.ask("prepare", { origin: server.origin, accounts: people })
  let before = await quiet()
  const found: Array<Found> = []
  for (let round = 0; round < rounds; round++)
    for (const attack of attacks) {
      const under = await attacked(attack, found.length + 1)
      const after = await quiet()
      found.push({ attack, under, quiet: [before, after] })
      before = after
    }
  const of = (attack: Attack) => found.filter((one) => one.attack === attack)
  const names: Record<Attack, string> = {
    search: "searches",
    read: "reads pages",
    changes: "asks what changed",
    ranges: "asks for ranges by 10 sockets"
  }
  const row = (attack: Attack) => {
    const [all, ratios] = [of(attack), of(attack).map(ratioOf)]
    return [
      names[attack],
      median(all.map(({ quiet: [one, other] }) => mean(one.p99, other.p99))).toFixed(1),
      median(all.map(({ under }) => under.p50)).toFixed(1),
      median(all.map(({ under }) => under.p99)).toFixed(1),
      `${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)})`
    ]
  }
  const headings = [
    "one person beside the others",
    "p99 of quiet (ms)",
    "others' p50 (ms)",
    "p99 (ms)",
    "ratio of p99, median of rounds"
  ]
  console.log(markdownTable([headings, ...attacks.map(row)]))
  const { wrong } = await clients.ask("check", undefined)
  for (const what of [...wrong, server.complaints()].filter((each) => each !== "")) console.log(what)
  // Written so that NaN, of what was not measured, fails.
  if (!attacks.every((attack) => median(of(attack).map(ratioOf)) <= ratioMax) || wrong.length > 0) process.exitCode = 1
} finally {
  clients.end()
  attacker.end()
  await server.end()
}
