/** Sign-ins as the memory state has them: `ChatMemory.addDevice` begins one, `revokeDevice` ends it. */
import { Clock, Effect, Layer } from "effect"
import { Sessions } from "../auth/Sessions.ts"
import { ChatMemory } from "./ChatMemory.ts"

export const SessionsMemory = Layer.effect(
  Sessions,
  Effect.map(ChatMemory, ({ state }) =>
    Sessions.of({
      areValid: (signIns) =>
        Effect.map(Clock.currentTimeMillis, (now) =>
          signIns.map(({ deviceId, sessionVersion, userId }) => {
            const device = state.devices.get(deviceId)
            if (device?.userId !== userId || device.sessionVersion !== sessionVersion || device.revokedAt !== undefined) return false
            return device.expiresAt === undefined || device.expiresAt > now
          })
        ),
      revokedSince: (since) =>
        Effect.map(Clock.currentTimeMillis, (now) => ({
          devices: [...state.devices]
            .filter(([, { revokedAt }]) => revokedAt !== undefined && revokedAt >= since)
            .map(([deviceId]) => deviceId),
          now
        }))
    })
  )
)
