/** Finds the largest of many without sorting all of them. */

export interface Leader<A> {
  readonly item: A
  readonly rank: number
}

/**
 * Puts `next` into its place in `leaders`, which begins with the largest and stays at most `limit` long. Equal ranks
 * stay in the order of their arrival.
 */
export const insertLeader = <A>(leaders: Array<Leader<A>>, next: Leader<A>, limit: number): void => {
  let at = leaders.length
  while (at > 0 && (leaders[at - 1]?.rank ?? 0) < next.rank) at--
  if (at >= limit) return
  leaders.splice(at, 0, next)
  if (leaders.length > limit) leaders.pop()
}
