/**
 * What follows a commit, in this order: heads are raised and the interested gateways read (one round trip); envelopes
 * are published; done when they are confirmed, or given up for a node that takes nothing. Used by the worker after an
 * append, and for personal events that were written elsewhere.
 */
import { Effect } from "effect"
import type { LogChange } from "../commands/Decision.ts"
import type { ConversationId, Epoch, NodeId } from "../domain/Ids.ts"
import { makeSeededUuidV7 } from "../domain/Uuid.ts"
import { every } from "../fibers/every.ts"
import { makeOutage } from "../fibers/makeOutage.ts"
import { retryBackoff } from "../fibers/retryBackoff.ts"
import { retrying } from "../fibers/retrying.ts"
import { type AddressedEnvelope, Deliveries } from "../ports/Deliveries.ts"
import { EnvelopeCount, LastNumbers } from "../ports/EnvelopeNumbers.ts"
import { EventStore } from "../ports/EventStore.ts"
import { type Interested, Routes } from "../ports/Routes.ts"
import type { Answer, Envelope } from "../ports/Submission.ts"
import { cutChanges, groupsThatFit } from "./EnvelopeSizes.ts"
import { OwedHeads } from "./OwedHeads.ts"

export interface Addressed {
  readonly to: NodeId
  readonly answer: Answer
}

export class Announcer extends Effect.Service<Announcer>()("@hibiki/core/worker/Announcer", {
  scoped: Effect.gen(function* () {
    const deliveries = yield* Deliveries
    const { epoch } = yield* EventStore
    const worker = yield* makeSeededUuidV7
    const count = new EnvelopeCount()
    const last = new LastNumbers()
    const owed = new OwedHeads()
    const routes = yield* Routes
    const raise = makeRaise(routes, owed)
    const away = makeOutage("Deliveries are away", "Deliveries are there again")
    yield* payOwed(routes, owed).pipe(
      every("1 second", "Heads that are owed to the routes could not be raised; trying again"),
      Effect.forkScoped
    )

    const envelope = (
      to: AddressedEnvelope["to"],
      changes: ReadonlyArray<LogChange>,
      answers: ReadonlyArray<Answer>,
      storeEpoch: Epoch
    ) => {
      const { after, number } = count.next(to, changes.length > 0)
      last.told(
        to,
        changes.some(({ cells }) => cells !== undefined)
      )
      const headsRaised = owed.size === 0
      return {
        to,
        envelope: { v: 1, worker, number, after, headsRaised, epoch: storeEpoch, changes, answers } satisfies Envelope
      }
    }

    /** All that goes to one receiver, in order, the answers last: whatever they tell of was told before. */
    const envelopesTo = (
      to: AddressedEnvelope["to"],
      changes: ReadonlyArray<LogChange>,
      answers: ReadonlyArray<Answer>,
      storeEpoch: Epoch
    ) => {
      const groups = groupsThatFit(changes)
      return groups.map((group, i) => envelope(to, group, i === groups.length - 1 ? answers : [], storeEpoch))
    }

    const noteLast = Effect.suspend(() => {
      const notes = last.due().map((to) => {
        const { after, number } = count.next(to, false)
        return {
          to,
          envelope: {
            v: 1,
            worker,
            number,
            after,
            headsRaised: owed.size === 0,
            epoch,
            changes: [],
            answers: []
          } as const
        }
      })
      return notes.length === 0 ? Effect.void : Effect.ignore(deliveries.publish(notes))
    })
    yield* noteLast.pipe(every("5 seconds", "Gateways could not be told that nothing followed"), Effect.forkScoped)

    /**
     * Never fails: it tries until the deliveries confirm or give up what one node does not take, so that whoever waits
     * for it may acknowledge what caused it.
     */
    const announce = Effect.fnUntraced(function* (
      changes: ReadonlyArray<LogChange>,
      answers: ReadonlyArray<Addressed>,
      storeEpoch: Epoch = epoch
    ) {
      if (changes.length === 0 && answers.length === 0) return
      const interested = changes.length === 0 ? nobody : yield* raise(changes)
      const answersTo = groupAnswers(answers)
      const envelopes = []
      if (interested._tag === "Everywhere") {
        envelopes.push(...envelopesTo("gateways", cutChanges(changes), [], storeEpoch))
        for (const [to, mine] of answersTo) envelopes.push(envelope(to, [], mine, storeEpoch))
      } else {
        const changesTo = groupChanges(cutChanges(changes), interested.of)
        for (const to of new Set([...changesTo.keys(), ...answersTo.keys()])) {
          envelopes.push(...envelopesTo(to, changesTo.get(to) ?? [], answersTo.get(to) ?? [], storeEpoch))
        }
      }
      if (envelopes.length > 0)
        yield* deliveries.publish(envelopes).pipe(
          Effect.tapError((e) => away.met(e.cause)),
          (work) => retrying(work, { schedule: retryBackoff }),
          Effect.zipRight(away.over),
          Effect.orDie
        )
    })

    return { announce } as const
  })
}) {}

const everywhere = { _tag: "Everywhere" } as const
const nobody = { _tag: "Nodes", of: new Map<ConversationId, ReadonlyArray<NodeId>>() } as const

/**
 * What is owed goes with the next announcement, or by itself when none comes: until then no gateway finds by heads what
 * it missed.
 */
const payOwed = (routes: Routes["Type"], owed: OwedHeads) =>
  Effect.suspend(() => {
    if (owed.size === 0) return Effect.void
    const paid = owed.some()
    return Effect.ignore(Effect.map(routes.raise(paid), () => owed.pay(paid)))
  })

/** While the routes are away everybody is told, and the heads are owed to them. */
const makeRaise = (routes: Routes["Type"], owed: OwedHeads) => {
  const away = makeOutage("Routes are away: publishing to every gateway", "Routes are there again")
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
