/**
 * What was thrown where nothing catches it. A server takes it, to stop in order; of any other program it is the end at
 * once.
 */
let taker: ((error: unknown) => void) | undefined
let isMet = false

/** Whether anything was thrown so: then the process has failed, whatever it was told to do besides. */
export const wasUncaught = (): boolean => isMet

/** From now on; undefined: nobody does any more. */
export const takeUncaught = (take: ((error: unknown) => void) | undefined): void => {
  taker = take
}

/** False: nobody takes it. */
export const giveUncaught = (error: unknown): boolean => {
  isMet = true
  taker?.(error)
  return taker !== undefined
}
