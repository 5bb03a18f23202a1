/**
 * The numbers of envelopes, by which a gateway finds out that one was lost. A worker counts all that it sends, to
 * whomever, and says in each which one before it its receiver should have got. So one rule serves envelopes to one node
 * and those to every gateway.
 */
import type { NodeId } from "../domain/Ids.ts"

/**
 * Nodes or workers that are remembered; beyond it the one heard of longest ago is forgotten, and looked after as if it
 * were new.
 */
const knownMax = 1_000

export interface EnvelopeNumber {
  readonly number: number
  /** The number of the envelope before it that the same receiver should have got; 0 when there is none. */
  readonly after: number
}

/** The worker's side. */
export class EnvelopeCount {
  private number = 0
  /** The last one to every gateway. */
  private everywhere = 0
  /** Whether changes went to single nodes since. */
  private toNodes = false
  private readonly sent = new Map<NodeId, number>()

  /** `changes`: whether it tells of any. */
  next(to: NodeId | "gateways", changes: boolean): EnvelopeNumber {
    const number = ++this.number
    if (to === "gateways") {
      // Who was sent what cannot be told to all at once: whoever did not get the very last one compares.
      const after = this.toNodes ? number - 1 : this.everywhere
      this.everywhere = number
      this.toNodes = false
      return { number, after }
    }
    if (changes) this.toNodes = true
    // One who is not known may have been forgotten.
    const after = Math.max(this.sent.get(to) ?? number - 1, this.everywhere)
    this.sent.delete(to)
    this.sent.set(to, number)
    dropOldest(this.sent)
    return { number, after }
  }
}

/** Looks after which a receiver is told the last number again, and how often in a row. */
const notesMost = 3

/**
 * Whom nothing was told since: that the last envelope was lost shows only by the next one. What is in a log is found by
 * its head; of read cells there is no head, so whoever was told of some is sent an empty envelope, a few times. Nobody
 * is while others follow anyway. A worker begins with one to all gateways: another may have ended before it could send
 * its own.
 */
export class LastNumbers {
  private readonly open = new Map<NodeId | "gateways", { left: number; isFresh: boolean }>([
    ["gateways", { left: notesMost, isFresh: false }]
  ])

  told(to: NodeId | "gateways", ofCells: boolean): void {
    const known = this.open.get(to)
    if (ofCells) this.open.set(to, { left: notesMost, isFresh: true })
    else if (known !== undefined) known.isFresh = true
  }

  /** Who is to be sent one now. To be asked every few seconds. */
  due(): ReadonlyArray<NodeId | "gateways"> {
    const due: Array<NodeId | "gateways"> = []
    for (const [to, known] of this.open) {
      if (known.isFresh) known.isFresh = false
      else {
        due.push(to)
        if (--known.left === 0) this.open.delete(to)
      }
    }
    return due
  }
}

/** The gateway's side. */
export class EnvelopeNumbers {
  private readonly last = new Map<string, number>()

  /**
   * Takes an envelope; whether one before it may not have come. Of a worker that was not known, anything may: one that
   * ended before it could tell, or whose last envelope was lost, is followed by another. A late one is no news, since
   * it was missed already.
   */
  missed(worker: string, { after, number }: EnvelopeNumber): boolean {
    const last = this.last.get(worker)
    this.last.delete(worker)
    this.last.set(worker, Math.max(last ?? 0, number))
    dropOldest(this.last)
    return last === undefined || after > last
  }
}

const dropOldest = <K>(known: Map<K, number>): void => {
  if (known.size <= knownMax) return
  const oldest = known.keys().next()
  if (!oldest.done) known.delete(oldest.value)
}
