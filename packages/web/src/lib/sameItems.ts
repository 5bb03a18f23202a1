/** Whether two lists have the same items in the same order. */
export const sameItems = <A>(a: ReadonlyArray<A>, b: ReadonlyArray<A>): boolean =>
  a.length === b.length && a.every((item, at) => item === b[at])
