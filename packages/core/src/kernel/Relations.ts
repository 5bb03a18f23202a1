/** Who has to do with an actor. Most actors have few relations or none, so each set exists only while it has members. */

export class Relations<Cell> {
  children: Set<Cell> | undefined = undefined
  /** Those who want to know when this actor is gone. */
  watchers: Set<Cell> | undefined = undefined
  /** Those whose end this actor waits to hear of. */
  watching: Set<Cell> | undefined = undefined
  /** Called once this actor is gone: pending asks, and callers who wait for its end. */
  onGone: Set<() => void> | undefined = undefined
}

/** What came of the failures of an actor. */
export interface Faults {
  restarts: number
  /** Times of the restarts in the window, oldest first. */
  recent: ReadonlyArray<number>
  last: { readonly atMs: number; readonly message: string } | undefined
}
