/** Who has to do with an actor. Most actors have few relations or none, so each set exists only while it has members. */

export class Relations<Cell> {
  children: Set<Cell> | undefined = undefined
  /** Those who want to hear when this actor is gone. */
  watchers: Set<Cell> | undefined = undefined
  /** Those whose end this actor waits to hear of. */
  watching: Set<Cell> | undefined = undefined
  /** Called once this actor is gone: pending asks, and callers who wait for its end. */
  onGone: Set<() => void> | undefined = undefined
}

/** `set` with `member`, made when there is none. */
export const including = <A>(set: Set<A> | undefined, member: A): Set<A> => (set ?? new Set<A>()).add(member)

/** `set` without `member`, undefined when nothing is left. */
export const excluding = <A>(set: Set<A> | undefined, member: A): Set<A> | undefined => {
  set?.delete(member)
  return set?.size === 0 ? undefined : set
}
