/**
 * A mutant: what is sent, by its number in the run. The same seed and number make the same one, but for ids that the
 * server gave.
 */

export interface Mutant {
  readonly n: number
  readonly text: string
  /** The call that it is a body of, or undefined. */
  readonly tag?: string
}

export interface MutantFailure {
  readonly n: number
  readonly lane: string
  readonly why: string
  readonly sent: string
}

/** Whence a worker takes its mutants, until there are none left, and whom it tells what came of each. */
export interface Feed {
  readonly next: () => Promise<Mutant | undefined>
  readonly came: (outcome: string) => void
  readonly failed: (mutant: Mutant, why: string) => void
}

export interface Lane {
  readonly name: string
  readonly workers: number
  readonly run: (feed: Feed) => Promise<void>
  readonly make: (n: number) => Mutant
}

/** A worker's way through its mutants: what one throws is that mutant's failure. */
export const eachMutant = async (
  { came, failed, next }: Feed,
  work: (mutant: Mutant) => Promise<string>
): Promise<void> => {
  for (let mutant = await next(); mutant !== undefined; mutant = await next()) {
    try {
      came(await work(mutant))
    } catch (error) {
      failed(mutant, error instanceof Error ? error.message : String(error))
    }
  }
}
