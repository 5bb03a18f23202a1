/** What the runs say together: every figure of every subject, and Hibiki's against what is to be reached. */
import { markdownTable, median } from "../../../core/bench/report.ts"
import type { Outside, Run, ScenarioName } from "./figures.ts"
import type { SubjectName } from "./subjects/Subject.ts"
import { type Target, targets } from "./targets.ts"

export interface Report {
  readonly cores: number
  readonly node: string
  readonly rounds: number
  /** What part of the time the disk was late with nothing else to do, before the first round, between 0 and 1. */
  readonly diskLateAtRest: number
  readonly runs: ReadonlyArray<Run>
}

const shown = (value: number): string => {
  if (!Number.isFinite(value)) return "-"
  if (value >= 1_000) return Math.round(value).toLocaleString("en")
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)
}

const spread = (values: ReadonlyArray<number>): string =>
  values.length < 2
    ? shown(median(values))
    : `${shown(median(values))} (${shown(Math.min(...values))} to ${shown(Math.max(...values))})`

const valuesOf = (
  runs: ReadonlyArray<Run>,
  scenario: ScenarioName,
  subject: SubjectName,
  figure: string
): ReadonlyMap<number, number> =>
  new Map(
    runs.flatMap((run) => {
      const value = run.figures[figure]
      return run.scenario === scenario && run.subject === subject && value !== undefined
        ? [[run.round, value] as const]
        : []
    })
  )

/** Of each round: Hibiki's figure, or its ratio to the reference's. */
const measuredFor = (
  runs: ReadonlyArray<Run>,
  { against, figure, of = "hibiki", scenario }: Target
): ReadonlyArray<number> => {
  const ours = valuesOf(runs, scenario, of, figure)
  if (against === undefined) return [...ours.values()]
  const theirs = valuesOf(runs, scenario, against, figure)
  return [...ours].flatMap(([round, value]) => {
    const reference = theirs.get(round)
    return reference === undefined ? [] : [value / reference]
  })
}

const verdictOf = (
  { better, by, floor, target }: Target,
  values: ReadonlyArray<number>
): "reached" | "floor" | "MISSED" => {
  const value = by === "worst" ? (better === "less" ? Math.max(...values) : Math.min(...values)) : median(values)
  const holds = (bound: number) => (better === "less" ? value <= bound : value >= bound)
  return holds(target) ? "reached" : holds(floor) ? "floor" : "MISSED"
}

const sign = { less: "at most", more: "at least" } as const

export const targetTable = ({ runs }: Report): string => {
  const rows = targets.flatMap((target) => {
    const values = measuredFor(runs, target)
    if (values.length === 0) return []
    const unit = target.against === undefined ? "" : ` x ${target.against}`
    return [
      [
        target.what,
        `${spread(values)}${unit}`,
        `${sign[target.better]} ${shown(target.target)}${unit}`,
        verdictOf(target, values)
      ]
    ]
  })
  return markdownTable([["measure", "median (spread)", "target", ""], ...rows])
}

export const figureTable = ({ runs }: Report): string => {
  const keys = new Map(
    runs.flatMap(({ figures, scenario, subject }) =>
      Object.keys(figures).map((figure) => [`${scenario}/${figure}/${subject}`, { scenario, figure, subject }] as const)
    )
  )
  const rows = [...keys.values()]
    .sort(
      (a, b) =>
        runs.findIndex((run) => run.scenario === a.scenario) - runs.findIndex((run) => run.scenario === b.scenario)
    )
    .map(({ figure, scenario, subject }) => [
      scenario,
      subject,
      figure,
      spread([...valuesOf(runs, scenario, subject, figure).values()])
    ])
  return markdownTable([["scenario", "subject", "figure", "median (spread)"], ...rows])
}

/** A figure of one process of a subject, or of a part of the time. */
const isDetail = (figure: string) => figure.includes(",") || figure.endsWith(" at speed")

/** The median of each figure that is no detail, with a column for each subject. */
export const overviewTable = ({ runs }: Report): string => {
  const subjects = [...new Set(runs.map(({ subject }) => subject))]
  const scenarios = [...new Set(runs.map(({ scenario }) => scenario))]
  const rows = scenarios.flatMap((scenario) => {
    const ofScenario = runs.filter((run) => run.scenario === scenario)
    const figures = new Set(ofScenario.flatMap((run) => Object.keys(run.figures)))
    return [...figures]
      .filter((figure) => !isDetail(figure))
      .map((figure) => [
        scenario,
        figure,
        ...subjects.map((subject) => {
          const values = [...valuesOf(runs, scenario, subject, figure).values()]
          return values.length === 0 ? "" : shown(median(values))
        })
      ])
  })
  return markdownTable([["scenario", "median", ...subjects], ...rows])
}

/**
 * The most that was taken from any run, in cores, and the longest that the machine was slow, or its disk late, in any.
 */
export const outsideAtMost = ({ runs }: Report): Outside => {
  const most = (of: (outside: Outside) => number) =>
    Math.max(0, ...runs.map(({ outside }) => of(outside)).filter(Number.isFinite))
  return {
    others: most(({ others }) => others),
    stolen: most(({ stolen }) => stolen),
    slow: most(({ slow }) => slow),
    diskLate: most(({ diskLate }) => diskLate)
  }
}

/**
 * Two reports side by side: by how much each of Hibiki's figures, against the reference where there is one, has
 * changed.
 */
export const comparison = (before: Report, after: Report): string => {
  const rows = targets.flatMap((target) => {
    const [old, now] = [median(measuredFor(before.runs, target)), median(measuredFor(after.runs, target))]
    return Number.isNaN(old) || Number.isNaN(now)
      ? []
      : [[target.what, shown(old), shown(now), `${(100 * (now / old - 1)).toFixed(0)} %`]]
  })
  return markdownTable([["measure", "before", "after", ""], ...rows])
}
