/**
 * Publishes the changes of a commit, in this order: raises the heads and reads the interested gateways (one round
 * trip), then publishes the envelopes. It ends when every envelope is confirmed, or given up for a node that takes
 * nothing. The worker calls it after an append; `PersonalHintsAnnounced` calls it for personal events that were written
 * outside a worker.
 */
import { Effect, Layer, type Metric } from "effect"
import type { LogChange } from "../commands/Decision.ts"
import type { LogEvent } from "../domain/Event.ts"
import type { ConversationId, Epoch, NodeId } from "../domain/Ids.ts"
import { makeSeededUuidV7 } from "../domain/Uuid.ts"
import { makeOutageLog } from "../fibers/logging.ts"
import { repeatEvery, retryBackoff } from "../fibers/repeating.ts"
import { monotonicSeconds } from "../fibers/Time.ts"
import { fineSecondsBounds, histogram } from "../metrics/declareMetric.ts"
import { type AddressedEnvelope, Deliveries } from "../ports/Deliveries.ts"
import { EnvelopeCount, type EnvelopeNumber, LastNumbers } from "../ports/EnvelopeNumbers.ts"
import { EventStore } from "../ports/EventStore.ts"
import { PersonalHints } from "../ports/PersonalHints.ts"
import { type Interested, Routes } from "../ports/Routes.ts"
import type { Answer } from "../ports/Submission.ts"

const routesSeconds = histogram("hibiki_routes_raise_seconds", {
  unit: "seconds",
  description: "Time to raise a batch's heads and to read which gateways want its events: one round trip to Redis.",
  bounds: fineSecondsBounds
})
const publishSeconds = histogram("hibiki_envelopes_publish_seconds", {
  unit: "seconds",
  description: "From sending a batch's envelopes until RabbitMQ has all of them for certain.",
  bounds: fineSecondsBounds
})

export interface Addressed {
  readonly to: NodeId
  readonly answer: Answer
}

export class CommitPublisher extends Effect.Service<CommitPublisher>()("@hibiki/core/worker/CommitPublisher", {
  scoped: Effect.gen(function* () {
    const deliveries = yield* Deliveries
    const { epoch } = yield* EventStore
    const owed = new OwedHeads()
    const envelopes = new Envelopes(yield* makeSeededUuidV7, epoch, owed)
    const routes = yield* Routes
    const raise = makeRaise(routes, owed)
    const away = makeOutageLog("Deliveries are away", "Deliveries are there again")
    yield* payOwed(routes, owed).pipe(
      repeatEvery("1 second", "Heads that are owed to the routes could not be raised; trying again"),
      Effect.forkScoped
    )

    yield* Effect.suspend(() => {
      const notes = envelopes.lastNumbers()
      return notes.length === 0 ? Effect.void : Effect.ignore(deliveries.publish(notes))
    }).pipe(repeatEvery("5 seconds", "Gateways could not be told that nothing followed"), Effect.forkScoped)

    /**
     * Never fails: it retries until the deliveries confirm every envelope, or give up those that one node does not
     * take. The caller may then acknowledge the message that caused the changes.
     */
    const announce = Effect.fnUntraced(function* (
      changes: ReadonlyArray<LogChange>,
      answers: ReadonlyArray<Addressed>,
      storeEpoch: Epoch = epoch
    ) {
      if (changes.length === 0 && answers.length === 0) return
      const interested = changes.length === 0 ? nobody : yield* measured(routesSeconds, raise(changes))
      const addressed = envelopes.of(interested, changes, answers, storeEpoch)
      if (addressed.length > 0)
        yield* measured(publishSeconds, deliveries.publish(addressed)).pipe(
          Effect.tapError((e) => away.met(e.cause)),
          Effect.retry({ schedule: retryBackoff }),
          Effect.zipRight(away.over),
          Effect.orDie
        )
    })

    return { announce } as const
  })
}) {}

/** Observes the time that it takes to succeed. */
const measured = <A, E>(seconds: Metric.Metric.Histogram<number>, run: Effect.Effect<A, E>): Effect.Effect<A, E> =>
  Effect.flatMap(monotonicSeconds, (begun) =>
    Effect.zipLeft(
      run,
      Effect.map(monotonicSeconds, (now) => seconds.unsafeUpdate(now - begun, []))
    )
  )

/** The envelopes that this worker sends, numbered for each receiver. */
class Envelopes {
  private readonly count = new EnvelopeCount()
  private readonly last = new LastNumbers()

  constructor(
    private readonly worker: string,
    private readonly epoch: Epoch,
    private readonly owed: OwedHeads
  ) {}

