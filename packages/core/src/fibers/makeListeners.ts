/**
 * Who is told of what happens, in the turn in which it does and in the order in which they came. One that throws keeps
 * nobody else from it.
 */
import { Cause, Effect, type Scope } from "effect"
import { tellFault } from "./tellFault.ts"

export interface Listeners<News> {
  /** Calls it with what is told from now on, until the scope closes. The same function may listen twice. */
  readonly listen: (listener: (news: News) => void) => Effect.Effect<void, never, Scope.Scope>
  /** Tells all who listen now, also those that end meanwhile; gives what was thrown, for whoever can say so. */
  readonly tell: (news: News) => ReadonlyArray<unknown>
}

export const makeListeners = <News>(): Listeners<News> => {
  // Replaced, never changed: a listener may end while the others are told.
  let all: ReadonlyArray<{ readonly call: (news: News) => void }> = []
  return {
    listen: (call) =>
      Effect.asVoid(
        Effect.acquireRelease(
          Effect.sync(() => {
            const added = { call }
            all = [...all, added]
            return added
          }),
          (added) =>
            Effect.sync(() => {
              all = all.filter((other) => other !== added)
            })
        )
      ),
    tell: (news) => {
      const thrown: Array<unknown> = []
      for (const { call } of all) {
        try {
          call(news)
        } catch (defect) {
          thrown.push(defect)
        }
      }
      return thrown
    }
  }
}

/** Logs what listeners threw, if any did, as the fault that it is. */
export const logThrown = (sentence: string, thrown: ReadonlyArray<unknown>): Effect.Effect<void> =>
  thrown.length === 0
    ? Effect.void
    : tellFault(sentence)(thrown.map((defect) => Cause.die(defect)).reduce((all, each) => Cause.parallel(all, each)))
