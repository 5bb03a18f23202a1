/** An outbox store that lives as long as its layer: for tests, benches and bots that need not survive a restart. */
import { Effect, Layer } from "effect"
import type { CommandId } from "../../domain/Ids.ts"
import type { OutboxRow } from "./OutboxRow.ts"
import { OutboxStore } from "./OutboxStore.ts"

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

export const OutboxStoreMemory = Layer.sync(OutboxStore, outboxStoreMemory)
