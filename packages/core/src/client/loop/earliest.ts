/** Times of which some may not be given. */

/** The earliest of the times that are given. */
export const earliest = (...times: ReadonlyArray<number | undefined>): number | undefined => {
  let first: number | undefined
  for (const time of times) if (time !== undefined && (first === undefined || time < first)) first = time
  return first
}
