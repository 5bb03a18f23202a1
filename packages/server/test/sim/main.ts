/**
 * `npm run sim -- [--seeds 1000] [--from 0] [--sabotage NAME|all] [--json]`: runs simulations and says what they broke.
 * `npm run sim -- --seed N [--trace]`: one of them again, exactly, with the shortest story that breaks the same rule.
 */
import { shortestStory } from "@hibiki/testing/checker/shortestStory"
import { makePlan, type Plan } from "@hibiki/testing/simulation/Plan"
import { type SabotageName, sabotages } from "@hibiki/testing/simulation/sabotage/sabotages"
import { commandLine, countOf, refuse } from "../../bench/kit/commandLine.ts"
import { type Broken, brokenIn, emptyTally, run, runSeed, shortestOf, type Tally, tallyText } from "./runSeeds.ts"
import { storyLines } from "./story.ts"

const usage = [
  "Usage: npm run sim -- [--seeds N] [--from N] [--seed N [--trace]] [--sabotage NAME|all] [--json]",
  `Sabotages: ${Object.keys(sabotages).join("; ")}`
].join("\n")
const { values } = commandLine(usage, {
  seeds: { type: "string", default: "100" },
  from: { type: "string", default: "0" },
  seed: { type: "string" },
  trace: { type: "boolean", default: false },
  sabotage: { type: "string" },
  json: { type: "boolean", default: false }
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

/** What `--json` prints last. */
export type Report = Tally & { readonly cpuMs: number }

const one = (seed: number, name: SabotageName | undefined): number => {
  const options = { sabotage: name === undefined ? undefined : sabotages[name].sabotage }
  const plan = makePlan(seed)
  const result = run(plan, { ...options, isLogged: values.trace })
  const broken = brokenIn(result)
  const { counters, fingerprint, history, quiet } = result
  console.log(
    `seed ${seed}: fingerprint ${fingerprint}, ${"afterMs" in quiet ? `quiet after ${quiet.afterMs} ms` : "never quiet"}, ${JSON.stringify(counters)}`
  )
  for (const { rule, text } of broken) console.log(`  ${rule}: ${text}`)
  if (values.trace) for (const line of storyLines(history)) console.log(line)
  if (broken.length === 0) return 0
  const short = shortestOf(plan, options, shorterTries)
  const shortResult = run(short, options)
  const first = brokenIn(shortResult).find(({ rule }) => rule === broken[0]?.rule)
  console.log(["", "the shortest plan found that breaks the first of these rules:", ...planLines(short), ""].join("\n"))
  if (first?.violation !== undefined) console.log(shortestStory(shortResult.history, first.violation))
  return 1
}

/** Runs of ever shorter plans; each takes a good tenth of a second at most. */
const shorterTries = 300

const many = (from: number, count: number, name: SabotageName | undefined): number => {
  const tally = emptyTally()
  const options = { sabotage: name === undefined ? undefined : sabotages[name].sabotage }
  const startedAt = process.cpuUsage()
  for (let seed = from; seed < from + count; seed++) {
    const broken = runSeed(tally, seed, options)
    if (broken.length > 0)
      console.log(`seed ${seed}: ${[...new Set(broken.map(({ rule }) => rule))].join(", ")}; ${broken[0]?.text}`)
    if (name !== undefined && isNamed(name, broken)) break
  }
  const { system, user } = process.cpuUsage(startedAt)
  const cpuMs = (user + system) / 1_000
  if (values.json) console.log(JSON.stringify({ ...tally, cpuMs } satisfies Report))
  else console.log(`${tallyText(tally)}; ${Math.round(cpuMs / tally.seeds)} ms of CPU each`)
  return tally.failures.length === 0 ? 0 : 1
}

const isNamed = (name: SabotageName, broken: ReadonlyArray<Broken>): boolean => {
  const named: ReadonlyArray<string> = sabotages[name].named
  return broken.some(({ rule }) => named.includes(rule))
}

/** Each sabotage until a rule names it that is meant to; fails when one is not named. */
const everySabotage = (from: number, count: number): number => {
  const names = Object.keys(sabotages).filter(isSabotage)
  const seeds = Array.from({ length: count }, (_, at) => from + at)
  const found = names.map((name) => {
    const seed = seeds.find((seed) => isNamed(name, runSeed(emptyTally(), seed, sabotages[name])))
    console.log(`${name}: ${seed === undefined ? "not named" : `named at seed ${seed}`}`)
    return seed
  })
  return found.includes(undefined) ? 1 : 0
}

const main = (): number => {
  const { sabotage: name } = values
  const [from, seeds] = [countOf(usage, "from", values.from, 0), countOf(usage, "seeds", values.seeds)]
  if (name === "all") return everySabotage(from, seeds)
  if (name !== undefined && !isSabotage(name)) return refuse(usage, `There is no sabotage "${name}".`)
  return values.seed === undefined ? many(from, seeds, name) : one(countOf(usage, "seed", values.seed, 0), name)
}

process.exitCode = main()
