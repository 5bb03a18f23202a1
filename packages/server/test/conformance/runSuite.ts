/** Runs the groups against one address and says what came of each. */
import { type Failure, type Group, type GroupReport, runGroup } from "./Case.ts"
import { goingAwayGroup } from "./cases/goingAway.ts"
import { knownDeviations } from "./deviations.ts"
import { makeStage, type StageOptions } from "./Stage.ts"
import { groups as allGroups } from "./suite.ts"

export interface SuiteOptions extends Partial<StageOptions> {
  readonly url: string
  readonly log: (line: string) => void
  readonly groups?: ReadonlyArray<Group>
  readonly deviations?: ReadonlyMap<string, string>
  /** Tells the server's process to go away, where that is ours to do: looked at last. */
  readonly leave?: () => void
  /** A part of a group's name. */
  readonly only?: string | undefined
}

export interface SuiteReport {
  readonly groups: ReadonlyArray<GroupReport>
  readonly cases: number
  readonly failed: number
  /** Known ones that were seen. */
  readonly deviations: ReadonlyArray<string>
  /** Passwords, tokens and tickets that were used. */
  readonly secrets: ReadonlySet<string>
}

export const runSuite = async (options: SuiteOptions): Promise<SuiteReport> => {
  const { deviations = knownDeviations, groups = allGroups, invite, leave, log, only = "", prefix, url } = options
  const stage = await makeStage({ url, invite, prefix })
  const reports: Array<GroupReport> = []
  const seen: Array<string> = []
  try {
    const chosen = [...groups, ...(leave === undefined ? [] : [goingAwayGroup(leave)])].filter(({ name }) =>
      name.includes(only)
    )
    for (const { cases } of chosen) for (const { begin } of cases) begin?.(stage)
    for (const group of chosen) {
      const report = setDeviationsAside(await runGroup(group, stage), deviations, seen)
      reports.push(report)
      logGroup(report, log)
    }
  } finally {
    stage.close()
  }
  for (const name of seen) log(`DEVIATION ${name}\n    ${deviations.get(name)}`)
  const cases = reports.reduce((sum, report) => sum + report.cases, 0)
  const failed = reports.reduce((sum, { failures }) => sum + failures.length, 0)
  log(`${cases} cases, ${failed} failed`)
  return { groups: reports, cases, failed, deviations: seen, secrets: stage.api.secrets }
}

/** A known deviation is no failure while it is one; a line about what does not deviate is. */
const setDeviationsAside = (
  report: GroupReport,
  deviations: ReadonlyMap<string, string>,
  seen: Array<string>
): GroupReport => {
  const nameOf = ({ case: name }: Failure) => `${report.name} / ${name}`
  const known = report.failures.filter((failure) => deviations.has(nameOf(failure))).map(nameOf)
  seen.push(...known)
  const stale = [...deviations.keys()]
    .filter((name) => name.startsWith(`${report.name} / `) && !known.includes(name))
    .map((name) => ({ case: name, why: "listed in deviations.ts, and does not deviate" }))
  return { ...report, failures: [...report.failures.filter((failure) => !deviations.has(nameOf(failure))), ...stale] }
}

const logGroup = ({ cases, failures, name, skipped, tookMs }: GroupReport, log: (line: string) => void): void => {
  const notTried = skipped.length === 0 ? "" : `, ${skipped.length} not tried`
  log(`${name}: ${cases} cases, ${failures.length} failed${notTried} (${(tookMs / 1_000).toFixed(1)} s)`)
  for (const { case: each, why } of failures) log(`  FAILED ${each}\n    ${why}`)
  for (const { case: each, why } of skipped) log(`  not tried ${each}: ${why}`)
}
