/** The networks from which accounts were in use, in memory. */

import type { UserId } from "@hibiki/core/domain/Ids"
import { KnownNetworks, knownNetworkDays, knownNetworksMax } from "@hibiki/core/ports/KnownNetworks"
import { Clock, Effect, Layer } from "effect"

const dayMs = 86_400_000

export const KnownNetworksMemory = Layer.sync(KnownNetworks, () => {
  /** By account, the time of each record; the latest comes last. */
  const noted = new Map<UserId, Map<string, number>>()
  return KnownNetworks.of({
    isKnown: (userId, mark) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        const at = noted.get(userId)?.get(mark)
        return at !== undefined && at > now - knownNetworkDays * dayMs
      }),
    note: (userId, mark) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        const networks = noted.get(userId) ?? new Map<string, number>()
        if ((networks.get(mark) ?? Number.NEGATIVE_INFINITY) > now - dayMs) return
        networks.delete(mark)
        networks.set(mark, now)
        for (const oldest of networks.keys()) if (networks.size > knownNetworksMax) networks.delete(oldest)
        noted.set(userId, networks)
      })
  })
})
