/**
 * The api's way of changing conversations: submits a command to its partition and waits for the worker's answer, so
 * that each partition has one writer.
 */
import { Context, Effect, Layer } from "effect"
import { type Command, usersBrought } from "../commands/Command.ts"
import { NodeId } from "../domain/Ids.ts"
import { makeUuidV7 } from "../domain/Uuid.ts"
import { repeatEvery } from "../fibers/repeating.ts"
import { Deliveries } from "../ports/Deliveries.ts"
import { EventStore } from "../ports/EventStore.ts"
import type { Answer, Envelope, Submission } from "../ports/Submission.ts"
import { Refused, Unavailable } from "../protocol/rpc/RpcErrors.ts"
import { makeIngressLanes } from "./IngressLanes.ts"

/** The command's place in its log: new, or from its first submission. */
export interface Placed {
  readonly seq: number
  readonly at: number
}

export class CommandClient extends Context.Tag("@hibiki/core/ingress/CommandClient")<
  CommandClient,
  {
    /**
     * Completes when the worker has decided. `Refused` is final. `Unavailable` is not: the command may be stored, and
     * the caller may submit it again with the same id. Answers within 11 s. At most 4,096 commands wait for an answer;
     * a further one is `Unavailable` at once.
     */
    readonly run: (command: Omit<Command, "epoch">) => Effect.Effect<Placed, Refused | Unavailable>
    /** Commands waiting for an answer, for readiness and drain. */
    readonly pending: () => number
  }
>() {}

/** The deadline is counted in sweeps, so that setting a clock neither extends nor shortens it. */
const sweepMs = 500
const sweepsMax = 20
const pendingMax = 4_096
const retryAfterMs = 1_000
/** About the bytes that a submission adds around its command's texts and ids. */
const commandBytes = 512

interface Waiting {
  /** The sweep that ends the wait. */
  readonly until: number
  readonly resume: (result: Effect.Effect<Placed, Refused | Unavailable>) => void
}

/** One subscription and one sweeper for the whole process; a call costs a map entry and no fiber beyond its own. */
export const CommandClientLive = Layer.scoped(
  CommandClient,
  Effect.gen(function* () {
    const store = yield* EventStore
    const deliveries = yield* Deliveries
    const lanes = yield* makeIngressLanes
    const node = NodeId.make(yield* makeUuidV7)
    const waiting = new Map<string, Waiting>()
    const work = Effect.unsafeMakeLatch(false)
    let calls = 0
    let sweeps = 0

    const settle = (key: string, result: Effect.Effect<Placed, Refused | Unavailable>) => {
      const entry = waiting.get(key)
      if (entry === undefined) return
      forget(key)
      entry.resume(result)
    }
    const forget = (key: string) => {
      waiting.delete(key)
      if (waiting.size === 0) work.unsafeClose()
    }

    yield* deliveries.subscribe(node, "api", (envelope: Envelope) => {
      for (const answer of envelope.answers) settle(answer.key, resultOf(answer))
    })
    const sweep = Effect.sync(() => {
      sweeps++
      for (const [key, entry] of waiting) if (entry.until < sweeps) settle(key, unavailable(retryAfterMs))
    })
    yield* Effect.zipRight(work.await, sweep).pipe(
      repeatEvery(sweepMs, "Commands whose time is over could not be looked for"),
      Effect.forkScoped
    )
    // Answers all remaining calls at the end, so that no caller hangs on a layer that is gone.
    yield* Effect.addFinalizer(() =>
      Effect.sync(() => {
        for (const key of waiting.keys()) settle(key, unavailable(retryAfterMs))
      })
    )

    const run = (command: Omit<Command, "epoch">) =>
      Effect.async<Placed, Refused | Unavailable>((resume) => {
        if (waiting.size >= pendingMax) return resume(unavailable(retryAfterMs))
        const key = `${++calls}`
        const submission: Submission = {
          v: 1,
          to: node,
          key,
          log: command.log,
          commands: [{ ...command, epoch: store.epoch }]
        }
        waiting.set(key, { until: sweeps + sweepsMax, resume })
        work.unsafeOpen()
        const refusal = lanes.submit(submission, sizeOf(command), (failure) =>
          settle(key, unavailable(failure.retryAfterMs))
        )
        if (refusal !== undefined) settle(key, unavailable(refusal.retryAfterMs))
        return Effect.sync(() => forget(key))
      })

    return CommandClient.of({ run, pending: () => waiting.size })
  })
)

const unavailable = (afterMs: number) => Effect.fail(new Unavailable({ retryAfterMs: afterMs }))

const resultOf = (answer: Answer): Effect.Effect<Placed, Refused | Unavailable> => {
  if (answer.result._tag === "Busy") return unavailable(answer.result.retryAfterMs)
  const result = answer.result.outcomes[0]?.result
  if (result === undefined) return unavailable(retryAfterMs)
  return result._tag === "Accepted"
    ? Effect.succeed({ seq: result.seq, at: result.at })
    : Effect.fail(
        new Refused({
          code: result.code,
          ...(result.retryAfterMs === undefined ? {} : { retryAfterMs: result.retryAfterMs })
        })
      )
}

/** About the bytes of its message, so that lanes can bound a batch without encoding it. */
const sizeOf = ({ body }: Omit<Command, "epoch">): number =>
  commandBytes + 40 * usersBrought(body).length + ("text" in body ? 3 * body.text.length : 0)
