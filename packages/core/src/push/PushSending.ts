/**
 * Sends what is due: claims it while there is room in hand, asks again whether it is wanted, gives each push a slot at
 * its push service, and settles what is done, all that came together in one step. A push that waits for its answer
 * holds up none to another service.
 */
import { Effect, Either, Metric, type Scope } from "effect"
import type { UserId } from "../domain/Ids.ts"
import { collapseKeyOf, leaseMs, looksAfterMs, sendAgainMs, verdictOf } from "../domain/PushPolicy.ts"
import { makeThrottledLog } from "../fibers/logging.ts"
import { makeWithTimeout, monotonicMs, type WithTimeout } from "../fibers/Time.ts"
import { Presence } from "../ports/Presence.ts"
import { PushFailed, PushProvider, type ReadyPush } from "../ports/PushProvider.ts"
import { type Claimed, PushStore, type Settled } from "../ports/PushStore.ts"

const settledTotal = Metric.counter("hibiki_push_settled_total", {
  description: "Pushes that were due, by what became of them",
  incremental: true
})
const behindSeconds = Metric.gauge("hibiki_push_behind_seconds", {
  description: "For how long more pushes were due all the time than could be taken in hand"
})

/** Well below the lease, with the wait for a place. */
const sendWithinMs = 10_000
/**
 * Claims of one step, addresses asked for at once, and pushes in hand: far more than one service has places, so that
 * there is room for the others.
 */
const bounds = { claims: 32, asked: 16, inHand: 64 } as const

/** One that is wanted, and has no place yet. */
interface Waiting {
  readonly claimed: Claimed
  readonly kind: "wake" | "cancel"
  readonly ready: ReadyPush
  readonly sinceMs: number
}

/** What was claimed and is not settled. */
class PushesInHand {
  readonly slots = new ServiceSlots()
  /** Open once another push is done. */
  readonly moved = Effect.unsafeMakeLatch(false)
  /** Thousands of devices may have one push service that is away. */
  readonly unsent = makeThrottledLog("A push was not sent; it is tried again")
  waiting: Array<Waiting> = []
  readonly done: Array<Settled> = []

  get room(): number {
    return bounds.inHand - this.waiting.length - this.slots.sending - this.done.length
  }
}

/** A step says whether the next is to follow at once. */
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
    // Before it is settled: whoever ends between the two has it due again, and notes it then.
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

/** Whether it is still wanted, and by which service. */
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

/** Gives those that wait their places, puts off those that get none in time, and leaves the rest where it is. */
const placing = (hand: PushesInHand, within: WithTimeout, scope: Scope.Scope) => {
  /** Silent services that were told of. */
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
 * While a push is due, looks pass its device by; it may have been so long that what came after it was looked at for the
 * last time. Once it is unwanted its log is looked at again. That ends: a look owes only what is unread and wanted.
 * What was given up unread is not noted, so that it stays given up.
 */
const isPassedBy = ({ claimed, outcome }: Settled): boolean =>
  claimed.state === "due" && (outcome === "read" || outcome === "cancelled")

/** Sends at once to one service. */
const slotsMax = 16
/** A service that has answered nothing for so long, though something was sent to it, is silent (ms). */
const silentAfterMs = 2_000
/** How long a push waits for a place (ms). */
const placeWithinMs = 5_000

interface Service {
  sending: number
  /** When it was sent what it did not answer, or when it answered last while more was on its way. */
  unansweredSinceMs: number | undefined
}

/**
 * Which pushes may be on their way at once: so many to each push service, and to one that does not answer a single one,
 * which finds out whether it does again. So none takes the place of the others, however many are due there. Pure.
 */
class ServiceSlots {
  readonly #services = new Map<string, Service>()
  #sending = 0

  /** To all services. */
  get sending(): number {
    return this.#sending
  }

  /** What becomes of a push that wants a place since `sinceMs`: `putOff` means that it is due again later. */
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

/** While presence is away, nobody is known to be there, and all are woken. */
export const inactive = (presence: Presence["Type"], users: ReadonlyArray<UserId>) =>
  presence.active(users).pipe(
    Effect.catchTag("PresenceUnavailable", () => Effect.succeed(new Set<UserId>())),
    Effect.map((active) => (userId: UserId) => !active.has(userId))
  )
