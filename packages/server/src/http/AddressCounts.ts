/** How much each client address holds, under the key by which all limits of an address go. */
import { addressKey } from "@hibiki/core/accounts/AccountNetworks"

export class AddressCounts {
  readonly #held = new Map<string, number>()

  of(address: string): number {
    return this.#held.get(addressKey(address)) ?? 0
  }
  /** Says how many it holds now. */
  add(address: string): number {
    const key = addressKey(address)
    const held = (this.#held.get(key) ?? 0) + 1
    this.#held.set(key, held)
    return held
  }
  remove(address: string): void {
    const key = addressKey(address)
    const left = (this.#held.get(key) ?? 0) - 1
    if (left > 0) this.#held.set(key, left)
    else this.#held.delete(key)
  }
}
