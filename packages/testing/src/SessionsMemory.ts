/** Sign-ins of the memory state: `ChatMemory.addDevice` begins one, `revokeDevice` ends it. */

import { Sessions } from "@hibiki/core/ports/Sessions"
import { Clock, Effect, Layer } from "effect"
import { ChatMemory } from "./ChatMemory.ts"
import type { MemoryDevice } from "./ChatState.ts"

export const SessionsMemory = Layer.effect(
  Sessions,
  Effect.map(ChatMemory, ({ state }) =>
    Sessions.of({
      kindsOf: (signIns) =>
        Effect.map(Clock.currentTimeMillis, (now) =>
          signIns.map(({ deviceId, sessionVersion, userId }) => {
            const device = state.devices.get(deviceId)
            if (device?.userId !== userId || device.sessionVersion !== sessionVersion || device.revokedAt !== undefined)
              return undefined
            return device.expiresAt === undefined || device.expiresAt > now ? device.kind : undefined
          })
        ),
      endedSince: (since) =>
        Effect.map(Clock.currentTimeMillis, (now) => {
          const isSince = (at: number | undefined) => at !== undefined && at >= since && at <= now
          const those = (ended: (device: MemoryDevice) => boolean) =>
            [...state.devices].flatMap(([deviceId, device]) => (ended(device) ? [deviceId] : []))
          return {
            revoked: those(({ revokedAt }) => isSince(revokedAt)),
            expired: those(({ expiresAt, revokedAt }) => revokedAt === undefined && isSince(expiresAt)),
            now
          }
        })
    })
  )
)
