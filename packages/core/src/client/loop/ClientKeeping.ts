/**
 * Writes a client's state to its stores and reads it back, for its loop: the outbox's rows before they are handed over,
 * then cursors and rows of its logs, and read positions. If a store fails, the client logs it and continues without it;
 * each call of a store times out after 5 s. When a client ends, its last writes repeat every unfinished one.
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
/** If a store fails to write the outbox, the client retries after the first delay, doubling up to the second. */
const [firstAgainMs, longestAgainMs] = [1_000, 60_000]

/** `kept`: to be run first, if there is anything to store. */
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
   * Changes handed to a store that has not answered. The next turn finds them here, even if the fiber that waited was
   * interrupted.
   */
  #outboxUnderWay: OutboxChanges | undefined
  #logsUnderWay: StoreChange | undefined
  /** Changes that the store refused: offered again with the next change, or at `againAt`. */
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
   * Stores rows that are about to be handed over. The store must mark them as such first, or a crash would let the user
   * edit them under an id that may be stored. Returns the conversations whose rows changed: `kept` adds those whose
   * view shows that rows are stored, or are not. Rows that could not be stored are sent all the same, and stored as
   * soon as the store takes them.
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
        // A store that does not answer blocks the loop on each call.
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

  /** When due, stores the changes in the logs, and returns the acknowledgements to send after that. */
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

  /** When due, stores the read positions that the server has not confirmed yet. */
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

  /** Reads some of the stored rows that are wanted now, if any. */
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
      // A read that hangs blocks the loop for the time of one read.
      { concurrency: "unbounded", discard: true }
    )
  }
}

const lateAnswer = "the store did not answer in time"
const late = () => lateAnswer
