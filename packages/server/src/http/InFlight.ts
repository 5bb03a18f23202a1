/** Counts the requests being answered, in all and by client address. */
import { AddressCounts } from "./AddressCounts.ts"
import { httpInFlight } from "./HttpMetrics.ts"

export interface InFlight {
  /** Counts one more. Says whether it is above a bound; it must `leave` all the same. */
  readonly enter: (address: string) => "within" | "too_many" | "too_many_of_address"
  readonly leave: (address: string) => void
  readonly count: () => number
}

export const makeInFlight = (most: number, mostOfAddress: number): InFlight => {
  const ofAddress = new AddressCounts()
  let all = 0
  return {
    enter: (address) => {
      const own = ofAddress.add(address)
      httpInFlight.unsafeUpdate(++all, [])
      if (own > mostOfAddress) return "too_many_of_address"
      return all > most ? "too_many" : "within"
    },
    leave: (address) => {
      ofAddress.remove(address)
      httpInFlight.unsafeUpdate(--all, [])
    },
    count: () => all
  }
}
