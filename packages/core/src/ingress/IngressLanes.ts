/**
 * The sending side of a node: one lane per partition, one batch in flight per lane, so that order is preserved.
 * Pressure forms batches: the submissions that gather while one batch is in flight are the next. If messages are
 * expensive, a lane with several waiting submissions pauses a little between two batches: about as long as sending
 * takes lately, within bounds. A lane with hardly any traffic never pauses.
 */
import { Context, Effect, Layer, type Scope } from "effect"
import { fnv1a } from "../domain/Uuid.ts"
import { makeStart, whileWork } from "../fibers/Background.ts"
import { logFault } from "../fibers/logging.ts"
import { monotonicMs } from "../fibers/Time.ts"
import { fineSecondsBounds, gauge, histogram, sumAtLook } from "../metrics/declareMetric.ts"
import { Ingress, IngressUnavailable } from "../ports/Ingress.ts"
import { MessageTraces, traceCommands } from "../ports/MessageTraces.ts"
import type { Submission } from "../ports/Submission.ts"

const laneCommandsNow = gauge("hibiki_ingress_lane_commands", {
  unit: "commands",
  description: "Commands of this process that wait for RabbitMQ or are on the way to it."
})

const laneSeconds = histogram("hibiki_ingress_lane_seconds", {
  unit: "seconds",
  description: "Wait of a batch in its lane, from its first command to its sending.",
  bounds: fineSecondsBounds
})
const publishSeconds = histogram("hibiki_ingress_publish_seconds", {
  unit: "seconds",
  description: "From sending a batch of commands until RabbitMQ has it for certain.",
  bounds: fineSecondsBounds
})

/** Bounds of one batch and of a lane's queue; beyond the latter a submission is refused. */
const batchCommands = 200
const batchBytes = 262_144
const laneCommands = 4_000
/**
 * From this average of submissions per batch on, a pause gathers more; and the weight of the newest batch in the
 * average.
 */
const worthARest = 1.5
const newestShare = 0.25
/**
 * The weight of the newest sending in the average duration, and the longest pause as a multiple of the shortest: after
 * a stall it soon shrinks again.
 */
const newestTook = 0.1
const restsMost = 3

/** Called once if the submission was not handed over, or perhaps not. */
export type OnFailure = (failure: IngressUnavailable) => void

interface Waiting {
  readonly submission: Submission
  readonly bytes: number
  readonly onFailure: OnFailure
}

interface Lane {
  readonly partition: number
  readonly waiting: Array<Waiting>
  commands: number
  /** Since when the next batch waits (s), by the monotonic clock. */
  since: number
  running: boolean
  /** Submissions per batch, lately. */
  gathers: number
  /** How long sending takes, lately (ms). */
  took: number
  /** Whether the last batch was full. */
  isFull: boolean
}

export class IngressLanes extends Context.Tag("@hibiki/core/ingress/IngressLanes")<
  IngressLanes,
  {
    /** Takes the submission, or returns at once that the lane is full. `bytes`: about its size. */
    readonly submit: (submission: Submission, bytes: number, onFailure: OnFailure) => IngressUnavailable | undefined
    /** Commands waiting or in flight, for readiness and drain. */
    readonly depth: () => number
  }
>() {
  static readonly layer = Layer.scoped(
    this,
    Effect.suspend(() => makeIngressLanes)
  )
}

const full = new IngressUnavailable({ code: "busy", retryAfterMs: 1_000 })

const takeBatch = (lane: Lane): ReadonlyArray<Waiting> => {
  let commands = 0
  let bytes = 0
  let count = 0
  for (const next of lane.waiting) {
    commands += next.submission.commands.length
    bytes += next.bytes
    if (count > 0 && (commands > batchCommands || bytes > batchBytes)) break
    count++
  }
  return lane.waiting.splice(0, count)
}

/**
 * Sends, then pauses if several submissions gather in the lane: those that come in the meantime form one message
 * instead of several.
 */