  /** Returns the envelopes of one commit: its changes for the interested gateways, and its answers. */
  of(
    interested: Interested,
    changes: ReadonlyArray<LogChange>,
    answers: ReadonlyArray<Addressed>,
    storeEpoch: Epoch
  ): ReadonlyArray<AddressedEnvelope> {
    const answersTo = groupAnswers(answers)
    const envelopes: Array<AddressedEnvelope> = []
    if (interested._tag === "Everywhere") {
      envelopes.push(...this.to("gateways", cutChanges(changes), [], storeEpoch))
      for (const [to, mine] of answersTo) envelopes.push(this.next(to, [], mine, storeEpoch))
    } else {
      const changesTo = groupChanges(cutChanges(changes), interested.of)
      for (const to of new Set([...changesTo.keys(), ...answersTo.keys()])) {
        envelopes.push(...this.to(to, changesTo.get(to) ?? [], answersTo.get(to) ?? [], storeEpoch))
      }
    }
    return envelopes
  }

  /**
   * Returns an empty envelope for each receiver that must hear the last number given to it. Call it every few seconds.
   */
  lastNumbers(): ReadonlyArray<AddressedEnvelope> {
    return this.last.due().map((to) => this.envelope(to, this.count.next(to, false), [], [], this.epoch))
  }

  /**
   * The envelopes for one receiver, in order. The answers go last: the receiver then already has the changes behind
   * them.
   */
  private to(
    to: AddressedEnvelope["to"],
    changes: ReadonlyArray<LogChange>,
    answers: ReadonlyArray<Answer>,
    storeEpoch: Epoch
  ): ReadonlyArray<AddressedEnvelope> {
    const groups = groupsThatFit(changes)
    return groups.map((group, i) => this.next(to, group, i === groups.length - 1 ? answers : [], storeEpoch))
  }

  private next(
    to: AddressedEnvelope["to"],
    changes: ReadonlyArray<LogChange>,
    answers: ReadonlyArray<Answer>,
    storeEpoch: Epoch
  ): AddressedEnvelope {
    const number = this.count.next(to, changes.length > 0)
    this.last.told(
      to,
      changes.some(({ cells }) => cells !== undefined)
    )
    return this.envelope(to, number, changes, answers, storeEpoch)
  }

  private envelope(
    to: AddressedEnvelope["to"],
    { after, number }: EnvelopeNumber,
    changes: ReadonlyArray<LogChange>,
    answers: ReadonlyArray<Answer>,
    epoch: Epoch
  ): AddressedEnvelope {
    const headsRaised = this.owed.size === 0
    return { to, envelope: { v: 1, worker: this.worker, number, after, headsRaised, epoch, changes, answers } }
  }
}

const everywhere = { _tag: "Everywhere" } as const
const nobody = { _tag: "Nodes", of: new Map<ConversationId, ReadonlyArray<NodeId>>() } as const

/**
 * Raises owed heads by itself if no further announcement comes. Until then gateways can't find the missed events by
 * comparing heads.
 */
const payOwed = (routes: Routes["Type"], owed: OwedHeads) =>
  Effect.suspend(() => {
    if (owed.size === 0) return Effect.void
    const paid = owed.some()
    return Effect.ignore(Effect.map(routes.raise(paid), () => owed.pay(paid)))
  })

/** While the routes are unreachable, publishes to every gateway and records the heads as owed. */
const makeRaise = (routes: Routes["Type"], owed: OwedHeads) => {
  const away = makeOutageLog("Routes are away: publishing to every gateway", "Routes are there again")
  return (changes: ReadonlyArray<LogChange>) =>
    Effect.suspend((): Effect.Effect<Interested> => {
      const heads = changes.map((change) => [change.log, change.head] as const)
      const paid = owed.some()
      return routes.raise(paid.length === 0 ? heads : [...paid, ...heads]).pipe(
        Effect.tap(() => {
          owed.pay(paid)
          return away.over
        }),
        Effect.catchTag("RoutesUnavailable", (error) => {
          owed.add(heads)
          return Effect.as(away.met(error.cause), everywhere)
        })
      )
    })
}

const groupAnswers = (answers: ReadonlyArray<Addressed>): ReadonlyMap<NodeId, ReadonlyArray<Answer>> => {
  const groups = new Map<NodeId, Array<Answer>>()
  for (const { answer, to } of answers) {
    const group = groups.get(to)
    if (group === undefined) groups.set(to, [answer])
    else group.push(answer)
  }
  return groups
}

const groupChanges = (
  changes: ReadonlyArray<LogChange>,
  interested: ReadonlyMap<ConversationId, ReadonlyArray<NodeId>>
): ReadonlyMap<NodeId, ReadonlyArray<LogChange>> => {
  const groups = new Map<NodeId, Array<LogChange>>()
  for (const change of changes) {
    for (const node of interested.get(change.log) ?? []) {
      const group = groups.get(node)
      if (group === undefined) groups.set(node, [change])
      else group.push(change)
    }
  }
  return groups
}

