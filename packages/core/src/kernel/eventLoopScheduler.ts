/**
 * A scheduler that goes through the event loop each time, so that whoever runs on it lets sockets and timers have their
 * turn.
 */
import { Scheduler } from "effect"

// Node's way to run right after the sockets that are readable now; absent elsewhere, and no part of the language.
declare const setImmediate: ((run: () => void) => unknown) | undefined

export const eventLoopScheduler: Scheduler.Scheduler =
  typeof setImmediate === "function"
    ? Scheduler.makeBatched((run) => void setImmediate(run))
    : // Effect's own scheduler with no microtask allowed before a timer of 0 ms.
      new Scheduler.MixedScheduler(0)
