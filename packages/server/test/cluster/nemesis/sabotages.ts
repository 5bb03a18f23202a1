/**
 * Shorter ways in the database of a run, to see that the run notices. No setting of the product leads to them: they are
 * other functions in place of its own.
 */
import { loads } from "../../live/appendMutants.ts"

export const sabotages = {
  /** A post that comes again is stored again. */
  dedupe: ["drop index events_ids", loads.withoutLookUp]
} as const

export type Sabotage = keyof typeof sabotages
export const isSabotage = (name: string): name is Sabotage => name in sabotages
