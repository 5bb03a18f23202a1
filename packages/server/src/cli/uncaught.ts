/** What was thrown where nothing catches it. A server takes it, to stop in order; of any other program it is the end at once. */
let taker: ((error: unknown) => void) | undefined

/** From now on; undefined: nobody does any more. */
export const takeUncaught = (take: ((error: unknown) => void) | undefined): void => {
  taker = take
}

/** False: nobody takes it. */
export const giveUncaught = (error: unknown): boolean => {
  taker?.(error)
  return taker !== undefined
}
