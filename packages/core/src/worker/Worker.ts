/**
 * The worker: takes commands from the ingress, decides and stores all waiting ones in one transaction, announces the
 * changes, acknowledges. Everything it holds may get lost: the ingress delivers unacknowledged commands again, and the
 * store answers a repeat as it answered the first time.
 */
import { Cause, Effect, Layer, Metric, Schedule } from "effect"
import { logFault, makeOutageLog } from "../fibers/logging.ts"
import { retryBackoff, retryForever } from "../fibers/repeating.ts"
import { monotonicMs, monotonicSeconds } from "../fibers/Time.ts"
import { counter, gauge, histogram, secondsBounds, sumAtLook } from "../metrics/declareMetric.ts"
import { type AppendResult, BatchRejected, EventStore, type StoreUnavailable } from "../ports/EventStore.ts"
import { IngressConsumer, type IngressIntake, type IngressMessage, type Parked } from "../ports/Ingress.ts"
import { MessageTraces, type MessageTracesApi, traceCommands, traceDecisions } from "../ports/MessageTraces.ts"
import { SpanExport } from "../ports/SpanExport.ts"
import { makeBatchSpans } from "./batchSpans.ts"
import { CommitPublisher } from "./CommitPublisher.ts"
import { makePushOffering } from "./PushOffering.ts"
import { PoisonNotes } from "./Suspects.ts"
import { type Held, type MessageInHand, type Settled, WorkerQueue } from "./WorkerQueue.ts"

export const commandsDecided = counter("hibiki_worker_commands_total", {
  unit: "commands",
  description: "Decided by this worker, including repeats and refusals."
})
const storeRetries = counter("hibiki_worker_store_retries_total", {
  unit: "batches",
  description: "Retried while Postgres was unreachable."
})
const rejected = counter("hibiki_worker_rejected_total", {
  unit: "submissions",
  description: "Refused by the database; they became dead letters."
})
const unreadTotal = counter("hibiki_worker_unread_total", {
  unit: "submissions",
  description: "Unreadable for this version; they became dead letters."
})

const appendSeconds = histogram("hibiki_append_seconds", {
  unit: "seconds",
  description: "The store's time for a batch: the transaction that decides and stores it.",
  bounds: secondsBounds
})
const appendCommands = histogram("hibiki_append_commands", {
  unit: "commands",
  description: "Commands of a batch, which the store takes in one transaction.",
  bounds: [1, 2, 5, 10, 20, 50, 100, 200, 500]
})
const waitingCommands = gauge("hibiki_worker_waiting_commands", {
  unit: "commands",
  description: "Commands that this worker has taken from RabbitMQ and not answered."
})

/**
 * The most notes about commands that the store rejected, which the worker does not run again; and as many about
 * unreadable commands, which it does not park again.
 */
const notesMax = 10_000
/** Two separate lists: the worker runs an unreadable command if it comes again in a readable form. */
const makeNotes = () => ({ poison: new PoisonNotes(notesMax), unread: new PoisonNotes(notesMax) })
type Notes = ReturnType<typeof makeNotes>

interface Appended {
  readonly taken: ReadonlyArray<Held>
  readonly result: AppendResult
}

const nothing = { settled: [], done: [] } as const
type Outcome = { readonly settled: ReadonlyArray<Settled>; readonly done: ReadonlyArray<MessageInHand> }

/** Acknowledges those messages whose work is complete. */
const acknowledge = (messages: ReadonlyArray<MessageInHand>) =>
  Effect.forEach(
    messages.filter(({ isTold, offers }) => isTold && offers === 0),
    ({ message }) => message.ack,
    { discard: true }
  )

/** Announces the decisions, and then acknowledges the messages whose work is complete. */
const makeFinish = (publisher: CommitPublisher) => (outcome: Outcome, result: AppendResult | undefined) =>
  publisher.announce(result?.changes ?? [], outcome.settled, result?.epoch).pipe(
    retryForever("What was stored could not be announced; trying again"),
    Effect.zipRight(
      Effect.suspend(() => {
        for (const message of outcome.done) message.isTold = true
        return acknowledge(outcome.done)
      })
    )
  )

type Finish = ReturnType<typeof makeFinish>

/** The most names in one log line. */
const namedMost = 20
const some = (names: ReadonlyArray<string>) => [...new Set(names)].slice(0, namedMost).join(" ")

/**
 * Parks submissions that the store rejects, or that this version can't read, for an operator; notes them; and answers
 * their senders that the outcome is unknown.
 */
