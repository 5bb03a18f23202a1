/** Cursors that live as long as the layer. */
import { Effect, Layer } from "effect"
import type { ConversationId, Epoch } from "../domain/Ids.ts"
import { ClientStore } from "./ClientStore.ts"

export const ClientStoreMemory = Layer.sync(ClientStore, () => {
  let epoch: Epoch | null = null
  const cursors = new Map<ConversationId, number>()
  return ClientStore.of({
    load: Effect.sync(() => ({ epoch, cursors: [...cursors] })),
    save: (change) =>
      Effect.sync(() => {
        if (change.epoch !== epoch) cursors.clear()
        epoch = change.epoch
        for (const [log, seq] of change.cursors) cursors.set(log, Math.max(seq, cursors.get(log) ?? 0))
        for (const log of change.gone) cursors.delete(log)
      })
  })
})
