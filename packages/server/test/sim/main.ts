/**
 * `npm run sim -- [--seeds 1000] [--from 0] [--sabotage NAME]`: runs simulations and says what they broke.
 * `npm run sim -- --seed N [--trace]`: one of them again, exactly, with the shortest story that breaks the same rule.
 */
import { parseArgs } from "node:util"
import { checkHistory } from "@hibiki/core/testing/checker/checkHistory"
import { makePlan, type Plan } from "@hibiki/core/testing/simulation/Plan"
import { type SabotageName, sabotages } from "@hibiki/core/testing/simulation/sabotage/sabotages"
import { emptyTally, run, runSeed, shortest, tallyText } from "./runSeeds.ts"
import { storyLines } from "./story.ts"

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "100" },
    from: { type: "string", default: "0" },
    seed: { type: "string" },
    trace: { type: "boolean", default: false },
    sabotage: { type: "string" },
    help: { type: "boolean", default: false }
  }
})

const isSabotage = (name: string): name is SabotageName => name in sabotages

const planLines = ({ actions, devices, faults }: Plan): ReadonlyArray<string> => [
  `devices of users: ${devices.join(" ")}`,
  ...[
    ...actions.map(({ at, device, kind }) => ({ at, text: `device ${device}: ${kind}` })),
    ...faults.map(({ at, kind, until }) => ({ at, text: `broken until ${until} ms: ${kind}` }))
  ]
    .sort((a, b) => a.at - b.at)
    .map(({ at, text }) => `${String(at).padStart(7)} ms  ${text}`)
]

const one = (seed: number, name: SabotageName | undefined): number => {
  const options = { sabotage: name === undefined ? undefined : sabotages[name].sabotage }
  const { counters, fingerprint, history, quietAfterMs } = run(makePlan(seed), { ...options, isLogged: values.trace })
  const violations = checkHistory(history)
  console.log(`seed ${seed}: fingerprint ${fingerprint}, quiet after ${quietAfterMs ?? "(never)"} ms, ${JSON.stringify(counters)}`)
  for (const { at, rule, text } of violations) console.log(`  ${rule}${at === undefined ? "" : ` at ${at} ms`}: ${text}`)
  if (values.trace) for (const line of storyLines(history)) console.log(line)
  if (violations.length === 0) return 0
  const short = shortest(seed, options, 200)
  console.log(["", "the shortest plan found that breaks one of these rules:", ...planLines(short.plan)].join("\n"))
  for (const { rule, text } of short.violations) console.log(`  ${rule}: ${text}`)
  return 1
}

const many = (from: number, count: number, name: SabotageName | undefined): number => {
  const tally = emptyTally()
  const options = { sabotage: name === undefined ? undefined : sabotages[name].sabotage }
  const startedAt = process.cpuUsage()
  for (let seed = from; seed < from + count; seed++) {
    const violations = runSeed(tally, seed, options)
    if (violations.length > 0)
      console.log(`seed ${seed}: ${[...new Set(violations.map(({ rule }) => rule))].join(", ")}; ${violations[0]?.text}`)
    if (name !== undefined && violations.some(({ rule }) => (sabotages[name].named as ReadonlyArray<string>).includes(rule))) break
  }
  const { system, user } = process.cpuUsage(startedAt)
  console.log(`${tallyText(tally)}; ${Math.round((user + system) / 1_000 / tally.seeds)} ms of CPU each`)
  return tally.failures.length === 0 ? 0 : 1
}

const name = values.sabotage
if (values.help || (name !== undefined && !isSabotage(name))) {
  console.error("Usage: npm run sim -- [--seeds N] [--from N] [--seed N [--trace]] [--sabotage NAME]")
  console.error(`Sabotages: ${Object.keys(sabotages).join("; ")}`)
  process.exitCode = 64
} else if (values.seed !== undefined) process.exitCode = one(Number(values.seed), name)
else process.exitCode = many(Number(values.from), Number(values.seeds), name)
