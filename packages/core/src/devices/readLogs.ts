/** Reading logs for a user's sockets: one step of them at a time, whichever of them asks, so that many sockets of one person take the store no more than one. */
import { Effect } from "effect"
import { charge, fullBucket, spend } from "../domain/TokenBucket.ts"
import type { SliceRequest, StoreUnavailable } from "../messages/EventStore.ts"
import type { DeviceSelf } from "./DeviceState.ts"
import type { GatewayPorts } from "./GatewayPorts.ts"
import type { SlicedRuns } from "./SlicedRuns.ts"

/**
 * UTF-8 bytes of the texts of one step, and one event more of each of its logs: a store that answers one question at a time (PGlite) is kept by it for some
 * milliseconds, be it 250 short events or 5 of the longest texts, and everybody else's messages wait for no longer.
 */
export const stepBytes = 49_152

/** Slices in the order asked, in the turn of the socket's user. */
export const readLogs = (
  ports: GatewayPorts,
  { state: { ofUser } }: DeviceSelf,
  requests: ReadonlyArray<SliceRequest>
): Effect.Effect<ReadonlyArray<SlicedRuns>, StoreUnavailable> => {
  ofUser.logTurn ??= Effect.unsafeMakeSemaphore(1)
  return ofUser.logTurn.withPermits(1)(ports.slices(requests))
}

/** How long (ms) the socket's user had better wait, who owes what was sent. */
export const owedMs = ({ settings }: GatewayPorts, self: DeviceSelf): number => {
  const bucket = self.state.ofUser.rangeKilobytes
  return bucket === undefined ? 0 : spend(bucket, settings.rangeKilobytes, 0, self.now())
}

/** Charges the socket's user what was sent. At most a burst is owed. */
export const chargeUnits = ({ settings }: GatewayPorts, self: DeviceSelf, units: number): void => {
  const { ofUser } = self.state
  const now = self.now()
  ofUser.rangeKilobytes ??= fullBucket(settings.rangeKilobytes, now)
  charge(ofUser.rangeKilobytes, settings.rangeKilobytes, units / 1_024, now)
}
