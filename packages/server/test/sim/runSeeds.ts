/** Runs seeds, holds each against the checker, and counts what the faults have done. */
import { checkHistory, type Violation } from "@hibiki/testing/checker/checkHistory"
import type { RuleName } from "@hibiki/testing/checker/Violation"
import { makePlan, type Plan } from "@hibiki/testing/simulation/Plan"
import type { Sabotage } from "@hibiki/testing/simulation/Sabotage"
import { type SimulationResult, simulate } from "@hibiki/testing/simulation/Simulation"
import { shorten } from "@hibiki/testing/simulation/shorten"
import { startApi } from "./startApi.ts"

/** What a run broke: a promise, or it never came to rest when all was mended. */
export interface Broken {
  readonly rule: RuleName | "restless"
  readonly text: string
  /** Undefined for a run without rest, which is no matter of its history. */
  readonly violation: Violation | undefined
}

export interface Tally {
  seeds: number
  commands: number
  /** Seeds in which a gateway read from the store what it had missed; in which a store met a command again. */
  healed: number
  suppressed: number
  kills: number
  reconnects: number
  /** Lines of devices' lists that told of mentions in the end. */
  mentioned: number
  flagged: number
  lostEnvelopes: number
  lostBatches: number
  /** Of the last seed. */
  fingerprint: number
  readonly failures: Array<{ readonly seed: number; readonly broken: ReadonlyArray<Broken> }>
}

export const emptyTally = (): Tally => ({
  ...{ seeds: 0, commands: 0, healed: 0, suppressed: 0, kills: 0, reconnects: 0, mentioned: 0, flagged: 0 },
  ...{ lostEnvelopes: 0, lostBatches: 0, fingerprint: 0, failures: [] }
})

export interface RunOptions {
  readonly sabotage?: Sabotage | undefined
  readonly isLogged?: boolean
}

export const run = (plan: Plan, options: RunOptions = {}): SimulationResult =>
  simulate(options.sabotage?.plan?.(plan) ?? plan, { startApi, ...options })

export const brokenIn = ({ history, quiet }: SimulationResult): ReadonlyArray<Broken> => {
  const broken = checkHistory(history).map(
    (violation): Broken => ({ rule: violation.rule, text: violation.text, violation })
  )
  if ("afterMs" in quiet) return broken
  return [...broken, ...quiet.unrest.map((text): Broken => ({ rule: "restless", text, violation: undefined }))]
}

/** Adds one seed to the tally. */
export const runSeed = (tally: Tally, seed: number, options: RunOptions = {}): ReadonlyArray<Broken> => {
  const result = run(makePlan(seed), options)
  const { counters, fingerprint, history } = result
  const broken = brokenIn(result)
  tally.seeds++
  tally.fingerprint = fingerprint
  tally.commands += counters.commands
  tally.kills += counters.kills
  tally.reconnects += counters.reconnects
  tally.mentioned += history.views.filter(({ mentions }) => mentions.fresh > 0).length
  tally.flagged += history.views.filter(({ flags }) => flags.fresh.length > 0).length
  tally.lostEnvelopes += counters.lostEnvelopes
  tally.lostBatches += counters.lostBatches
  if (counters.healed > 0) tally.healed++
  if (counters.repeated > 0) tally.suppressed++
  if (broken.length > 0) tally.failures.push({ seed, broken })
  return broken
}

export const tallyText = (tally: Tally): string => {
  const share = (count: number) => `${((100 * count) / Math.max(1, tally.seeds)).toFixed(1)} %`
  return [
    `${tally.seeds} seeds, ${tally.failures.length} with a violation`,
    `${share(tally.healed)} healed a hole, ${share(tally.suppressed)} suppressed a duplicate`,
    `${tally.commands} commands, ${tally.lostEnvelopes} envelopes and ${tally.lostBatches} batches lost, ${tally.kills} processes killed, ${tally.reconnects} sockets opened, ${tally.mentioned} lines with mentions and ${tally.flagged} with flags`
  ].join("; ")
}

/** The shortest plan found that breaks the rule that `plan` breaks first. */
export const shortestOf = (plan: Plan, options: RunOptions, triesMax: number): Plan => {
  const broken = (candidate: Plan) => brokenIn(run(candidate, options))
  const [first] = broken(plan)
  return shorten(plan, (candidate) => broken(candidate).some(({ rule }) => rule === first?.rule), triesMax)
}
