/**
 * When a process of any role should get new work: while it reaches the store and its event loop is not blocked. The
 * broker and Redis are not checked. Without them calls, history and sockets go on, and if all processes lost them,
 * nobody would be left to answer. Unusable partitions are reported as degraded.
 */
import { monitorEventLoopDelay } from "node:perf_hooks"
import { EventStore } from "@hibiki/core/ports/EventStore"
import { Effect, Layer, Option } from "effect"
import { Readiness } from "../http/Readiness.ts"
import { BrokenPartitions } from "../rabbit/BrokenPartitions.ts"

/** A turn of the event loop that takes longer is noticeable to everybody on this process (ms). */
const turnMaxMs = 500
/** The resolution of the measurement (ms). */
const resolution = 20

/** Whether no turn took too long since the last check. */
const turnsInTime = Effect.acquireRelease(
  Effect.sync(() => {
    const delays = monitorEventLoopDelay({ resolution })
    delays.enable()
    return delays
  }),
  (delays) => Effect.sync(() => delays.disable())
).pipe(
  Effect.map((delays) =>
    Effect.suspend(() => {
      const longestMs = delays.max / 1e6
      delays.reset()
      return longestMs <= turnMaxMs ? Effect.succeed(true) : Effect.fail(`a turn took ${Math.round(longestMs)} ms`)
    })
  )
)

export const ReadinessChecks = Layer.scopedDiscard(
  Effect.gen(function* () {
    const readiness = yield* Readiness
    const { readEpoch } = yield* EventStore
    yield* readiness.require("store", Effect.as(readEpoch, true))
    yield* readiness.require("event loop", yield* turnsInTime)
    const partitions = yield* Effect.serviceOption(BrokenPartitions)
    if (Option.isSome(partitions)) yield* readiness.mention(partitions.value.lines)
  })
)
