/**
 * Sends many mutants, each of which must be answered in a defined way, while two healthy users are served within a
 * second.
 */

import { shown } from "../Mismatch.ts"
import type { Device } from "../Person.ts"
import { makeGroup, makeStage, probeHealth, type StageOptions } from "../Stage.ts"
import { bodyMutant, envelopeMutant, firstMutant, frameMutant, type Place, streamMutant } from "./bases.ts"
import { bodyLane, envelopeLane, streamLane } from "./callLanes.ts"
import { helloLane, liveLane } from "./frameLanes.ts"
import type { Feed, Lane, Mutant, MutantFailure } from "./Mutant.ts"
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

const makeGate = () => {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open }
}

export const runMutants = async ({
  first = 0,
  log,
  mutants,
  seed,
  ...options
}: MutantOptions): Promise<MutantReport> => {
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
  const tokenFor = (tag: string, n: number) =>
    (/^(auth|device)\./.test(tag) ? spare : n % 3 === 0 ? stranger : member).token
  const place: Place = { stage, groups, tokenFor }
  const devices: ReadonlyArray<Device> = [member, former, stranger, stage.otherDevice]
  const of = (make: (place: Place, n: number, random: Random) => Mutant) => (n: number) =>
    make(place, n, new Random(seed, n))
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
  const fail = (failure: MutantFailure) => {
    failures.push(failure)
    log(`  FAILED mutant ${failure.n} of seed ${seed} (${failure.lane}): ${failure.why}\n    ${failure.sent}`)
  }
  const outcomes = new Map<string, number>()
  let sent = 0
  let underWay = 0
  /**
   * Closed when it is time for a look at the healthy users; opened after it, which begins when no mutant is under way.
   */
  let gate: { readonly opened: Promise<void>; readonly open: () => void } | undefined
  const probe = (): Promise<void> =>
    probeHealth(stage).catch((error: unknown) =>
      fail({ n: first + sent, lane: "probe", why: error instanceof Error ? error.message : String(error), sent: "" })
    )
  const count = () => {
    underWay++
    if (++sent % probeEvery === 0) gate = makeGate()
    if (sent % 10_000 === 0)
      log(`${sent} mutants, ${failures.length} failed (${Math.round((performance.now() - since) / 1_000)} s)`)
  }
  const settle = () => {
    if (--underWay > 0 || gate === undefined) return
    const { open } = gate
    void probe().then(() => {
      gate = undefined
      open()
    })
  }
  const feedOf = (lane: Lane): Feed => {
    let n = first
    const end = first + mutants
    return {
      next: async () => {
        while (gate !== undefined) await gate.opened
        while (n < end && turns[n % turns.length] !== lane.name) n++
        if (n >= end || failures.length >= failuresMost) return undefined
        count()
        return lane.make(n++)
      },
      came: (outcome) => {
        const name = `${lane.name}: ${outcome}`
        outcomes.set(name, (outcomes.get(name) ?? 0) + 1)
        settle()
      },
      failed: ({ n: number, tag, text }, why) => {
        fail({ n: number, lane: lane.name, why, sent: shown(tag === undefined ? text : `${tag} ${text}`) })
        settle()
      }
    }
  }
  const runLane = async (lane: Lane): Promise<void> => {
    const feed = feedOf(lane)
    await Promise.all(Array.from({ length: lane.workers }, () => lane.run(feed)))
  }
  try {
    await Promise.all(lanes.map(runLane))
    await probe()
  } finally {
    stage.close()
  }
  log(`${sent} mutants of seed ${seed}, ${failures.length} failed`)
  return { sent, outcomes, failures, secrets: api.secrets, tookMs: Math.round(performance.now() - since) }
}
