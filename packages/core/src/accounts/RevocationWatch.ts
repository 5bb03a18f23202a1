/**
 * Follows which devices were ended, by any process, so that their sockets are closed and their tokens forgotten within
 * 5 s.
 */
import { Cause, Effect, Metric, type Scope } from "effect"
import type { DeviceId } from "../domain/Ids.ts"
import { logThrown, makeListeners } from "../fibers/Listeners.ts"
import { makeOutageLog } from "../fibers/logging.ts"
import { repeatEvery } from "../fibers/repeating.ts"
import { makeWithTimeout } from "../fibers/Time.ts"
import { counter } from "../metrics/declareMetric.ts"
import { StoreUnavailable } from "../ports/EventStore.ts"
import { Sessions } from "../ports/Sessions.ts"
import { type CloseCode, CloseCodes } from "../protocol/CloseCode.ts"

export const revocationPolls = counter("hibiki_revocation_polls_total", {
  unit: "polls",
  description: "For signed-out devices, every two seconds: `ok` or `failed`.",
  labels: { result: ["ok", "failed"] }
})

const everyMs = 2_000
/** A revocation may commit this much later than its own time, and is still found. */
const overlapMs = 60_000
/** A query that takes longer is given up, and repeated. */
const deadlineMs = 2_000
/**
 * Ended devices that are remembered. Beyond it the oldest are forgotten, which matters only to sockets that took that
 * long to open.
 */
const rememberedMax = 100_000

/** `revoked`: someone revoked it. `expired`: its sign-in is too old. */
export type Ending = "revoked" | "expired"

/**
 * The close code for a socket whose sign-in ended. If it is only too old, nobody ended it: its client requests a
 * ticket, and the answer says so.
 */
export const closeCodeOf = (ending: Ending): CloseCode =>
  ending === "revoked" ? CloseCodes.revoked : CloseCodes.unauthenticated

/** Receives devices that ended, each at least once. Synchronous; its exceptions are logged. */
export type RevocationListener = (devices: ReadonlyArray<DeviceId>, ending: Ending) => void

export class RevocationWatch extends Effect.Service<RevocationWatch>()("@hibiki/core/accounts/RevocationWatch", {
  scoped: Effect.gen(function* () {
    const sessions = yield* Sessions
    const within = yield* makeWithTimeout
    const away = makeOutageLog(
      "revoked devices could not be asked for; trying again",
      "revoked devices can be asked for again"
    )
    const listeners = makeListeners<Parameters<RevocationListener>>()
    /** With the time of the last answer that named them, by the store's clock. */
    const ended = new Map<DeviceId, { readonly ending: Ending; readonly seenAt: number }>()
    let since: number | undefined

    const take = (devices: ReadonlyArray<DeviceId>, ending: Ending, seenAt: number): ReadonlyArray<DeviceId> => {
      const fresh = devices.filter((device) => !ended.has(device))
      for (const device of devices) {
        ended.delete(device)
        ended.set(device, { ending, seenAt })
      }
      // Oldest first, since a device that is named again moves to the end.
      for (const [device, known] of ended) {
        if (known.seenAt > seenAt - overlapMs && ended.size <= rememberedMax) break
        ended.delete(device)
      }
      return fresh
    }

    const tell = (devices: ReadonlyArray<DeviceId>, ending: Ending) =>
      devices.length === 0
        ? Effect.void
        : Effect.suspend(() => logThrown("A listener for revoked devices threw", listeners.tell([devices, ending])))

    /** Queries once and notifies the listeners. */
    const poll: Effect.Effect<void, StoreUnavailable> = Effect.gen(function* () {
      // The first query only reads the store's clock and looks back from there: nothing is older than the sockets here.
      const from = since ?? (yield* ask(Number.MAX_SAFE_INTEGER)).now - overlapMs
      const answer = yield* ask(from)
      since = answer.now - overlapMs
      yield* tell(take(answer.revoked, "revoked", answer.now), "revoked")
      yield* tell(take(answer.expired, "expired", answer.now), "expired")
    })

    const ask = (from: number) =>
      sessions
        .endedSince(from)
        .pipe(within(deadlineMs, () => new StoreUnavailable({ operation: "endedSince", cause: "no answer in time" })))

    yield* poll.pipe(
      Effect.zipRight(Metric.increment(Metric.tagged(revocationPolls, "result", "ok"))),
      Effect.zipRight(away.over),
      Effect.catchAllCause((cause) =>
        Cause.isInterruptedOnly(cause)
          ? Effect.interrupt
          : Effect.zipRight(
              Metric.increment(Metric.tagged(revocationPolls, "result", "failed")),
              away.met(Cause.squash(cause))
            )
      ),
      repeatEvery(everyMs, "Asking for revoked devices stopped short; it goes on"),
      Effect.forkScoped
    )

    /** Calls the listener with devices that end from now on, until the scope closes. */
    const subscribe = (listener: RevocationListener): Effect.Effect<void, never, Scope.Scope> =>
      listeners.listen((news) => listener(...news))

    /**
     * How the device ended, if that is known to have happened within the last minute. For a socket that was opening at
     * that time.
     */
    const endingOf = (device: DeviceId): Ending | undefined => ended.get(device)?.ending

    return { poll, subscribe, endingOf } as const
  })
}) {}
