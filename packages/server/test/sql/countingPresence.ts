/** People online over the stores of a database, and processes that count them. */
import { makeCollector } from "@hibiki/core/board/PresenceCollector"
import { DeviceId, InstanceId, NodeId, type UserId } from "@hibiki/core/domain/Ids"
import { Presence } from "@hibiki/core/ports/Presence"
import { PresenceCounts } from "@hibiki/core/ports/PresenceCounts"
import { Clock, Effect } from "effect"

const node = NodeId.make("00000000-0000-7000-8000-0000000000f1")

/** The user's one device is active from now on. */
export const comes = (userId: UserId) =>
  Effect.gen(function* () {
    const [presence, at] = [yield* Presence, yield* Clock.currentTimeMillis]
    const device = { deviceId: DeviceId.make(userId), instance: InstanceId.make(userId), kind: "browser" as const }
    yield* presence.report(node, [{ ...device, userId, state: "active", invisible: false, at }])
  })

/** A process that counts; `stored` has the starts of the buckets that it stored, in order. */
export const countingProcess = Effect.gen(function* () {
  const counts = yield* PresenceCounts
  const stored: Array<number> = []
  const { held, step } = yield* makeCollector.pipe(
    Effect.provideService(PresenceCounts, {
      ...counts,
      store: (bucket) =>
        Effect.zipRight(
          Effect.sync(() => stored.push(bucket.at)),
          counts.store(bucket)
        )
    })
  )
  return { held, step, stored } as const
})
