/** Who has to do with an actor. Most actors have one relation of a kind or none, so a set exists only for more. */

/** None, one by itself, or a set. Members are not sets themselves. */
export type Few<A> = A | Set<A> | undefined

/** Made for the first of these: most actors are watched by nobody but their parents. */
export class Relations<Cell> {
  /** Those who want to hear when this actor is gone. */
  watchers: Few<Cell> = undefined
  /** Those whose end this actor waits to hear of. */
  watching: Few<Cell> = undefined
  /** Called once this actor is gone: pending asks, and callers who wait for its end. */
  onGone: Few<() => void> = undefined
}

/** `few` with `member`. */
export const including = <A>(few: Few<A>, member: A): Few<A> => {
  if (few === undefined || few === member) return member
  return few instanceof Set ? few.add(member) : new Set([few, member])
}

/** `few` without `member`, undefined when nothing is left. */
export const excluding = <A>(few: Few<A>, member: A): Few<A> => {
  if (!(few instanceof Set)) return few === member ? undefined : few
  few.delete(member)
  return few.size === 0 ? undefined : few
}

export const includes = <A>(few: Few<A>, member: A): boolean =>
  few instanceof Set ? few.has(member) : few !== undefined && few === member

/** To loop over, though members come and go meanwhile. */
export const membersOf = <A>(few: Few<A>): Iterable<A> => (few instanceof Set ? few : few === undefined ? [] : [few])
