/**
 * A case of the suite: a name and a run that throws what was wrong. Groups of them run one after another and are
 * counted.
 */
import { Mismatch, Skipped } from "./Mismatch.ts"
import type { Stage } from "./Stage.ts"

export interface Case {
  readonly name: string
  readonly run: (stage: Stage) => Promise<void>
  /** Called at the beginning of the suite, which does not wait for it. */
  readonly begin?: (stage: Stage) => void
}

/** Something that the protocol names and nobody outside can bring about, with the reason. */
export interface Unprovoked {
  readonly unprovoked: string
}

export type Entry = ReadonlyArray<Case> | Unprovoked

export const isUnprovoked = (entry: object): entry is Unprovoked => "unprovoked" in entry

export interface Group {
  readonly name: string
  readonly cases: ReadonlyArray<Case>
}

export interface Failure {
  readonly case: string
  readonly why: string
}

export interface GroupReport {
  readonly name: string
  readonly cases: number
  readonly skipped: ReadonlyArray<Failure>
  readonly failures: ReadonlyArray<Failure>
  readonly tookMs: number
}

export const runGroup = async (group: Group, stage: Stage): Promise<GroupReport> => {
  const since = performance.now()
  const failures: Array<Failure> = []
  const skipped: Array<Failure> = []
  for (const each of group.cases) {
    try {
      await each.run(stage)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      const found = { case: each.name, why }
      if (error instanceof Skipped) skipped.push(found)
      else failures.push(found)
    }
  }
  return {
    name: group.name,
    cases: group.cases.length,
    skipped,
    failures,
    tookMs: Math.round(performance.now() - since)
  }
}

/** A case that mostly waits: it begins with the suite, and is looked at in its turn. */
export const begunEarly = ({ name, run }: Case): Case => {
  const begun = new WeakMap<Stage, Promise<unknown>>()
  const start = (stage: Stage): Promise<unknown> =>
    run(stage).then(
      () => undefined,
      (error: unknown) => error
    )
  return {
    name,
    begin: (stage) => void begun.set(stage, start(stage)),
    run: async (stage) => {
      const error = await (begun.get(stage) ?? start(stage))
      if (error !== undefined) throw error
    }
  }
}

/**
 * The cases of a table, one failing case for each name that the table lacks, and none for what can't be provoked.
 * `names` come from another place than the table's type: the vectors, the schemas, the codes.
 */
export const casesOf = (
  what: string,
  names: Iterable<string>,
  table: Readonly<Record<string, Entry>>
): ReadonlyArray<Case> => {
  const known = new Map(Object.entries(table))
  return [...new Set(names)].flatMap((name): ReadonlyArray<Case> => {
    const entry = known.get(name)
    if (entry === undefined) return [missing(what, name)]
    if (isUnprovoked(entry)) return entry.unprovoked === "" ? [missing(what, name)] : []
    return entry.length === 0
      ? [missing(what, name)]
      : entry.map((each) => ({ ...each, name: `${name}: ${each.name}` }))
  })
}

const missing = (what: string, name: string): Case => ({
  name: `${name}: has a case`,
  run: () => Promise.reject(new Mismatch(`the table of ${what}`, `a case of ${name}`, "none"))
})
