/** Counts the requests being answered, in all and by client address. */
import { httpInFlight } from "./HttpMetrics.ts"

export interface InFlight {
  /** Counts one more. Says whether it is above a bound; it must `leave` all the same. */
  readonly enter: (address: string) => "within" | "too_many" | "too_many_of_address"
  readonly leave: (address: string) => void
  readonly count: () => number
}

export const makeInFlight = (most: number, mostOfAddress: number): InFlight => {
  const ofAddress = new Map<string, number>()
  let all = 0
  return {
    enter: (address) => {
      const own = (ofAddress.get(address) ?? 0) + 1
      ofAddress.set(address, own)
      httpInFlight.unsafeUpdate(++all, [])
      if (own > mostOfAddress) return "too_many_of_address"
      return all > most ? "too_many" : "within"
    },
    leave: (address) => {
      const own = (ofAddress.get(address) ?? 0) - 1
      if (own > 0) ofAddress.set(address, own)
      else ofAddress.delete(address)
      httpInFlight.unsafeUpdate(--all, [])
    },
    count: () => all
  }
}
