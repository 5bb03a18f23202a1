/**
 * Sends due pushes. It claims them while it has room, checks again whether each is still wanted, gives each a slot at
 * its push service, and settles all finished ones in one step. A push that waits for its answer delays none to another
 * service.
 */
import { Effect, Either, Metric, type Scope } from "effect"
import type { UserId } from "../domain/Ids.ts"
import { collapseKeyOf, leaseMs, looksAfterMs, sendAgainMs, verdictOf } from "../domain/PushPolicy.ts"
import { makeThrottledLog } from "../fibers/logging.ts"
import { makeWithTimeout, monotonicMs, type WithTimeout } from "../fibers/Time.ts"
import { counter, gauge } from "../metrics/declareMetric.ts"
import { Presence } from "../ports/Presence.ts"
import { PushFailed, PushProvider, type ReadyPush } from "../ports/PushProvider.ts"
import { type Claimed, PushStore, pushOutcomes, type Settled } from "../ports/PushStore.ts"

const settledTotal = counter("hibiki_push_settled_total", {
  unit: "pushes",
  description: "Due pushes, by outcome.",
  labels: { outcome: [...pushOutcomes, "again"] }
})
const behindSeconds = gauge("hibiki_push_behind_seconds", {
  unit: "seconds",
  description: "For how long more pushes have been due than push servers could send."
})

/** Well below the lease, together with the wait for a slot. */
const sendWithinMs = 10_000
/**
 * Claims of one step, addresses prepared at once, and claimed pushes in total: far more than one service has slots, so
 * that there is room for the other services.
 */
const bounds = { claims: 32, asked: 16, inHand: 64 } as const

/** A wanted push without a slot yet. */
interface Waiting {
  readonly claimed: Claimed
  readonly kind: "wake" | "cancel"
  readonly ready: ReadyPush
  readonly sinceMs: number
}

/** Pushes that are claimed and not settled. */
class PushesInHand {
  readonly slots = new ServiceSlots()
  /** Open once another push is done. */
  readonly moved = Effect.unsafeMakeLatch(false)
  /** Thousands of devices may use one push service that is unreachable. */
  readonly unsent = makeThrottledLog("A push was not sent; it is tried again")
  waiting: Array<Waiting> = []
  readonly done: Array<Settled> = []

  get room(): number {
    return bounds.inHand - this.waiting.length - this.slots.sending - this.done.length
  }
}

/** A step returns whether the next should follow at once. */
export const pushSending = Effect.gen(function* () {
  const store = yield* PushStore
  const takeUp = takingUp(yield* PushProvider)
  const presence = yield* Presence
  const hand = new PushesInHand()
  const place = placing(hand, yield* makeWithTimeout, yield* Effect.scope)
  let caughtUpMs = yield* monotonicMs

  const settle = Effect.gen(function* () {
    const done = [...hand.done]
    if (done.length === 0) return
    const again = [...new Set(done.filter(isPassedBy).map(({ claimed }) => claimed.log))]
    // Before settling: if the process ends between the two, the push is due again and noted then.
    if (again.length > 0) yield* store.note(again, looksAfterMs[0], looksAfterMs[1])
    yield* store.settle(done)
    hand.done.splice(0, done.length)
  })

  const claim = (limit: number) =>
    Effect.gen(function* () {
      const due = yield* store.claim(leaseMs, limit)
      if (due.length === 0) return 0
      const isAway = yield* inactive(presence, [...new Set(due.map(({ userId }) => userId))])
      yield* Effect.forEach(due, (claimed) => takeUp(hand, claimed, !isAway(claimed.userId)), {
        concurrency: bounds.asked,
        discard: true
      })
      return due.length
    })

  return Effect.gen(function* () {
    yield* hand.moved.close
    yield* settle
    const limit = Math.min(hand.room, bounds.claims)
    const claimed = limit > 0 ? yield* claim(limit) : 0
    yield* place
    const nowMs = yield* monotonicMs
    if (claimed < limit) caughtUpMs = nowMs
    yield* Metric.set(behindSeconds, (nowMs - caughtUpMs) / 1_000)
    if (hand.done.length > 0 || (limit > 0 && claimed === limit)) return true
    yield* hand.room === bounds.inHand ? Effect.sleep("1 second") : Effect.timeoutOption(hand.moved.await, "1 second")
    return false
  })
})

/** Checks whether a push is still wanted, and by which service it goes. */
const takingUp = (provider: PushProvider["Type"]) => (hand: PushesInHand, claimed: Claimed, isActive: boolean) => {
  const verdict = verdictOf({ ...claimed, isActive })
  if (verdict !== "send" && verdict !== "cancel") return finish(hand, claimed, verdict)
  const kind = verdict === "send" ? "wake" : "cancel"
  const { deviceId, log, reason, seq, userId } = claimed
  return provider
    .prepare({ kind, userId, deviceId, conversationId: log, seq, collapseKey: collapseKeyOf(log), reason })
    .pipe(
      Effect.catchAllDefect((cause) => new PushFailed({ cause })),
      Effect.matchEffect({
        onFailure: (failed) => again(hand, claimed, failed),
        onSuccess: (ready) =>
          typeof ready === "string"
            ? finish(hand, claimed, outcomeOf(kind, ready))
            : Effect.map(monotonicMs, (sinceMs) => void hand.waiting.push({ claimed, kind, ready, sinceMs }))
      })
    )
}

