/**
 * Heads that the routes were not told because they were away: raised with those that follow, so that gateways can
 * compare with them again.
 */
import type { ConversationId } from "../domain/Ids.ts"

/** Beyond it those owed for longest are let go: they are found by comparing with the store. */
const owedMax = 10_000
/** How many go with one raise. */
const someMax = 500

type Head = readonly [ConversationId, number]

export class OwedHeads {
  private readonly heads = new Map<ConversationId, number>()

  get size(): number {
    return this.heads.size
  }

  add(heads: ReadonlyArray<Head>): void {
    for (const [log, head] of heads) this.heads.set(log, Math.max(head, this.heads.get(log) ?? 0))
    for (const oldest of this.heads.keys()) {
      if (this.heads.size <= owedMax) return
      this.heads.delete(oldest)
    }
  }

  /** As many as go with one raise, those owed for longest first. */
  some(): ReadonlyArray<Head> {
    if (this.heads.size === 0) return nothing
    const some: Array<Head> = []
    for (const head of this.heads) {
      if (some.length === someMax) break
      some.push(head)
    }
    return some
  }

  /** They were raised. What has grown since is still owed. */
  pay(heads: ReadonlyArray<Head>): void {
    for (const [log, head] of heads) if (this.heads.get(log) === head) this.heads.delete(log)
  }
}

const nothing: ReadonlyArray<Head> = []
