/** Stores cursors and rows for the lifetime of the layer. */
import { Effect, Layer } from "effect"
import type { CommandId, ConversationId, Epoch } from "../../domain/Ids.ts"
import { type KeptFeed, keepChange } from "../feed/KeptFeed.ts"
import { changeReads, type KeptReads, readsOf } from "../list/ReadCursors.ts"
import type { OutboxRow } from "../outbox/OutboxRow.ts"
import { OutboxStore } from "../outbox/OutboxStore.ts"
import { ClientStore } from "./ClientStore.ts"

export const clientStoreMemory = (): ClientStore["Type"] => {
  let epoch: Epoch | null = null
  const cursors = new Map<ConversationId, number>()
  const feeds = new Map<ConversationId, KeptFeed>()
  let reads: KeptReads | undefined
  return ClientStore.of({
    load: Effect.sync(() => ({ epoch, cursors: [...cursors], reads: readsOf(reads, epoch) })),
    feed: (conversationId) => Effect.sync(() => feeds.get(conversationId)),
    save: (change) =>
      Effect.sync(() => {
        if (change.epoch !== epoch) {
          cursors.clear()
          feeds.clear()
        }
        epoch = change.epoch
        for (const feed of change.feeds) {
          feeds.set(feed.conversationId, keepChange(feeds.get(feed.conversationId), feed))
          cursors.set(feed.conversationId, feed.cursor)
        }
        for (const [log, seq] of change.cursors) cursors.set(log, Math.max(seq, cursors.get(log) ?? 0))
        for (const log of change.gone) {
          cursors.delete(log)
          feeds.delete(log)
        }
      }),
    saveReads: (ofEpoch, change) =>
      Effect.sync(() => {
        reads = changeReads(reads, ofEpoch, change)
      })
  })
}

export const ClientStoreMemory = Layer.sync(ClientStore, clientStoreMemory)

export const outboxStoreMemory = (): OutboxStore["Type"] => {
  const kept = new Map<CommandId, OutboxRow>()
  return OutboxStore.of({
    load: Effect.sync(() => [...kept.values()]),
    put: (rows) =>
      Effect.sync(() => {
        for (const row of rows) kept.set(row.id, row)
      }),
    remove: (ids) =>
      Effect.sync(() => {
        for (const id of ids) kept.delete(id)
      })
  })
}

/** An outbox store with the lifetime of its layer: for tests, benches and bots that need not survive a restart. */
export const OutboxStoreMemory = Layer.sync(OutboxStore, outboxStoreMemory)
