/** What one run of a scenario found of one subject. */
import type { SubjectName } from "./subjects/Subject.ts"

export type ScenarioName =
  | "room"
  | "room-half"
  | "pairs"
  | "pairs-both"
  | "pairs-steady"
  | "pairs-beyond"
  | "idle"
  | "storm"
  | "back"
  | "start"
  | "recovery"

/** By name; the unit stands in the name. NaN: not measured. */
export type Figures = Readonly<Record<string, number>>

export interface Run {
  readonly round: number
  readonly scenario: ScenarioName
  readonly subject: SubjectName
  readonly figures: Figures
  /** CPU time of processes that were no part of the bench, as a share of one core. */
  readonly others: number
}
