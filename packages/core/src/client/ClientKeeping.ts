/**
 * What a client keeps in its stores and reads from them, for its loop: the outbox's rows before they are handed over, then cursors and rows of its logs.
 * A store that fails is logged and gone on without; each call of one is given up after 5 s. What a client that ends leaves half done is done again by its
 * last words.
 */
import { Effect } from "effect"
import type { ConversationId } from "../domain/Ids.ts"
import type { ClientFrame } from "../protocol/ClientFrame.ts"
import type { ClientCore } from "./ClientCore.ts"
import type { ClientStore } from "./ClientStore.ts"
import type { OutboxStore } from "./OutboxStore.ts"

const storeMs = 5_000
const feedsReadAtOnce = 8

export class ClientKeeping {
  readonly #core: ClientCore
  readonly #outboxStore: OutboxStore["Type"]
  readonly #clientStore: ClientStore["Type"]

  constructor(core: ClientCore, outboxStore: OutboxStore["Type"], clientStore: ClientStore["Type"]) {
    this.#core = core
    this.#outboxStore = outboxStore
    this.#clientStore = clientStore
  }

  /**
   * Rows that are about to be handed over must be kept as such before: else a crash would let them be edited under an id that may be stored. Answers the
   * conversations whose rows changed.
   */
  get keepOutbox(): Effect.Effect<ReadonlyArray<ConversationId>> {
    return Effect.suspend(() => {
      const { outbox } = this.#core
      const changes = outbox.takeChanges()
      const { conversations, put, removed } = changes
      this.#core.changed(conversations)
      const kept =
        put.length === 0 && removed.length === 0
          ? Effect.void
          : Effect.zipRight(
              put.length === 0 ? Effect.void : this.#outboxStore.put(put),
              removed.length === 0 ? Effect.void : this.#outboxStore.remove(removed)
            ).pipe(
              withinStoreTime,
              Effect.catchAll((error) => Effect.logWarning("The outbox could not be kept", error)),
              Effect.onInterrupt(() => Effect.sync(() => outbox.putBack(changes)))
            )
      return Effect.as(kept, [...conversations])
    })
  }

  /** When it is time: keeps what moved in the logs, and answers what may be acknowledged then. */
  keepLogs(now: number, isLast = false): Effect.Effect<ReadonlyArray<ClientFrame>> {
    return Effect.suspend(() => {
      const due = this.#core.dueCursors(now, isLast)
      const change = due?.change
      const save =
        change === undefined
          ? Effect.void
          : this.#clientStore.save(change).pipe(
              withinStoreTime,
              Effect.as(true),
              Effect.catchAll((error) => Effect.as(Effect.logWarning("What is shown could not be kept", error), false)),
              Effect.map((kept) => this.#core.wasKept(change, kept, now)),
              Effect.onInterrupt(() => Effect.sync(() => this.#core.wasKept(change, false, now)))
            )
      return Effect.as(save, due?.acknowledge ?? [])
    })
  }

  /** Reads some of the kept rows that are wanted now. True: more are. */
  get readKept(): Effect.Effect<boolean> {
    return Effect.suspend(() => {
      const { logs } = this.#core
      if (logs.personal === undefined) return Effect.succeed(false)
      const reads = Effect.forEach(
        logs.kept.takeWanted(feedsReadAtOnce),
        (id) =>
          this.#clientStore.feed(id).pipe(
            withinStoreTime,
            Effect.catchAll((error) => Effect.as(Effect.logWarning("Kept rows could not be read", error), undefined)),
            Effect.map((kept) => logs.restored(id, kept))
          ),
        { discard: true }
      )
      return Effect.map(reads, () => logs.kept.isWanted)
    })
  }
}

const withinStoreTime = <A, E>(effect: Effect.Effect<A, E>) =>
  Effect.timeoutFail(effect, { duration: storeMs, onTimeout: () => "the store did not answer in time" as const })
