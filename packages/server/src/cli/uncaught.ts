/** Handles errors that nothing catches. A server takes them, to stop in order; any other program ends at once. */
let taker: ((error: unknown) => void) | undefined
let isMet = false

/** Whether there was such an error. The process has then failed, even if a signal stopped it as well. */
export const wasUncaught = (): boolean => isMet

/** Sets the taker from now on, or none with undefined. */
export const takeUncaught = (take: ((error: unknown) => void) | undefined): void => {
  taker = take
}

/** Returns false if nobody takes it. */
export const giveUncaught = (error: unknown): boolean => {
  isMet = true
  taker?.(error)
  return taker !== undefined
}
