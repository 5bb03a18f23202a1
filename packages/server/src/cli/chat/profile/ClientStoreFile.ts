/** A device's cursors in one small file, whole at every moment. Rows are not kept: a terminal reads what it shows. */
import { ClientStore, ClientStoreFailed } from "@hibiki/core/client/ClientStore"
import { ConversationId, Epoch, Seq } from "@hibiki/core/domain/Ids"
import { Effect, Layer, Schema } from "effect"
import { readWhole, writeWhole } from "./atomicFile.ts"

const Kept = Schema.Struct({ epoch: Schema.NullOr(Epoch), cursors: Schema.Array(Schema.Tuple(ConversationId, Seq)) })
const decode = Schema.decodeUnknownSync(Schema.parseJson(Kept))

export const clientStoreFile = (path: string) =>
  Layer.sync(ClientStore, () => {
    let epoch: Epoch | null = null
    const cursors = new Map<ConversationId, number>()
    const attempt = <A>(operation: ClientStoreFailed["operation"], run: () => Promise<A>) =>
      Effect.tryPromise({ try: run, catch: (cause) => new ClientStoreFailed({ operation, cause }) })
    return ClientStore.of({
      load: attempt("load", async () => {
        const text = await readWhole(path)
        const kept = text === undefined ? { epoch: null, cursors: [] } : decode(text)
        epoch = kept.epoch
        cursors.clear()
        for (const [log, seq] of kept.cursors) cursors.set(log, seq)
        return kept
      }),
      feed: () => Effect.succeed(undefined),
      save: (change) =>
        attempt("save", async () => {
          if (change.epoch !== epoch) cursors.clear()
          epoch = change.epoch
          for (const { conversationId, cursor } of change.feeds) cursors.set(conversationId, cursor)
          for (const [log, seq] of change.cursors) cursors.set(log, Math.max(seq, cursors.get(log) ?? 0))
          for (const log of change.gone) cursors.delete(log)
          await writeWhole(path, JSON.stringify({ epoch, cursors: [...cursors] }))
        })
    })
  })
