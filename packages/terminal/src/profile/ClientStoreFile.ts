/**
 * A device's cursors and read positions, in one small file, which is complete at every moment. Rows are not stored: a
 * terminal reads the rows that it shows. The state in memory is authoritative: the next change also writes one that
 * could not be written.
 */

import { changeReads, type KeptReads, readsOf } from "@hibiki/core/client/list/ReadCursors"
import { ClientStore, ClientStoreFailed } from "@hibiki/core/client/store/ClientStore"
import { ConversationId, Epoch, Seq } from "@hibiki/core/domain/Ids"
import { inTurn, readWhole, writeWhole } from "@hibiki/node/atomicFile"
import { Effect, Layer, Schema } from "effect"

const Pairs = Schema.Array(Schema.Tuple(ConversationId, Seq))
const Kept = Schema.Struct({
  epoch: Schema.NullOr(Epoch),
  cursors: Pairs,
  /** Absent in a file of an older version. */
  reads: Schema.optional(Schema.Struct({ epoch: Epoch, reads: Pairs }))
})
const decode = Schema.decodeUnknownSync(Schema.parseJson(Kept))

export const clientStoreFile = (path: string) =>
  Layer.sync(ClientStore, () => {
    let epoch: Epoch | null = null
    const cursors = new Map<ConversationId, number>()
    let reads: KeptReads | undefined
    const write = inTurn(() => writeWhole(path, JSON.stringify({ epoch, cursors: [...cursors], reads })))
    const attempt = <A>(operation: ClientStoreFailed["operation"], run: () => Promise<A>) =>
      Effect.tryPromise({ try: run, catch: (cause) => new ClientStoreFailed({ operation, cause }) })
    return ClientStore.of({
      load: attempt("load", async () => {
        const text = await readWhole(path)
        const kept: typeof Kept.Type = text === undefined ? { epoch: null, cursors: [] } : decode(text)
        epoch = kept.epoch
        cursors.clear()
        for (const [log, seq] of kept.cursors) cursors.set(log, seq)
        reads = kept.reads
        return { epoch, cursors: kept.cursors, reads: readsOf(reads, epoch) }
      }),
      feed: () => Effect.succeed(undefined),
      save: (change) =>
        attempt("save", async () => {
          if (change.epoch !== epoch) cursors.clear()
          epoch = change.epoch
          for (const { conversationId, cursor } of change.feeds) cursors.set(conversationId, cursor)
          for (const [log, seq] of change.cursors) cursors.set(log, Math.max(seq, cursors.get(log) ?? 0))
          for (const log of change.gone) cursors.delete(log)
          await write()
        }),
      saveReads: (ofEpoch, change) =>
        attempt("saveReads", async () => {
          reads = changeReads(reads, ofEpoch, change)
          await write()
        })
    })
  })
