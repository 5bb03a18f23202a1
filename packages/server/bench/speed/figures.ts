/** What one run of a scenario found of one subject. */
import type { SubjectName } from "./subjects/Subject.ts"

export type ScenarioName =
  | "room"
  | "room-half"
  | "pairs"
  | "pairs-both"
  | "pairs-several"
  | "pairs-steady"
  | "pairs-beyond"
  | "pairs-beyond-several"
  | "idle"
  | "storm"
  | "back"
  | "grace"
  | "start"
  | "recovery"

/** By name; the unit stands in the name. NaN: not measured. */
export type Figures = Readonly<Record<string, number>>

/** What the machine did meanwhile beside the bench, in cores; NaN: not measured. */
export interface Outside {
  /** What other processes took. */
  readonly others: number
  /** What the host of a virtual machine gave to somebody else while a process here wanted to run. */
  readonly stolen: number
  /** What part of the time the machine was slow by itself (`watchSpeed`), between 0 and 1. */
  readonly slow: number
  /**
   * What part of the time a write to the disk was answered late (`openDiskWatch`), between 0 and 1: by what others
   * asked of it, or by itself.
   */
  readonly diskLate: number
}

export const outsideUnknown: Outside = {
  others: Number.NaN,
  stolen: Number.NaN,
  slow: Number.NaN,
  diskLate: Number.NaN
}

export interface Run {
  readonly round: number
  readonly scenario: ScenarioName
  readonly subject: SubjectName
  readonly figures: Figures
  readonly outside: Outside
}