/** Gives waiting pushes their slots, defers those that get none in time, and leaves the rest waiting. */
const placing = (hand: PushesInHand, within: WithTimeout, scope: Scope.Scope) => {
  /** Silent services that were logged. */
  const told = new Set<string>()

  const putOff = ({ claimed, ready: { service } }: Waiting, isSilent: boolean) =>
    Effect.gen(function* () {
      if (isSilent && !told.has(service)) {
        told.add(service)
        yield* Effect.logWarning(
          "A push service does not answer: one push at a time tries whether it does again, and the others are put off"
        ).pipe(Effect.annotateLogs({ service }))
      }
      yield* finish(hand, claimed, "again", sendAgainMs(claimed.tries))
    })

  return Effect.gen(function* () {
    const nowMs = yield* monotonicMs
    const wanted = hand.waiting
    hand.waiting = []
    for (const one of wanted) {
      const { service } = one.ready
      const isSilent = hand.slots.isSilent(service, nowMs)
      if (!isSilent) told.delete(service)
      const what = hand.slots.placeOf(service, one.sinceMs, nowMs)
      if (what === "wait") hand.waiting.push(one)
      else if (what === "putOff") yield* putOff(one, isSilent)
      else {
        hand.slots.begin(service, nowMs)
        yield* Effect.forkIn(send(hand, within, one), scope)
      }
    }
  })
}

const send = (hand: PushesInHand, within: WithTimeout, { claimed, kind, ready }: Waiting) =>
  Effect.gen(function* () {
    const sent = yield* ready.send.pipe(
      within(sendWithinMs, () => new PushFailed({ cause: "no answer in time", isUnanswered: true })),
      Effect.catchAllDefect((cause) => new PushFailed({ cause })),
      Effect.either
    )
    hand.slots.end(ready.service, Either.isRight(sent) || sent.left.isUnanswered !== true, yield* monotonicMs)
    yield* Either.isRight(sent) ? finish(hand, claimed, outcomeOf(kind, sent.right)) : again(hand, claimed, sent.left)
    yield* hand.moved.open
  })

const outcomeOf = (kind: Waiting["kind"], sent: "sent" | "unreachable") => (kind === "cancel" ? "cancelled" : sent)

const again = (hand: PushesInHand, claimed: Claimed, { cause, retryAfterMs }: PushFailed) =>
  Effect.zipRight(hand.unsent(cause), finish(hand, claimed, "again", sendAgainMs(claimed.tries, retryAfterMs)))

const finish = (hand: PushesInHand, claimed: Claimed, outcome: Settled["outcome"], afterMs = 0) =>
  Effect.gen(function* () {
    yield* Metric.increment(Metric.tagged(settledTotal, "outcome", outcome))
    hand.done.push({ claimed, outcome, afterMs })
  })

/**
 * While a push is due, looks skip its device. The push may have been due so long that later messages had their last
 * look. So once it is unwanted its log is looked at again. That ends: a look makes only unread and wanted pushes due. A
 * push that was given up unread is not noted, so that it stays given up.
 */
const isPassedBy = ({ claimed, outcome }: Settled): boolean =>
  claimed.state === "due" && (outcome === "read" || outcome === "cancelled")

/** Concurrent sends to one service. */
const slotsMax = 16
/** A service is silent if it has answered nothing for this long (ms), though something was sent to it. */
const silentAfterMs = 2_000
/** How long a push waits for a slot (ms). */
const placeWithinMs = 5_000

interface Service {
  sending: number
  /** When the oldest unanswered push was sent, or the last answer while more were on their way. */
  unansweredSinceMs: number | undefined
}

/**
 * Decides which pushes may be on their way at once: a fixed number to each push service, and a single one to a service
 * that does not answer, which tests whether it does again. So no service takes the slots of the others, however many
 * pushes are due there. Pure.
 */
class ServiceSlots {
  readonly #services = new Map<string, Service>()
  #sending = 0

  /** To all services. */
  get sending(): number {
    return this.#sending
  }

  /** Decides on a push that wants a slot since `sinceMs`: `putOff` means that it is due again later. */
  placeOf(name: string, sinceMs: number, nowMs: number): "send" | "wait" | "putOff" {
    const isSilent = this.isSilent(name, nowMs)
    if ((this.#services.get(name)?.sending ?? 0) < (isSilent ? 1 : slotsMax)) return "send"
    return isSilent || nowMs - sinceMs >= placeWithinMs ? "putOff" : "wait"
  }

  isSilent(name: string, nowMs: number): boolean {
    const sinceMs = this.#services.get(name)?.unansweredSinceMs
    return sinceMs !== undefined && nowMs - sinceMs >= silentAfterMs
  }

  begin(name: string, nowMs: number): void {
    const service = this.#services.get(name) ?? { sending: 0, unansweredSinceMs: undefined }
    this.#services.set(name, service)
    service.sending++
    this.#sending++
    service.unansweredSinceMs ??= nowMs
  }

  end(name: string, isAnswered: boolean, nowMs: number): void {
    const service = this.#services.get(name)
    if (service === undefined) return
    service.sending--
    this.#sending--
    if (isAnswered) service.unansweredSinceMs = service.sending > 0 ? nowMs : undefined
    if (service.sending === 0 && service.unansweredSinceMs === undefined) this.#services.delete(name)
  }
}

/** While presence is unreachable, all users count as inactive and get their pushes. */
export const inactive = (presence: Presence["Type"], users: ReadonlyArray<UserId>) =>
  presence.active(users).pipe(
    Effect.catchTag("PresenceUnavailable", () => Effect.succeed(new Set<UserId>())),
    Effect.map((active) => (userId: UserId) => !active.has(userId))
  )
