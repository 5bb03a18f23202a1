/** The test's clock on a machine whose wall clock can be set, while what waits and what measures go on as before. */
import { Clock, Effect } from "effect"

/** Of its beginnings one that ids can be made of. */
export const ofIds = 1_700_000_000_000

export const makeWallClock = (beginning = 0) =>
  Effect.map(Effect.clock, (test) => {
    let shiftMs = beginning
    const millis = () => test.unsafeCurrentTimeMillis() + shiftMs
    const clock: Clock.Clock = {
      [Clock.ClockTypeId]: Clock.ClockTypeId,
      unsafeCurrentTimeMillis: millis,
      currentTimeMillis: Effect.sync(millis),
      unsafeCurrentTimeNanos: () => test.unsafeCurrentTimeNanos(),
      currentTimeNanos: test.currentTimeNanos,
      sleep: (duration) => test.sleep(duration)
    }
    const set = (byMs: number): void => {
      shiftMs += byMs
    }
    return { clock, millis, set }
  })
