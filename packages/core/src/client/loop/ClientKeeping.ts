/**
 * What a client keeps in its stores and reads from them, for its loop: the outbox's rows before they are handed over,
 * then cursors and rows of its logs, and how far was read.
 * A store that fails is logged and gone on without; each call of one is given up after 5 s. What a client that ends
 * leaves half done is done again by its last words.
 */
import { Effect } from "effect"
import type { ConversationId } from "../../domain/Ids.ts"
import type { WithTimeout } from "../../fibers/Time.ts"
import type { ClientFrame } from "../../protocol/ClientFrame.ts"
import type { ClientTime } from "../connection/ClientTime.ts"
import type { OutboxStore } from "../outbox/OutboxStore.ts"
import type { OutboxChanges } from "../outbox/OutboxTable.ts"
import type { ClientStore, StoreChange } from "../store/ClientStore.ts"
import type { ClientCore } from "./ClientCore.ts"

const storeMs = 5_000
const feedsReadAtOnce = 8
/** A store that did not keep the outbox is tried again after the first, doubling up to the second. */
const [firstAgainMs, longestAgainMs] = [1_000, 60_000]

/** `kept`: to be run first, if anything is to be kept. */
interface Kept {
  readonly kept: Effect.Effect<void> | undefined
}

export class ClientKeeping {
  readonly #core: ClientCore
  readonly #outboxStore: OutboxStore["Type"]
  readonly #clientStore: ClientStore["Type"]
  readonly #time: ClientTime
  readonly #within: WithTimeout
  /**
   * Handed to a store, which has not answered. Found here by the next turn, whoever should have waited was interrupted.
   */
  #outboxUnderWay: OutboxChanges | undefined
  #logsUnderWay: StoreChange | undefined
  /** What the store did not take: offered again with the next change, or then. */
  #outboxUnkept: { readonly changes: OutboxChanges; readonly failures: number; readonly againAt: number } | undefined

  constructor(
    core: ClientCore,
    outboxStore: OutboxStore["Type"],
    clientStore: ClientStore["Type"],
    time: ClientTime,
    within: WithTimeout
  ) {
    this.#core = core
    this.#time = time
    this.#within = within
    this.#outboxStore = outboxStore
    this.#clientStore = clientStore
  }

  /**
   * Rows that are about to be handed over must be kept as such before: else a crash would let them be edited under an
   * id that may be stored. Returns the conversations whose rows changed: `kept` adds those in which it shows that rows
   * are kept, or are not. What could not be kept goes all the same, and is kept as soon as the store takes it.
   */
  keepOutbox(now: number): Kept & { readonly conversations: ReadonlySet<ConversationId> } {
    const { outbox } = this.#core
    if (this.#outboxUnderWay !== undefined) outbox.putBack(this.#outboxUnderWay)
    this.#outboxUnderWay = undefined
    const unkept = this.#outboxUnkept
    if (unkept !== undefined && (now >= unkept.againAt || outbox.isChanged)) {
      outbox.putBack(unkept.changes)
      this.#outboxUnkept = undefined
    }
    const changes = outbox.takeChanges()
    const { put, removed } = changes
    const conversations = new Set(changes.conversations)
    this.#core.changed(conversations)
    if (put.length === 0 && removed.length === 0) return { conversations, kept: undefined }
    this.#outboxUnderWay = changes
    const puts = put.length === 0 ? Effect.void : this.#outboxStore.put(put)
    const failures = (unkept?.failures ?? 0) + 1
    const written = (isKept: boolean) => {
      this.#core.seen.unkept = !isKept
      const shown = outbox.wasWritten(changes, isKept)
      for (const id of shown) conversations.add(id)
      this.#core.changed(shown)
    }
    const kept = (removed.length === 0 ? puts : Effect.zipRight(puts, this.#outboxStore.remove(removed))).pipe(
      this.#within(storeMs, late),
      Effect.map(() => written(true)),
      Effect.catchAll((error) => {
        written(false)
        // One that does not answer holds up the loop each time that it is asked.
        const waitMs = error === lateAnswer ? longestAgainMs : firstAgainMs * 2 ** Math.min(failures - 1, 10)
        this.#outboxUnkept = { changes, failures, againAt: this.#time.now() + Math.min(longestAgainMs, waitMs) }
        return Effect.logWarning("The outbox could not be kept", error)
      }),
      Effect.map(() => {
        this.#outboxUnderWay = undefined
      })
    )
    return { conversations, kept }
  }

  /** When `keepOutbox` has something to offer again. */
  nextAt(): number | undefined {
    return this.#outboxUnkept?.againAt
  }

  /** When it is time: keeps what moved in the logs, and answers what may be acknowledged then. */
  keepLogs(now: number, isLast = false): Kept & { readonly acknowledge: ReadonlyArray<ClientFrame> } {
    if (this.#logsUnderWay !== undefined) this.#core.wasKept(this.#logsUnderWay, false, now)
    this.#logsUnderWay = undefined
    const due = this.#core.dueCursors(now, isLast)
    const change = due?.change
    const acknowledge = due?.acknowledge ?? []
    if (change === undefined) return { acknowledge, kept: undefined }
    this.#logsUnderWay = change
    const kept = this.#clientStore.save(change).pipe(
      this.#within(storeMs, late),
      Effect.as(true),
      Effect.catchAll((error) => Effect.as(Effect.logWarning("What is shown could not be kept", error), false)),
      Effect.map((isKept) => {
        this.#logsUnderWay = undefined
        this.#core.wasKept(change, isKept, now)
      })
    )
    return { acknowledge, kept }
  }

  /** When it is time: keeps how far was read, as far as the server has not shown that it knows. */
  keepReads(now: number, isLast = false): Effect.Effect<void> | undefined {
    const { reads } = this.#core
    const { epoch } = this.#core.logs
    const change = reads.takeChange(now, this.#core.isWelcomed, isLast)
    if (epoch === null || change === undefined) return undefined
    return this.#clientStore.saveReads(epoch, change).pipe(
      this.#within(storeMs, late),
      Effect.as(true),
      Effect.catchAll((error) => Effect.as(Effect.logWarning("How far was read could not be kept", error), false)),
      Effect.map((isKept) => reads.wasKept(isKept, this.#time.now()))
    )
  }

  /** Reads some of the kept rows that are wanted now, if any are. */
  readKept(): Effect.Effect<void> | undefined {
    const { logs } = this.#core
    if (logs.personal === undefined || !logs.kept.isWanted) return undefined
    return Effect.forEach(
      logs.kept.takeWanted(feedsReadAtOnce),
      (id) =>
        this.#clientStore.feed(id).pipe(
          this.#within(storeMs, late),
          Effect.catchAll((error) => Effect.as(Effect.logWarning("Kept rows could not be read", error), undefined)),
          Effect.map((kept) => logs.restored(id, kept))
        ),
      // One that hangs holds up the loop for the time of one read.
      { concurrency: "unbounded", discard: true }
    )
  }
}

const lateAnswer = "the store did not answer in time"
const late = () => lateAnswer