/** The most bytes of changes in one envelope. RabbitMQ takes 16 MiB in one message. */
export const envelopeBytesMax = 4_000_000
/**
 * The answers of a batch go beside the changes and are not cut. WorkerQueue bounds a batch by its number of answers,
 * and those take less than this.
 */
export const answersBytesMax = 500_000
/** The bytes of an event without its variable parts. */
const frameBytes = 1_000
/** The most bytes of JSON for one UTF-16 unit: a control character becomes an escape with its code. */
const unitBytes = 6
const userIdBytes = 39
/** The upper bound of the estimate for a single event. */
const eventBytesMax = 32_000
const fewMax = envelopeBytesMax / eventBytesMax

/**
 * The changes of one batch in the given order. A change that is too large for one envelope becomes several consecutive
 * ones.
 */
const cutChanges = (changes: ReadonlyArray<LogChange>): ReadonlyArray<LogChange> =>
  isFew(changes) ? changes : changes.flatMap((change) => (change.events.length <= fewMax ? [change] : cut(change)))

/** Groups changes that were cut before, in the given order, into as few groups as fit. Returns at least one group. */
const groupsThatFit = (changes: ReadonlyArray<LogChange>): ReadonlyArray<ReadonlyArray<LogChange>> => {
  if (isFew(changes)) return [changes]
  let group: Array<LogChange> = []
  let bytes = 0
  const groups = [group]
  for (const change of changes) {
    const more = change.events.reduce((sum, event) => sum + bytesOf(event), frameBytes)
    if (bytes + more > envelopeBytesMax && group.length > 0) {
      group = []
      bytes = 0
      groups.push(group)
    }
    group.push(change)
    bytes += more
  }
  return groups
}

const isFew = (changes: ReadonlyArray<LogChange>): boolean => {
  let count = changes.length
  for (const { events } of changes) count += events.length
  return count <= fewMax
}

/**
 * Cuts a change into pieces. A piece that ends in the middle of the new events is an ordinary change: its head is its
 * last event's seq.
 */
const cut = (change: LogChange): ReadonlyArray<LogChange> => {
  const { events, log } = change
  const pieces: Array<LogChange> = []
  let from = 0
  let bytes = frameBytes
  events.forEach((event, i) => {
    const more = bytesOf(event)
    if (bytes + more > envelopeBytesMax) {
      pieces.push({ log, head: event.seq - 1, events: events.slice(from, i) })
      from = i
      bytes = frameBytes
    }
    bytes += more
  })
  if (pieces.length === 0) return [change]
  // Cells are small beside events that need cutting: at most one for each command of a batch.
  return [...pieces, { ...change, events: events.slice(from) }]
}

const bytesOf = (event: LogEvent): number => {
  if (event.kind === "posted" || event.kind === "edited") return frameBytes + unitBytes * event.text.length
  if (event.kind === "created") return frameBytes + userIdBytes * event.members.length
  return event.kind === "joined" ? frameBytes + userIdBytes * event.userIds.length : frameBytes
}

/** Beyond this number, the oldest owed heads are dropped: gateways find those events by comparing with the store. */
const owedMax = 10_000
/** The most heads in one raise. */
const someMax = 500

type Head = readonly [ConversationId, number]

/**
 * Heads that could not be raised because the routes were unreachable. They are raised with later ones, so that gateways
 * can compare with them again.
 */
class OwedHeads {
  private readonly heads = new Map<ConversationId, number>()

  get size(): number {
    return this.heads.size
  }

  add(heads: ReadonlyArray<Head>): void {
    for (const [log, head] of heads) this.heads.set(log, Math.max(head, this.heads.get(log) ?? 0))
    for (const oldest of this.heads.keys()) {
      if (this.heads.size <= owedMax) return
      this.heads.delete(oldest)
    }
  }

  /** Returns as many as go with one raise, the longest owed first. */
  some(): ReadonlyArray<Head> {
    if (this.heads.size === 0) return nothing
    const some: Array<Head> = []
    for (const head of this.heads) {
      if (some.length === someMax) break
      some.push(head)
    }
    return some
  }

  /** Removes raised heads. A head that has grown since is still owed. */
  pay(heads: ReadonlyArray<Head>): void {
    for (const [log, head] of heads) if (this.heads.get(log) === head) this.heads.delete(log)
  }
}

const nothing: ReadonlyArray<Head> = []

/** Short, because this is only a hint: gateways find a missed announcement by comparing heads. */
const deadline = "2 seconds"

/** Announces personal events that were written outside a worker, in the same way as a worker: heads, then envelopes. */
export const PersonalHintsAnnounced = Layer.effect(
  PersonalHints,
  Effect.map(CommitPublisher, ({ announce }) =>
    PersonalHints.of({
      announce: (changes) => announce(changes, []).pipe(Effect.timeoutOption(deadline), Effect.asVoid)
    })
  )
)