const makeParking = (
  ingress: IngressIntake,
  queue: WorkerQueue,
  notes: Notes,
  finish: Finish,
  traces: MessageTracesApi
) => {
  const away = makeOutageLog(
    "What no worker can take can't be parked: holding it",
    "What no worker can take can be parked again"
  )
  /**
   * The worker acknowledges the message only after this. While parking fails, it holds the submission like all others.
   */
  const parked = (what: ReadonlyArray<Parked>) =>
    ingress.park(what).pipe(Effect.tapError(away.met), Effect.retry(retryBackoff), Effect.zipRight(away.over))
  const park = (held: Held, { cause }: BatchRejected) =>
    Effect.gen(function* () {
      const { message, rest, submission } = held
      yield* Metric.increment(rejected)
      yield* Effect.logError("The store will not take a submission: it is parked", cause).pipe(
        Effect.annotateLogs({ log: submission.log, ids: rest.map((c) => c.id).join(" ") })
      )
      yield* parked([
        { partition: message.message.partition, why: "not_stored", submission: { ...submission, commands: [...rest] } }
      ])
      traceCommands(traces, "deadLettered", rest, "not_stored")
      notes.poison.note(rest, yield* monotonicMs)
      yield* finish(queue.letGo(held), undefined)
    })
  /** Answers submissions with a noted command without running them. */
  const holdBack = Effect.flatMap(monotonicMs, (nowMs) => {
    const held = queue.heldBack(notes.poison, nowMs)
    return held.length === 0
      ? Effect.void
      : Effect.forEach(held, (each) => finish(queue.letGo(each), undefined), { discard: true })
  })
  /**
   * Parks all unreadable submissions at once, because each call takes a connection. It does not park a submission again
   * that only its sender retries.
   */
  const parkUnread = Effect.gen(function* () {
    const batch = queue.unreadBatch()
    const nowMs = yield* monotonicMs
    const fresh = batch.filter(
      ({ unread: { asked } }) => asked === undefined || !notes.unread.hasAny(asked.commands, nowMs)
    )
    if (fresh.length > 0) {
      const commands = fresh.flatMap(({ unread: { asked } }) => asked?.commands ?? [])
      yield* Metric.incrementBy(unreadTotal, fresh.length)
      yield* Effect.logError("Submissions that this version can't read are parked").pipe(
        Effect.annotateLogs({ ids: some(commands.map(({ id }) => id)), kinds: some(commands.map(({ kind }) => kind)) })
      )
      yield* parked(
        fresh.map(({ message, unread }) => ({
          partition: message.message.partition,
          why: "unread",
          submission: unread.content
        }))
      )
      traceCommands(traces, "deadLettered", commands, "unread")
      notes.unread.note(commands, yield* monotonicMs)
    }
    yield* finish(queue.letGoUnread(batch), undefined)
  })
  return { holdBack, park, parkUnread } as const
}

/**
 * Appends the first submissions of a batch, as many as the store takes. It holds the others and never returns them to
 * the ingress: the next consumer would overtake them. A store that does not answer may be unreachable, or may be too
 * slow for so much at once. The next try has half as many submissions, down to one; each answer doubles the number. A
 * suspect that gets no answer alone does not change the number.
 */
const makeAppend = (store: EventStore["Type"], queue: WorkerQueue) => {
  const away = makeOutageLog("The store is away: holding the batch", "The store takes batches again")
  let most = Number.POSITIVE_INFINITY
  return (batch: ReadonlyArray<Held>): Effect.Effect<Appended, BatchRejected | StoreUnavailable> =>
    Effect.suspend(() => {
      const taken = batch.length > most ? batch.slice(0, most) : batch
      const commands = taken.flatMap((held) => held.rest)
      const unanswered = (error: StoreUnavailable) =>
        Effect.flatMap(monotonicMs, (nowMs) => {
          const isSuspected = queue.isSuspected(taken)
          queue.unanswered(taken, error, nowMs)
          storeRetries.unsafeUpdate(1, [])
          if (isSuspected) return Effect.void
          most = Math.max(1, Math.floor(taken.length / 2))
          return away.met(error.cause)
        })
      return measured(commands.length, store.append(commands, { waits: queue.isWaitingAlone })).pipe(
        Effect.tapErrorTag("StoreUnavailable", unanswered),
        Effect.flatMap((result) => {
          most *= 2
          return Effect.as(away.over, { taken, result })
        })
      )
    }).pipe(
      // A bug that one command triggers must not stop all others: isolate it like any other submission that the store
      // rejects.
      Effect.catchAllDefect((cause) => new BatchRejected({ cause }))
    )
}

const measured = <A, E>(commands: number, append: Effect.Effect<A, E>): Effect.Effect<A, E> =>
  Effect.flatMap(monotonicSeconds, (begun) =>
    Effect.zipLeft(
      append,
      Effect.map(monotonicSeconds, (now) => {
        appendSeconds.unsafeUpdate(now - begun, [])
        appendCommands.unsafeUpdate(commands, [])
      })
    )
  )

