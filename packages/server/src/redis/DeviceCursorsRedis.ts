/**
 * Device cursors in Redis, written behind: raised cursors gather for a moment, and one write is in flight at a time.
 * Nothing fails while Redis is unreachable: cursors that can't be written wait, within bounds, and cursors that can't
 * be read are unknown.
 */

import type { DeviceId } from "@hibiki/core/domain/Ids"
import { makeStart, whileWork } from "@hibiki/core/fibers/Background"
import { logFault } from "@hibiki/core/fibers/logging"
import { DeviceCursors } from "@hibiki/core/ports/DeviceCursors"
import { Effect, Layer } from "effect"
import { type CursorBatch, CursorBuffer } from "./CursorBuffer.ts"
import { RedisClients, type RedisError } from "./RedisClients.ts"

export interface DeviceCursorsRedisBounds {
  /** Pairs that wait to be written. At the bound, the device that has waited longest is dropped. */
  readonly waitingMax: number
  /** A device with cursors of more logs is deleted, and starts over. */
  readonly logsPerDeviceMax: number
}

const bounds: DeviceCursorsRedisBounds = { waitingMax: 100_000, logsPerDeviceMax: 5_000 }
/** How long raised cursors gather. */
const gatherFor = "250 millis"
/** Pairs per write. */
const batchMax = 500
/** A device that raises nothing for this long is deleted. */
const unusedForMs = 90 * 24 * 3_600_000

/**
 * KEYS: devices. ARGV: time to live, the most logs of a device, then of each device the number of its pairs and those.
 */
const raiseScript = `
local at = 3
for _, key in ipairs(KEYS) do
  local last = at + 2 * tonumber(ARGV[at])
  for i = at + 1, last, 2 do
    local known = redis.call('HGET', key, ARGV[i])
    if not known or tonumber(known) < tonumber(ARGV[i + 1]) then redis.call('HSET', key, ARGV[i], ARGV[i + 1]) end
  end
  at = last + 1
  if redis.call('HLEN', key) > tonumber(ARGV[2]) then redis.call('DEL', key) else redis.call('PEXPIRE', key, ARGV[1]) end
end`

export const deviceCursorsRedis = (
  given: Partial<DeviceCursorsRedisBounds> = {}
): Layer.Layer<DeviceCursors, never, RedisClients> =>
  Layer.scoped(
    DeviceCursors,
    Effect.gen(function* () {
      const { logsPerDeviceMax, waitingMax } = { ...bounds, ...given }
      const { key, run, script } = yield* RedisClients
      const permits = yield* Effect.makeSemaphore(1)
      const raise = script(raiseScript)
      const buffer = new CursorBuffer(waitingMax)
      const keyOf = (device: DeviceId): string => key(`cursors:${device}`)
      let running = false

      const write = (batch: CursorBatch) =>
        raise(
          batch.map(([device]) => keyOf(device)),
          [unusedForMs, logsPerDeviceMax, ...batch.flatMap(([, pairs]) => [pairs.length, ...pairs.flat()])]
        )
      const flush = permits.withPermits(1)(writeWaiting(buffer, write))
      const drain = whileWork({
        hasWork: () => !buffer.isEmpty,
        body: () => Effect.delay(flush, gatherFor),
        rest: () => {
          running = false
        },
        failed: "Some device cursors were not written, and are lost"
      })
      yield* Effect.addFinalizer(() => Effect.catchAllCause(flush, logFault("Device cursors were not written")))
      const start = yield* makeStart

      return DeviceCursors.of({
        raise: (device, pairs) =>
          Effect.sync(() => {
            buffer.raise(device, pairs)
            if (running || buffer.isEmpty) return
            running = true
            start(drain)
          }),
        of: (device, logs) =>
          logs.length === 0
            ? Effect.succeed([])
            : Effect.suspend(() => (buffer.has(device) ? flush : Effect.void)).pipe(
                Effect.zipRight(run((redis) => redis.hmget(keyOf(device), ...logs))),
                Effect.map((seqs) => seqs.map(Number)),
                Effect.catchAll(({ cause }) =>
                  Effect.as(
                    Effect.logDebug("Device cursors could not be read", cause),
                    logs.map(() => 0)
                  )
                )
              ),
        // Takes its turn with the writes, so that none with the device's earlier cursors comes later.
        forget: (device) =>
          permits
            .withPermits(1)(
              Effect.suspend(() => {
                buffer.drop(device)
                return run((redis) => redis.del(keyOf(device)))
              })
            )
            .pipe(
              Effect.catchAll(({ cause }) =>
                Effect.logDebug("A device's cursors could not be removed: they expire", cause)
              )
            )
      })
    })
  )

export const DeviceCursorsRedis = deviceCursorsRedis()

/** Writes all waiting cursors, batch by batch, until a write fails: then the rest goes on waiting. */
const writeWaiting = (
  buffer: CursorBuffer,
  write: (batch: CursorBatch) => Effect.Effect<unknown, RedisError>
): Effect.Effect<void> =>
  Effect.suspend(() => {
    let failed = false
    return Effect.whileLoop({
      while: () => !buffer.isEmpty && !failed,
      body: () => {
        const batch = buffer.take(batchMax)
        return Effect.catchAll(write(batch), ({ cause }) => {
          failed = true
          for (const [device, pairs] of batch) buffer.raise(device, pairs)
          return Effect.logDebug("Device cursors could not be written; trying again", cause)
        })
      },
      step: () => undefined
    })
  })
