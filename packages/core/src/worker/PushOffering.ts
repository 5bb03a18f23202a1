/**
 * Pushes are offered beside the envelopes, for several transactions together. Nothing waits for them but the
 * acknowledgement of what they are about: while they are not taken, others are decided, up to as many as the ingress
 * gives out unacknowledged.
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
 * After an offer others gather for so long (ms), or until so many messages of the ingress wait for theirs: far less
 * than a look waits, and few of those that the ingress gives out. An offer of its own for each transaction costs the
 * broker as much as what it is about.
 */
const gathering = { ms: 40, messages: 8 } as const

interface Gathered {
  readonly logs: Set<ConversationId>
  readonly messages: Set<MessageInHand>
  /** Of the first of them (monotonic). */
  readonly sinceMs: number
}

/**
 * Gives what is called after each transaction: with what it changed, the submissions that it decided, and when it was
 * over (monotonic). It never fails and waits for nothing. `acknowledge` gets messages once an offer about them was
 * taken, and sees whether anything else is to be done for them. What is not offered at the end of the scope is not
 * acknowledged either.
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

/**
 * Logs of which it is remembered when they were offered; one too many, and all are forgotten: to offer again does no
 * harm.
 */
const knownMax = 100_000

/**
 * Which logs a worker offers to whoever pushes: those in which something came for which somebody may have to be woken.
 */
export class PushOffers {
  readonly #offeredAt = new Map<ConversationId, number>()

  /**
   * Logs to offer for these changes. Each busy conversation once in a while: what comes soon after an offer is seen by
   * the looks that it brings.
   */
  due(changes: ReadonlyArray<LogChange>, nowMs: number): ReadonlyArray<ConversationId> {
    return changes.filter((change) => this.#isDue(change, nowMs)).map(({ log }) => log)
  }

  /** These were taken, by an offer that began at `sinceMs`. */
  taken(logs: ReadonlyArray<ConversationId>, sinceMs: number): void {
    if (this.#offeredAt.size + logs.length > knownMax) this.#offeredAt.clear()
    for (const log of logs) this.#offeredAt.set(log, sinceMs)
  }

  /**
   * A personal log in which its owner read something, or is a member no more, is looked at once, so each time counts:
   * what was shown is taken back. And where only the head is told, nobody knows any more what it was.
   */
  #isDue({ cells, events, log }: LogChange, nowMs: number): boolean {
    if (events.length === 0 || cells !== undefined || events.some(({ kind }) => kind === "removed")) return true
    const offeredAt = this.#offeredAt.get(log)
    return (
      events.some(({ kind }) => kind === "posted") && (offeredAt === undefined || nowMs - offeredAt >= offerCoversMs)
    )
  }
}