/** The pauses between tries while the store does not answer. */
const makeRests = Effect.map(Schedule.driver(retryBackoff), (rests) => {
  let isNew = true
  return {
    /** The store did not answer: pauses, each time longer than before. */
    unanswered: Effect.suspend(() => {
      isNew = false
      return Effect.ignore(rests.next(undefined))
    }),
    answered: Effect.suspend(() => {
      if (isNew) return Effect.void
      isNew = true
      return rests.reset
    })
  } as const
})

const makeQueue = Effect.tap(
  Effect.sync(() => new WorkerQueue()),
  (queue) => sumAtLook(waitingCommands, () => queue.commands)
)

const traceTaken = (traces: MessageTracesApi, messages: ReadonlyArray<IngressMessage>): void => {
  if (!traces.isOn) return
  for (const { submissions } of messages)
    for (const { commands } of submissions) traceCommands(traces, "taken", commands)
}

/** Stores a batch and announces it. */
const makeDecide = (
  append: ReturnType<typeof makeAppend>,
  queue: WorkerQueue,
  finish: Finish,
  offer: Effect.Effect.Success<ReturnType<typeof makePushOffering>>,
  traces: MessageTracesApi
) =>
  Effect.fnUntraced(function* (batch: ReadonlyArray<Held>) {
    const { result, taken } = yield* append(batch)
    const nowMs = yield* monotonicMs
    commandsDecided.unsafeUpdate(result.decisions.length, [])
    const commands = traces.isOn ? taken.flatMap(({ rest }) => [...rest]) : []
    traceDecisions(traces, commands, result.decisions)
    offer(result.changes, taken, nowMs)
    yield* finish(queue.decide(taken, result.decisions, nowMs), result)
    const stored = commands.filter((_, at) => result.decisions[at]?._tag === "Appended")
    traceCommands(traces, "published", stored)
  })

const makeWorker = Effect.gen(function* () {
  const store = yield* EventStore
  const finish = makeFinish(yield* CommitPublisher)
  const offer = yield* makePushOffering(acknowledge)
  const ingress = yield* (yield* IngressConsumer).consume
  const queue = yield* makeQueue
  const notes = makeNotes()

  const append = makeAppend(store, queue)
  const [rests, traced] = [yield* makeRests, makeBatchSpans(yield* SpanExport)]
  const traces = yield* MessageTraces

  const decide = makeDecide(append, queue, finish, offer, traces)

  const { holdBack, park, parkUnread } = makeParking(ingress, queue, notes, finish, traces)

  /**
   * Appends one by one, to find the submission that the store rejects. It keeps the order, so that later submissions of
   * a log are still decided after earlier ones.
   */
  const isolate = (batch: ReadonlyArray<Held>) =>
    Effect.forEach(
      batch,
      (held) =>
        queue.isBehind(held)
          ? Effect.void
          : Effect.catchTag(decide([held]), "BatchRejected", (error) => park(held, error)),
      { discard: true }
    )

  const tryBatch = (batch: ReadonlyArray<Held>) =>
    traced(batch, decide(batch)).pipe(
      Effect.catchTag("BatchRejected", () => isolate(batch)),
      Effect.zipRight(rests.answered),
      Effect.catchTag("StoreUnavailable", () => rests.unanswered),
      Effect.zipRight(
        Effect.suspend(() =>
          Effect.forEach(queue.guilty(), ([held, cause]) => park(held, new BatchRejected({ cause })), { discard: true })
        )
      )
    )

  const turn = Effect.gen(function* () {
    if (queue.size === 0) yield* ingress.ready
    else {
      const restMs = queue.restMs(yield* monotonicMs)
      if (restMs > 0) yield* ingress.ready.pipe(Effect.timeoutOption(restMs))
    }
    const taken = ingress.take()
    for (const { isReplayed, submissions, unread } of taken) {
      if (!isReplayed) continue
      notes.poison.forget(submissions.flatMap(({ commands }) => commands))
      notes.unread.forget(unread.flatMap(({ asked }) => asked?.commands ?? []))
    }
    traceTaken(traces, taken)
    const empty = queue.add(taken)
    yield* holdBack
    if (empty.length > 0) yield* finish({ ...nothing, done: empty }, undefined)
    const batch = queue.next(yield* monotonicMs)
    if (batch.length > 0) yield* tryBatch(batch)
    // After the decisions, so that no other sender waits for the parking.
    if (queue.hasUnread) yield* parkUnread
  })

  yield* turn.pipe(
    Effect.catchAllCause((cause) =>
      Cause.isInterruptedOnly(cause)
        ? Effect.failCause(cause)
        : Effect.zipRight(logFault("A worker's turn failed")(cause), Effect.sleep("1 second"))
    ),
    Effect.forever,
    // Effect's spans for each statement would only repeat the counters; a batch has one span of its own (batchSpans).
    Effect.withTracerEnabled(false),
    Effect.forkScoped
  )
})

/** One worker for as long as the layer lives. */
export const WorkerLayer = Layer.scopedDiscard(makeWorker)
