/**
 * When a process of any role should get new work: while it reaches the store, and its event loop turns. The broker and
 * Redis are not asked for: without them calls, history and sockets go on, and where they are away from all, nobody
 * would be left to answer. Partitions that can't be used are mentioned.
 */
import { monitorEventLoopDelay } from "node:perf_hooks"
import { EventStore } from "@hibiki/core/ports/EventStore"
import { Effect, Layer, Option } from "effect"
import { Readiness } from "../http/Readiness.ts"
import { BrokenPartitions } from "../rabbit/BrokenPartitions.ts"

/** A turn of the event loop that took longer is felt by everybody here (ms). */
const turnMaxMs = 500
/** How finely turns are measured (ms). */
const resolution = 20

/** That no turn took too long since it was asked last. */
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
