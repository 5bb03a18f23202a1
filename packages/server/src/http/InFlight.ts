/** Counts the requests being answered, in all and by client address, and those whose bodies are still to come. */
import { AddressCounts } from "./AddressCounts.ts"
import { httpInFlight } from "./HttpMetrics.ts"
import type { HttpBounds } from "./HttpOptions.ts"

/** Of one request. It must `leave`, whatever became of it. */
export interface Place {
  /** Whether it is above a bound as it comes. */
  readonly room: "within" | "too_many" | "too_many_of_address"
  /** From here on others may have its place: slow senders must not take them all. `giveUp` is called when too many wait, and it the longest. */
  readonly awaitBody: (giveUp: () => void) => void
  /** Takes a place again. False: there is none. */
  readonly bodyCame: () => boolean
  readonly leave: () => void
}

export interface InFlight {
  readonly enter: (address: string) => Place
  /** Those that wait for their bodies included. */
  readonly count: () => number
}

type Bounds = Pick<HttpBounds, "bodiesMax" | "requestsMax" | "requestsPerAddressMax">

export const makeInFlight = ({ bodiesMax, requestsMax, requestsPerAddressMax }: Bounds): InFlight => {
  const ofAddress = new AddressCounts()
  /** Who has waited for longest stands first. */
  const awaiting = new Map<Place, () => void>()
  let all = 0
  const isRoom = () => all - awaiting.size <= requestsMax

  const enter = (address: string): Place => {
    const own = ofAddress.add(address)
    httpInFlight.unsafeUpdate(++all, [])
    const place: Place = {
      room: own > requestsPerAddressMax ? "too_many_of_address" : isRoom() ? "within" : "too_many",
      awaitBody: (giveUp) => {
        awaiting.set(place, giveUp)
        const [longest] = awaiting
        if (awaiting.size <= bodiesMax || longest === undefined) return
        awaiting.delete(longest[0])
        longest[1]()
      },
      bodyCame: () => awaiting.delete(place) && isRoom(),
      leave: () => {
        awaiting.delete(place)
        ofAddress.remove(address)
        httpInFlight.unsafeUpdate(--all, [])
      }
    }
    return place
  }
  return { enter, count: () => all }
}
