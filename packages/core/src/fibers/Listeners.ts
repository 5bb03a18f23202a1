/**
 * Listeners for an event, called in the turn in which it happens, in the order of their registration. An exception of
 * one does not keep the event from the others.
 */
import { Cause, Effect, type Scope } from "effect"
import { logFault } from "./logging.ts"

export interface Listeners<News> {
  /** Calls it with each event from now on, until the scope closes. The same function may listen twice. */
  readonly listen: (listener: (news: News) => void) => Effect.Effect<void, never, Scope.Scope>
  /**
   * Calls all present listeners, even those that end in the meantime; returns their exceptions, for the caller to log.
   */
  readonly tell: (news: News) => ReadonlyArray<unknown>
}

export const makeListeners = <News>(): Listeners<News> => {
  // Replaced, never changed: a listener may end while the others are called.
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

/** Logs the listeners' exceptions, if there are any, as a fault. */
export const logThrown = (sentence: string, thrown: ReadonlyArray<unknown>): Effect.Effect<void> =>
  thrown.length === 0
    ? Effect.void
    : logFault(sentence)(thrown.map((defect) => Cause.die(defect)).reduce((all, each) => Cause.parallel(all, each)))
