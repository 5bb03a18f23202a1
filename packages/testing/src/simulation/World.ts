/**
 * The parts that a whole simulated run shares: time, chance by purpose, current faults, the history, and counters that
 * prove effects.
 */
import { Effect, Scope } from "effect"
import type { HistoryEntry } from "../checker/History.ts"
import { type Dice, makeDice } from "./Dice.ts"
import { SimulatedTime } from "./SimulatedTime.ts"

// Any: only differences count.
type Entry = HistoryEntry extends infer E ? (E extends HistoryEntry ? Omit<E, "at"> : never) : never

/** Shares in [0, 1], or whether something answers at all. */
export interface Conditions {
  readonly deliveries: { lost: number; repeated: number; reordered: number; away: boolean }
  readonly ingress: { busy: number; confirmsLost: number; twice: number }
  readonly store: { away: boolean; slow: boolean; answersLost: number }
  readonly hot: { away: boolean }
}

/** Proof that the faults hit, and that something had to be repaired. */
export interface Counters {
  commands: number
  /** Events that a gateway read from the store because their envelope did not come. */
  healed: number
  /** Commands that a store had decided before. */
  repeated: number
  lostEnvelopes: number
  /** Batches of commands that a queue had confirmed. */
  lostBatches: number
  lostAnswers: number
  kills: number
  reconnects: number
}

export interface World {
  readonly time: SimulatedTime
  /** The scope of work that outlives the process that began it. */
  readonly scope: Scope.Scope
  readonly dice: (purpose: string) => Dice
  readonly conditions: Conditions
  readonly counters: Counters
  readonly history: ReadonlyArray<HistoryEntry>
  readonly record: (entry: Entry) => void
  /** A name for a socket or a call, never used twice. */
  readonly nextNumber: () => number
}

/** A few messages are lost and repeated even without a planned fault. */
const always = { lost: 0.06, twice: 0.05 } as const

export const makeWorld = (seed: number, isLogged = false): World => {
  const time = new SimulatedTime(seed, { isLogged })
  const startedAt = time.now
  const history: Array<HistoryEntry> = []
  let numbers = 0
  return {
    time,
    scope: Effect.runSync(Scope.make()),
    dice: (purpose) => makeDice(seed, purpose),
    conditions: {
      deliveries: { lost: 0, repeated: 0, reordered: 0, away: false },
      ingress: { busy: 0, confirmsLost: 0, twice: 0 },
      store: { away: false, slow: false, answersLost: 0 },
      hot: { away: false }
    },
    counters: {
      commands: 0,
      healed: 0,
      repeated: 0,
      lostEnvelopes: 0,
      lostBatches: 0,
      lostAnswers: 0,
      kills: 0,
      reconnects: 0
    },
    history,
    nextNumber: () => ++numbers,
    record: (entry) => history.push({ at: time.now - startedAt, ...entry })
  }
}

/** From here on a little goes wrong all the time. */
export const beginTrouble = ({ conditions }: World): void => {
  conditions.deliveries.lost = always.lost
  conditions.ingress.twice = always.twice
}

/** Nothing is broken any more. */
export const mendAll = ({ conditions }: World): void => {
  Object.assign(conditions.deliveries, { lost: 0, repeated: 0, reordered: 0, away: false })
  Object.assign(conditions.ingress, { busy: 0, confirmsLost: 0, twice: 0 })
  Object.assign(conditions.store, { away: false, slow: false, answersLost: 0 })
  conditions.hot.away = false
}
