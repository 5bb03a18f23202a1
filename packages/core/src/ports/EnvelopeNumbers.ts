/**
 * The numbers of envelopes, by which a gateway detects a lost one. A worker numbers all envelopes that it sends, to any
 * receiver. Each envelope names the previous one that its receiver should have got. So one rule serves envelopes to one
 * node and those to every gateway.
 */
import type { NodeId } from "../domain/Ids.ts"

/**
 * The most nodes or workers remembered. Beyond it the one heard from longest ago is forgotten, and treated as new
 * later.
 */
const knownMax = 1_000

export interface EnvelopeNumber {
  readonly number: number
  /** The number of the previous envelope that the same receiver should have got; 0 if there is none. */
  readonly after: number
}

/** The worker's side. */
export class EnvelopeCount {
  private number = 0
  /** The number of the last envelope to every gateway. */
  private everywhere = 0
  /** Whether changes went to single nodes since. */
  private toNodes = false
  private readonly sent = new Map<NodeId, number>()

  /** `changes`: whether the envelope contains changes. */
  next(to: NodeId | "gateways", changes: boolean): EnvelopeNumber {
    const number = ++this.number
    if (to === "gateways") {
      // An envelope to all gateways can't name the previous one of each: a gateway that lacks the very last number
      // compares heads.
      const after = this.toNodes ? number - 1 : this.everywhere
      this.everywhere = number
      this.toNodes = false
      return { number, after }
    }
    if (changes) this.toNodes = true
    // A node that is not in the map may have been forgotten.
    const after = Math.max(this.sent.get(to) ?? number - 1, this.everywhere)
    this.sent.delete(to)
    this.sent.set(to, number)
    dropOldest(this.sent)
    return { number, after }
  }
}

/** How many notes in a row a receiver gets. */
const notesMost = 3

/**
 * Finds receivers that have got nothing since: only a later envelope reveals that the last one was lost. Gateways find
 * lost events by their log's head. Read cells have no head, so a receiver of cells is sent an empty envelope, a few
 * times. No note is due while other envelopes follow anyway. A worker begins with a note to all gateways: another
 * worker may have ended before it could send its own.
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

  /** The receivers of a note now. Call this every few seconds. */
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
   * Takes an envelope, and returns whether an earlier one may be missing. From an unknown worker anything may be
   * missing: it may follow a worker that ended before it could send, or whose last envelope was lost. A late envelope
   * is no news, since it already counted as missing.
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
