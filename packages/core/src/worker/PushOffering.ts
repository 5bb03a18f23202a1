/**
 * Offers pushes in parallel to the envelopes, for several transactions together. Only the acknowledgement of the
 * messages behind them waits for an offer. While an offer is pending, the worker decides other batches, up to the
 * number of messages that the ingress delivers without acknowledgement.
 */
import { Effect } from "effect"
import type { LogChange } from "../commands/Decision.ts"
import type { ConversationId } from "../domain/Ids.ts"
import { offerCoversMs } from "../domain/PushPolicy.ts"
import { makeStart, whileWork } from "../fibers/Background.ts"
import { makeOutageLog } from "../fibers/logging.ts"
import { retryBackoff, retryForever } from "../fibers/repeating.ts"
import { PushQueue } from "../ports/PushQueue.ts"
import type { Held, MessageInHand } from "./WorkerQueue.ts"

/**
 * After an offer, later ones gather for this time (ms), or until this number of ingress messages waits for them. Both
 * are small: compared with the delay of a push check, and with the number of messages that the ingress delivers. A
 * separate offer for each transaction costs the broker as much as the transaction's own messages.
 */
const gathering = { ms: 40, messages: 8 } as const

interface Gathered {
  readonly logs: Set<ConversationId>
  readonly messages: Set<MessageInHand>
  /** The time of the first one (monotonic). */
  readonly sinceMs: number
}

/**
 * Returns a function to call after each transaction with its changes, the submissions that it decided, and its end time
 * (monotonic). The function never fails and never waits. `acknowledge` receives messages once an offer about them was
 * taken, and checks whether anything else remains to be done for them. Messages whose pushes are not yet offered when
 * the scope ends stay unacknowledged.
 */
export const makePushOffering = (acknowledge: (messages: ReadonlyArray<MessageInHand>) => Effect.Effect<void>) =>
  Effect.gen(function* () {
    const pushes = yield* PushQueue
    const start = yield* makeStart
    const offers = new PushOffers()
    const away = makeOutageLog("The way to the pushes is away", "The way to the pushes is there again")
    const enough = Effect.unsafeMakeLatch(false)
    let gathered: Gathered | undefined
    let running = false

    const taken = (logs: ReadonlyArray<ConversationId>) =>
      pushes.offer(logs).pipe(
        Effect.zipRight(away.over),
        Effect.tapError(({ cause }) => away.met(cause)),
        Effect.retry({ schedule: retryBackoff }),
        retryForever("Pushes could not be offered; trying again")
      )
    const offer = ({ logs, messages, sinceMs }: Gathered) =>
      Effect.suspend(() => taken([...logs])).pipe(
        Effect.zipRight(
          Effect.suspend(() => {
            offers.taken([...logs], sinceMs)
            for (const message of messages) message.offers--
            return acknowledge([...messages])
          })
        ),
        Effect.zipRight(Effect.timeoutOption(enough.await, gathering.ms))
      )
    const run = whileWork({
      hasWork: () => gathered !== undefined,
      body: () => {
        const now = gathered
        gathered = undefined
        enough.unsafeClose()
        return now === undefined ? Effect.void : offer(now)
      },
      rest: () => {
        running = false
      },
      failed: "Pushes could not be gathered; trying again"
    })

    return (changes: ReadonlyArray<LogChange>, batch: ReadonlyArray<Held>, nowMs: number): void => {
      const logs = offers.due(changes, nowMs)
      if (logs.length === 0) return
      gathered ??= { logs: new Set(), messages: new Set(), sinceMs: nowMs }
      for (const log of logs) gathered.logs.add(log)
      for (const { message } of batch) {
        if (gathered.messages.has(message)) continue
        gathered.messages.add(message)
        message.offers++
      }
      if (gathered.messages.size >= gathering.messages) enough.unsafeOpen()
      if (running) return
      running = true
      start(run)
    }
  })

/** The most logs whose last offer is remembered. Beyond it all are forgotten, because a repeated offer does no harm. */
const knownMax = 100_000

/** Selects the logs that a worker offers to the push role: those with news that may need a push. */
export class PushOffers {
  readonly #offeredAt = new Map<ConversationId, number>()

  /**
   * The logs to offer for these changes. A busy conversation is offered only once in a while: the checks after one
   * offer also find what comes soon after it.
   */
  due(changes: ReadonlyArray<LogChange>, nowMs: number): ReadonlyArray<ConversationId> {
    return changes.filter((change) => this.#isDue(change, nowMs)).map(({ log }) => log)
  }

  /** Records that an offer that began at `sinceMs` was taken. */
  taken(logs: ReadonlyArray<ConversationId>, sinceMs: number): void {
    if (this.#offeredAt.size + logs.length > knownMax) this.#offeredAt.clear()
    for (const log of logs) this.#offeredAt.set(log, sinceMs)
  }

  /**
   * A personal log is offered each time its owner has read something or lost a membership: the push role checks such a
   * log at once, to take back shown notifications. A change with only a head is offered too, because its events are
   * unknown by now.
   */
  #isDue({ cells, events, log }: LogChange, nowMs: number): boolean {
    if (events.length === 0 || cells !== undefined || events.some(({ kind }) => kind === "removed")) return true
    const offeredAt = this.#offeredAt.get(log)
    return (
      events.some(({ kind }) => kind === "posted") && (offeredAt === undefined || nowMs - offeredAt >= offerCoversMs)
    )
  }
}
