/** Runs many seeds, checks each, and counts what the faults have done. */
import { checkHistory, type Violation } from "@hibiki/core/testing/checker/checkHistory"
import { makePlan, type Plan } from "@hibiki/core/testing/simulation/Plan"
import type { Sabotage } from "@hibiki/core/testing/simulation/Sabotage"
import { type SimulationResult, simulate } from "@hibiki/core/testing/simulation/Simulation"
import { shorten } from "@hibiki/core/testing/simulation/shorten"
import { startApi } from "./startApi.ts"

export interface Failure {
  readonly seed: number
  readonly violations: ReadonlyArray<Violation>
}

export interface Tally {
  seeds: number
  commands: number
  /** Seeds in which a gateway read from the store what it had missed; in which a store met a command again. */
  healed: number
  suppressed: number
  kills: number
  reconnects: number
  lostEnvelopes: number
  readonly failures: Array<Failure>
}

export const emptyTally = (): Tally => ({
  ...{ seeds: 0, commands: 0, healed: 0, suppressed: 0, kills: 0, reconnects: 0, lostEnvelopes: 0 },
  failures: []
})

export interface RunOptions {
  readonly sabotage?: Sabotage | undefined
  readonly isLogged?: boolean
}

export const run = (plan: Plan, options: RunOptions = {}): SimulationResult => simulate(plan, { startApi, ...options })

/** Adds one seed to the tally. */
export const runSeed = (tally: Tally, seed: number, options: RunOptions = {}): ReadonlyArray<Violation> => {
  const { counters, history } = run(makePlan(seed), options)
  const violations = checkHistory(history)
  tally.seeds++
  tally.commands += counters.commands
  tally.kills += counters.kills
  tally.reconnects += counters.reconnects
  tally.lostEnvelopes += counters.lostEnvelopes
  if (counters.healed > 0) tally.healed++
  if (counters.repeated > 0) tally.suppressed++
  if (violations.length > 0) tally.failures.push({ seed, violations })
  return violations
}

export const addTally = (sum: Tally, part: Tally): void => {
  for (const key of ["seeds", "commands", "healed", "suppressed", "kills", "reconnects", "lostEnvelopes"] as const) sum[key] += part[key]
  sum.failures.push(...part.failures)
}

export const tallyText = (tally: Tally): string => {
  const share = (count: number) => `${((100 * count) / Math.max(1, tally.seeds)).toFixed(1)} %`
  return [
    `${tally.seeds} seeds, ${tally.failures.length} with a violation`,
    `${share(tally.healed)} healed a hole, ${share(tally.suppressed)} suppressed a duplicate`,
    `${tally.commands} commands, ${tally.lostEnvelopes} envelopes lost, ${tally.kills} processes killed, ${tally.reconnects} sockets opened`
  ].join("; ")
}

/** The shortest plan found that breaks the same rule first. */
export const shortest = (
  seed: number,
  options: RunOptions,
  triesMax: number
): { readonly plan: Plan; readonly violations: ReadonlyArray<Violation> } => {
  const whole = makePlan(seed)
  const [first] = checkHistory(run(whole, options).history)
  const plan = shorten(
    whole,
    (candidate) => checkHistory(run(candidate, options).history).some(({ rule }) => rule === first?.rule),
    triesMax
  )
  return { plan, violations: checkHistory(run(plan, options).history) }
}
