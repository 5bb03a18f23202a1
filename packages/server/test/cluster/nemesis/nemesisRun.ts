/**
 * Rounds of faults: new people write on a cluster that goes on from round to round, the round's faults strike, and what
 * was promised is held against what was seen.
 */
import { setTimeout as sleep } from "node:timers/promises"
import { shortestStory } from "@hibiki/testing/checker/shortestStory"
import { Random } from "../../conformance/mutants/Random.ts"
import { now } from "../../e2e/kill/recording/Recorder.ts"
import type { Fault, Scene } from "./Fault.ts"
import { type Judgement, judgeStrikes, marksOf, type Struck } from "./judge/Strike.ts"
import { Load } from "./load/Load.ts"
import { Presence } from "./load/Presence.ts"
import type { Stage } from "./Stage.ts"

export interface NemesisOptions {
  /** Each round's strikes, in their order. */
  readonly rounds: ReadonlyArray<ReadonlyArray<Fault>>
  /** Load around each strike, in ms: what the strike itself leaves of it passes in calm. */
  readonly loadMs: number
  /** Devices that are only connected. */
  readonly crowd: number
  /** Whether what is away stays away for as long as it is promised to be borne. */
  readonly isLong: boolean
  readonly seed: number
  /** A worker that ends itself at the point that it is given. */
  readonly workerProgram: () => Promise<string>
  /** How long the devices have at the end to come to rest at one place. */
  readonly settleWithinMs?: number
  /** Told of each round when it is over. */
  readonly onReport?: (report: RoundReport) => void
}

export interface RoundReport {
  /** Of its faults. */
  readonly names: string
  readonly strikes: ReadonlyArray<Judgement>
  readonly commands: number
  readonly membershipChanges: number
  readonly seconds: number
  /** Rules that were broken, as often as they were. */
  readonly violations: ReadonlyArray<string>
  /** Of each rule, the first. */
  readonly stories: ReadonlyArray<string>
  /** What must not happen in a round, and is none of the promises. */
  readonly complaints: ReadonlyArray<string>
}

/** Before the first strike, for what is ordinary. */
const calmMs = 4_000
/** At the least between two strikes, so that what came of one is not taken for the next one's. */
const restMs = 1_000
/** Enough people to sit somewhere, one in each strike that looks at presence. */
const sitters = 4

export const nemesisRun = async (stage: Stage, options: NemesisOptions): Promise<ReadonlyArray<RoundReport>> => {
  const reports: Array<RoundReport> = []
  for (const [at, faults] of options.rounds.entries()) {
    const report = await round(stage, faults, at, options).catch(failed(faults))
    reports.push(report)
    options.onReport?.(report)
  }
  return reports
}

const namesOf = (faults: ReadonlyArray<Fault>): string => [...new Set(faults.map(({ name }) => name))].join(", ")

export const missesOf = ({ complaints, strikes }: RoundReport): ReadonlyArray<string> => [
  ...strikes.flatMap(({ fault, misses, n }) => misses.map((miss) => `${fault} ${n}: ${miss}`)),
  ...complaints
]

/** A round that came to nothing. */
const failed =
  (faults: ReadonlyArray<Fault>) =>
  (error: unknown): RoundReport => ({
    names: namesOf(faults),
    strikes: [],
    commands: 0,
    membershipChanges: 0,
    seconds: 0,
    violations: [],
    stories: [],
    complaints: [error instanceof Error ? error.message : String(error)]
  })

const round = async (
  stage: Stage,
  faults: ReadonlyArray<Fault>,
  at: number,
  options: NemesisOptions
): Promise<RoundReport> => {
  const random = new Random(options.seed, at)
  const prefix = `r${options.seed}x${at}`
  const presence = await Presence.open(stage.calls.url, stage.front.url, prefix, sitters)
  let load: Load | undefined
  try {
    load = await Load.begin(stage, prefix, options.crowd)
    const scene: Omit<Scene, "strike"> = {
      stage,
      presence,
      workerProgram: options.workerProgram,
      conversations: load.conversations,
      dice: (below) => random.below(below),
      forMs: (long, short) => (options.isLong ? long : short)
    }
    const since = now()
    await sleep(calmMs)
    const struck = await strikes(scene, load, faults, options.loadMs)
    const seconds = (now() - since) / 1_000
    const { complaints, history, membershipChanges, violations } = await load.end(options.settleWithinMs)
    const rules = new Set(violations.map(({ rule }) => rule))
    return {
      names: namesOf(faults),
      strikes: judgeStrikes(struck, history),
      commands: history.entries.filter((entry) => entry._tag === "submitted").length,
      membershipChanges,
      seconds,
      violations: violations.map(({ rule }) => rule),
      stories: [...rules].flatMap((rule) => {
        const first = violations.find((one) => one.rule === rule)
        return first === undefined ? [] : [shortestStory(history, first)]
      }),
      complaints
    }
  } finally {
    load?.abandon()
    presence.close()
  }
}

const strikes = async (
  scene: Omit<Scene, "strike">,
  load: Load,
  faults: ReadonlyArray<Fault>,
  loadMs: number
): Promise<ReadonlyArray<Struck>> => {
  const done: Array<Struck> = []
  for (const { asked, name, strike } of faults) {
    const since = now()
    const n = done.filter(({ fault }) => fault === name).length + 1
    const marks = marksOf(name, n)
    load.note(marks.begins)
    const bite = await strike({ ...scene, strike: n })
    if (bite.backAt !== undefined) load.note(marks.back, bite.backAt)
    load.note(marks.over)
    done.push({ fault: name, n, asked, bite })
    await load.asBefore()
    await sleep(Math.max(restMs, loadMs - (now() - since)))
  }
  return done
}
