/** Device cursors of one process, in maps. They are lost with it, which costs their devices one re-read. */
import { Effect, Layer } from "effect"
import type { ConversationId, DeviceId } from "../domain/Ids.ts"
import { DeviceCursors } from "../ports/DeviceCursors.ts"

export interface DeviceCursorsBounds {
  /** At the bound, the device whose cursor was raised longest ago is forgotten. */
  readonly devicesMax: number
  /** At the bound, the device's log that was raised longest ago is forgotten. */
  readonly logsPerDeviceMax: number
}

export const deviceCursorsInProcess = ({
  devicesMax,
  logsPerDeviceMax
}: DeviceCursorsBounds): Layer.Layer<DeviceCursors> =>
  Layer.sync(DeviceCursors, () => {
    const devices = new Map<DeviceId, Map<ConversationId, number>>()
    return DeviceCursors.of({
      raise: (device, pairs) =>
        Effect.sync(() => {
          const cursors = devices.get(device) ?? new Map<ConversationId, number>()
          touch(devices, device, cursors, devicesMax)
          for (const [log, seq] of pairs) touch(cursors, log, Math.max(cursors.get(log) ?? 0, seq), logsPerDeviceMax)
        }),
      of: (device, logs) =>
        Effect.sync(() => {
          const cursors = devices.get(device)
          return logs.map((log) => cursors?.get(log) ?? 0)
        }),
      forget: (device) => Effect.sync(() => void devices.delete(device))
    })
  })

export const DeviceCursorsInProcess = deviceCursorsInProcess({ devicesMax: 10_000, logsPerDeviceMax: 1_000 })

// A map keeps the order of insertion, so that its first entry is the one touched longest ago.
const touch = <K, V>(map: Map<K, V>, key: K, value: V, max: number): void => {
  map.delete(key)
  map.set(key, value)
  if (map.size <= max) return
  for (const oldest of map.keys()) {
    map.delete(oldest)
    return
  }
}
