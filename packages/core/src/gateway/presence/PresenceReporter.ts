/** A gateway's reports on their way to the port: in order, one batch at a time, only the latest of each device. */
import { Effect } from "effect"
import type { NodeId } from "../../domain/Ids.ts"
import { whileWork } from "../../fibers/Background.ts"
import { makeOutageLog } from "../../fibers/logging.ts"
import { makeWallClock, releaseWithin } from "../../fibers/Time.ts"
import { type DeviceReport, Presence } from "../../ports/Presence.ts"

/** Reports of one call. */
const batchMax = 500
/**
 * Devices whose report waits while the port is unreachable. Beyond it the oldest are dropped, and others keep seeing
 * the old state.
 */
const waitingMax = 100_000
const retryEvery = "1 second"

/**
 * Returns a function that takes reports, with times of the actors' clock, and never waits. At the end of the scope the
 * node leaves: its reports end soon after.
 */
export const makePresenceReporter = (node: NodeId, run: (effect: Effect.Effect<void>) => void) =>
  Effect.gen(function* () {
    const presence = yield* Presence
    const onWall = yield* makeWallClock
    const away = makeOutageLog("Presence could not be reported; trying again", "Presence can be reported again")
    let waiting = new Map<string, DeviceReport>()
    let running = false
    let ended = false

    const takeBatch = (): ReadonlyArray<readonly [string, DeviceReport]> => {
      const batch = [...waiting].slice(0, batchMax)
      for (const [key] of batch) waiting.delete(key)
      return batch
    }
    /** Puts a failed batch before newer reports, without devices that were reported again. */
    const giveBack = (batch: ReadonlyArray<readonly [string, DeviceReport]>): void => {
      waiting = new Map([...batch.filter(([key]) => !waiting.has(key)), ...waiting])
    }
    const sendBatch = Effect.suspend(() => {
      const batch = takeBatch()
      return presence
        .report(
          node,
          batch.map(([, report]) => report)
        )
        .pipe(
          Effect.zipRight(away.over),
          Effect.catchAll(({ cause }) =>
            away
              .met(cause)
              .pipe(Effect.zipRight(Effect.sync(() => giveBack(batch))), Effect.zipRight(Effect.sleep(retryEvery)))
          )
        )
    })
    const drain = whileWork({
      hasWork: () => waiting.size > 0 && !ended,
      body: () => sendBatch,
      failed: "Presence could not be reported: what was under way is not told again",
      rest: () => {
        running = false
      }
    })
    // Collects the reports of many devices in one turn of their actors, even for a port that answers at once.
    const drainLater = Effect.zipRight(Effect.yieldNow(), drain)

    yield* Effect.addFinalizer(() =>
      Effect.suspend(() => {
        ended = true
        return presence.leave(node)
      }).pipe(
        releaseWithin("2 seconds"),
        Effect.catchAll((error) =>
          Effect.logWarning("This gateway's devices could not be removed from presence", error)
        )
      )
    )
    return (reports: ReadonlyArray<DeviceReport>): void => {
      if (ended || reports.length === 0) return
      for (const report of reports) {
        const key = `${report.userId}/${report.deviceId}/${report.instance}`
        waiting.delete(key)
        waiting.set(key, { ...report, at: onWall(report.at) })
      }
      for (const oldest of waiting.keys()) {
        if (waiting.size <= waitingMax) break
        waiting.delete(oldest)
      }
      if (running) return
      running = true
      run(drainLater)
    }
  })
