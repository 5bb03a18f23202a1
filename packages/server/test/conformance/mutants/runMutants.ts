/** Sends many mutants, each of which must be answered in a defined way, while two healthy users are served within a second. */

import { shown } from "../Mismatch.ts"
import type { Device } from "../Person.ts"
import { makeGroup, makeStage, probeHealth, type StageOptions } from "../Stage.ts"
import { bodyMutant, envelopeMutant, firstMutant, frameMutant, type Place, streamMutant } from "./bases.ts"
import { bodyLane, envelopeLane, streamLane } from "./callLanes.ts"
import { helloLane, liveLane } from "./frameLanes.ts"
import type { Lane, Mutant, MutantFailure } from "./Mutant.ts"
import { Random } from "./Random.ts"

export interface MutantOptions extends StageOptions {
  readonly mutants: number
  readonly seed: number
  /** The number of the first: with `mutants` 1 that very one is sent again. */
  readonly first?: number
  readonly log: (line: string) => void
}

export interface MutantReport {
  readonly sent: number
  /** How many, by lane and what came of it. */
  readonly outcomes: ReadonlyMap<string, number>
  readonly failures: ReadonlyArray<MutantFailure>
  readonly secrets: ReadonlySet<string>
  readonly tookMs: number
}

/** Out of 20. */
const shares = [
  ["frames", 8],
  ["first frames", 2],
  ["bodies", 6],
  ["envelopes", 2],
  ["streams", 2]
] as const
const turns = shares.flatMap(([name, share]) => new Array<string>(share).fill(name))

/** More say no more. */
const failuresMost = 20
const probeEvery = 500

export const runMutants = async ({ first = 0, log, mutants, seed, ...options }: MutantOptions): Promise<MutantReport> => {
  const since = performance.now()
  const stage = await makeStage(options)
  const { api, people } = stage
  const { former, member, newcomer, stranger } = people
  const groups = [
    await makeGroup(api, member, [former]),
    await makeGroup(api, stranger, [former]),
    await makeGroup(api, former, [])
  ] as const
  const spare = await newcomer.signInAgain()
  const tokenFor = (tag: string, n: number) => (/^(auth|device)\./.test(tag) ? spare : n % 3 === 0 ? stranger : member).token
  const place: Place = { stage, groups, tokenFor }
  const devices: ReadonlyArray<Device> = [member, former, stranger, stage.otherDevice]
  const of = (make: (place: Place, n: number, random: Random) => Mutant) => (n: number) => make(place, n, new Random(seed, n))
  const lanes: ReadonlyArray<Lane> = [
    liveLane(devices, of(frameMutant)),
    helloLane(
      api.origin,
      of((_, n, random) => firstMutant(n, random))
    ),
    bodyLane(api, of(bodyMutant), tokenFor),
    envelopeLane(api, of(envelopeMutant)),
    streamLane(api, of(streamMutant))
  ]
  const failures: Array<MutantFailure> = []
  const outcomes = new Map<string, number>()
  let sent = 0
  let probed: Promise<void> = Promise.resolve()
  const probe = () => {
    const at = sent
    probed = probed
      .then(() => probeHealth(stage))
      .catch((error: unknown) => {
        failures.push({ n: at, lane: "probe", why: error instanceof Error ? error.message : String(error), sent: "" })
      })
  }
  const numbersOf = (lane: string): (() => number | undefined) => {
    let n = first
    return () => {
      while (n < first + mutants && turns[n % turns.length] !== lane) n++
      return n < first + mutants && failures.length < failuresMost ? n++ : undefined
    }
  }
  try {
    await Promise.all(
      lanes.flatMap((lane) => {
        const numbers = numbersOf(lane.name)
        const next = () => {
          const n = numbers()
          if (n === undefined) return undefined
          if (++sent % probeEvery === 0) probe()
          if (sent % 10_000 === 0) log(`${sent} mutants, ${failures.length} failed (${Math.round((performance.now() - since) / 1_000)} s)`)
          return lane.make(n)
        }
        const failed = ({ n, tag, text }: Mutant, why: string) =>
          void failures.push({ n, lane: lane.name, why, sent: shown(tag === undefined ? text : `${tag} ${text}`) })
        const came = (outcome: string) => {
          const name = `${lane.name}: ${outcome}`
          outcomes.set(name, (outcomes.get(name) ?? 0) + 1)
        }
        return Array.from({ length: lane.workers }, () => lane.run({ next, came, failed }))
      })
    )
    probe()
    await probed
  } finally {
    stage.close()
  }
  for (const { lane, n, sent: text, why } of failures) log(`  FAILED mutant ${n} of seed ${seed} (${lane}): ${why}\n    ${text}`)
  log(`${sent} mutants of seed ${seed}, ${failures.length} failed`)
  return { sent, outcomes, failures, secrets: api.secrets, tookMs: Math.round(performance.now() - since) }
}
