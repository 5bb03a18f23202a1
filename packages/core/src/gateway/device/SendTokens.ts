/** How fast one user may send, by all its devices at this gateway: everywhere together, and in each conversation. */
import type { ConversationId } from "../../domain/Ids.ts"
import { SmallMap } from "../../domain/SmallMap.ts"
import { type BucketRule, fullBucket, isFull, spendBoth, type TokenBucket } from "../../domain/TokenBucket.ts"

export interface SendRules {
  readonly sends: BucketRule
  readonly sendsInOne: BucketRule
}

/**
 * Conversations in which its tokens are not all there again. With more, the one that came first begins anew: the rule
 * for all together still holds.
 */
const conversationsMax = 64

export class SendTokens {
  private readonly together: TokenBucket
  /** None before its first command. Whose tokens are all there again is let go when another conversation comes. */
  private inOne: SmallMap<ConversationId, TokenBucket> | undefined

  constructor({ sends }: SendRules, nowMs: number) {
    this.together = fullBucket(sends, nowMs)
  }

  /**
   * As `spend` of one bucket: how long to wait until so many commands may go to this conversation (ms), or 0, and then
   * they are counted.
   */
  spend({ sends, sendsInOne }: SendRules, log: ConversationId, commands: number, nowMs: number): number {
    return spendBoth(
      this.together,
      sends,
      this.inOne?.get(log) ?? this.enter(sendsInOne, log, nowMs),
      sendsInOne,
      commands,
      nowMs
    )
  }

  private enter(rule: BucketRule, log: ConversationId, nowMs: number): TokenBucket {
    this.inOne ??= new SmallMap()
    const { inOne } = this
    for (const [other, bucket] of inOne) if (isFull(bucket, rule, nowMs)) inOne.delete(other)
    const first = inOne.size < conversationsMax ? undefined : inOne.keys().next().value
    if (first !== undefined) inOne.delete(first)
    const bucket = fullBucket(rule, nowMs)
    inOne.set(log, bucket)
    return bucket
  }
}
