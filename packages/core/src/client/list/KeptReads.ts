/**
 * How far was read on a device while the server could not be told, as the device keeps it through reloads. Plain data
 * in one piece; where several tabs share it, each changes what it knows of. Bound: those that were read last.
 */
import type { Epoch } from "../../domain/Ids.ts"
import type { CursorPair } from "../../protocol/ClientFrame.ts"

export const keptReadsMax = 500

export interface KeptReads {
  readonly epoch: Epoch
  /** Each conversation once; the one that was read last comes last. */
  readonly reads: ReadonlyArray<CursorPair>
}

export interface ReadsChange {
  /** Raised or added. */
  readonly put: ReadonlyArray<CursorPair>
  /** The server knows of these, or nobody will tell it: dropped where nothing above them is kept. */
  readonly done: ReadonlyArray<CursorPair>
}

/** Of another store the numbers mean nothing. */
export const readsOf = (kept: KeptReads | undefined, epoch: Epoch | null): ReadonlyArray<CursorPair> =>
  kept?.epoch === epoch ? (kept?.reads ?? []) : []

export const changeReads = (kept: KeptReads | undefined, epoch: Epoch, { done, put }: ReadsChange): KeptReads => {
  const reads = new Map(readsOf(kept, epoch))
  for (const [id, upTo] of done) if ((reads.get(id) ?? 0) <= upTo) reads.delete(id)
  for (const [id, upTo] of put) {
    const seq = Math.max(upTo, reads.get(id) ?? 0)
    reads.delete(id)
    reads.set(id, seq)
  }
  return { epoch, reads: [...reads].slice(-keptReadsMax) }
}