const atMostEach = (restMs: number, lane: Lane, send: Effect.Effect<void>): Effect.Effect<void> => {
  if (restMs === 0) return send
  return Effect.flatMap(monotonicMs, (begunAt) =>
    Effect.zipRight(
      send,
      Effect.flatMap(monotonicMs, (now) => {
        lane.took += (now - begunAt - lane.took) * newestTook
        const dueMs = begunAt + restOf(restMs, lane.took)
        return lane.isFull || lane.gathers < worthARest || now >= dueMs ? Effect.void : Effect.sleep(dueMs - now)
      })
    )
  )
}

/**
 * The time from one sending to the next (ms). An overloaded machine confirms late: then fewer and larger messages help
 * it most.
 */
const restOf = (restMs: number, took: number): number =>
  Math.max(restMs, Math.min(restsMost * restMs, Math.round(2 * took)))

/** Lanes for as long as the scope is open. A fiber runs a lane while it has work. */
export const makeIngressLanes: Effect.Effect<IngressLanes["Type"], never, Ingress | Scope.Scope> = Effect.gen(
  function* () {
    const ingress = yield* Ingress
    const traces = yield* MessageTraces
    const start = yield* makeStart
    const clock = yield* Effect.clock
    const now = () => Number(clock.unsafeCurrentTimeNanos()) / 1e9
    const lanes: ReadonlyArray<Lane> = Array.from({ length: ingress.partitions }, (_, partition) => ({
      partition,
      waiting: [],
      commands: 0,
      since: 0,
      running: false,
      gathers: 0,
      took: 0,
      isFull: false
    }))

    const depth = () => lanes.reduce((sum, lane) => sum + lane.commands, 0)
    yield* sumAtLook(laneCommandsNow, depth)

    const sendOne = (lane: Lane) => {
      const batch = takeBatch(lane)
      const begun = now()
      laneSeconds.unsafeUpdate(begun - lane.since, [])
      // The others have waited for longer, but no message notes its own time.
      lane.since = begun
      lane.gathers += (batch.length - lane.gathers) * newestShare
      lane.isFull = lane.waiting.length > 0
      const submissions = batch.map((w) => w.submission)
      return Effect.suspend(() => ingress.publish(lane.partition, submissions)).pipe(
        Effect.tap(() => {
          publishSeconds.unsafeUpdate(now() - begun, [])
          if (traces.isOn) for (const { commands } of submissions) traceCommands(traces, "submitted", commands)
        }),
        Effect.catchAllCause((cause) =>
          Effect.sync(() => {
            const failure =
              cause._tag === "Fail" ? cause.error : new IngressUnavailable({ code: "unknown", retryAfterMs: 1_000 })
            for (const waiting of batch) waiting.onFailure(failure)
          }).pipe(Effect.zipRight(cause._tag === "Fail" ? Effect.void : logFault("An ingress batch failed")(cause)))
        ),
        Effect.ensuring(
          Effect.sync(() => {
            for (const waiting of batch) lane.commands -= waiting.submission.commands.length
          })
        )
      )
    }
    const run = (lane: Lane) =>
      whileWork({
        hasWork: () => lane.waiting.length > 0,
        body: () => atMostEach(ingress.restMs ?? 0, lane, sendOne(lane)),
        rest: () => {
          lane.running = false
        },
        failed: "A batch could not be taken out of a lane; trying again"
      })

    return {
      submit: (submission, bytes, onFailure) => {
        const lane = lanes[fnv1a(submission.log) % lanes.length]
        if (lane === undefined || lane.commands + submission.commands.length > laneCommands) return full
        lane.commands += submission.commands.length
        if (lane.waiting.length === 0) lane.since = now()
        lane.waiting.push({ submission, bytes, onFailure })
        if (!lane.running) {
          lane.running = true
          start(run(lane))
        }
        return undefined
      },
      depth
    }
  }
)
