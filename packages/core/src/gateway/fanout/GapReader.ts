/** Reads the events that a gateway missed in a log, once for all its sockets, and fans them out in order. */
import { Cause, Effect, Metric, Random } from "effect"
import { makeStart, whileWork } from "../../fibers/Background.ts"
import { makeOutageLog } from "../../fibers/logging.ts"
import { counter } from "../../metrics/declareMetric.ts"
import { Conversations } from "../../ports/Conversations.ts"
import { EventStore } from "../../ports/EventStore.ts"
import type { Fanout } from "./Fanout.ts"
import { canRead } from "./FanoutPlace.ts"
import type { Place } from "./Recipient.ts"

const gapsRead = counter("hibiki_gateway_holes_total", {
  unit: "ranges of events",
  description: "Read from the log because an envelope was missing."
})

/** How many gaps are read at once; the others wait. */
const readersMax = 16

/**
 * Returns a function that repairs a place in the background; it clears `place.reading` once every known event is fanned
 * out. If more than `mostEvents` are missing, the place jumps.
 */
export const makeGapReader = (fanout: () => Fanout, mostEvents: number) =>
  Effect.gen(function* () {
    const store = yield* EventStore
    const conversations = yield* Conversations
    const readers = yield* Effect.makeSemaphore(readersMax)
    const start = yield* makeStart
    const away = makeOutageLog("A range could not be read; trying again", "Ranges can be read again")

    const readOnce = Effect.fnUntraced(function* (place: Place) {
      yield* Metric.increment(gapsRead)
      place.heard = false
      const range = yield* store.after(place.log, place.fannedOut, mostEvents)
      if (!canRead(place, range.first, range.head, mostEvents)) yield* jump(place, range.head)
      else if (range.events.length > 0) fanout().deliver(place, range.events)
      // Announced, but not in the store: the store is right, except for events announced during the query.
      else if (!place.heard) place.highest = place.fannedOut
    })

    const jump = Effect.fnUntraced(function* (place: Place, least: number) {
      const asked = new Set(place.members.keys())
      const memberships = yield* conversations.membersAmong(place.log, [...asked])
      const head = memberships.reduce((most, membership) => Math.max(most, membership.head), least)
      // A user entered in the meantime, as of a lower head, may have been removed below this one: read again, with
      // everyone.
      const isUnknown = [...place.members].some(([userId, { asOf }]) => asOf < head && !asked.has(userId))
      if (!isUnknown) fanout().jump(place, head, memberships)
    })

    const mend = (place: Place) =>
      whileWork({
        hasWork: () => place.highest > place.fannedOut && fanout().places.get(place.log) === place,
        body: () =>
          readers
            .withPermits(1)(readOnce(place))
            .pipe(
              Effect.zipRight(away.over),
              Effect.catchAllCause((cause) => Effect.zipRight(away.met(Cause.squash(cause)), pause)),
              Effect.zipRight(Effect.sync(() => fanout().flush()))
            ),
        rest: () => {
          place.reading = false
        },
        failed: "A range could not be read; trying again"
      })

    return (place: Place): void => {
      start(mend(place))
    }
  })

/** Between tries, so that not all gateways call a store at the moment it becomes reachable. */
const pause = Effect.flatMap(Random.nextIntBetween(100, 1_000), (ms) => Effect.sleep(ms))
