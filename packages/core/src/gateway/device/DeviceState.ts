/** A device's actor as data, and the limits of its user's sending. */
import type { Effect } from "effect"
import type { ConversationId } from "../../domain/Ids.ts"
import { SmallMap } from "../../domain/SmallMap.ts"
import { type BucketRule, fullBucket, isFull, spendBoth, type TokenBucket } from "../../domain/TokenBucket.ts"
import type { ActorRef } from "../../kernel/ActorRef.ts"
import type { Self, Timer } from "../../kernel/Behaviour.ts"
import type { TicketOwner } from "../../ports/Tickets.ts"
import type { UserHints } from "../presence/GatewayHints.ts"
import type { DeviceMessage, DeviceSession } from "./DeviceSession.ts"
import type { UserMessage } from "./UserMessage.ts"

/** A device's view of its user, shared with the user's other devices. */
export interface OfUser {
  readonly sends: SendTokens
  readonly hints: UserHints
  /** Undefined until one of its devices gets events of a log again. */
  rangeTokens: TokenBucket | undefined
  rangeKilobytes: TokenBucket | undefined
  logMillis: TokenBucket | undefined
  /** The socket whose log is being read holds it. Undefined before the first read. */
  logTurn: Effect.Semaphore | undefined
}

export type DevicePhase = "connecting" | "syncing" | "live" | "behind" | "ending"

export interface DeviceState {
  phase: DevicePhase
  readonly session: DeviceSession
  readonly user: ActorRef<UserMessage>
  readonly ofUser: OfUser
  owner: TicketOwner | undefined
  /** The cursors that the device stated: used once, when it takes its places. Undefined after that. */
  cursors: SmallMap<ConversationId, number> | undefined
  /** The number of stated pairs. */
  stated: number
  /** Reads that arrived before its places were known: applied once they are. */
  reads: SmallMap<ConversationId, number> | undefined
  expiring: boolean
  syncing: boolean
  /** How many events the next catch-up step reads. */
  stepEvents: number
  greeted: boolean
  /** Whether its cursors belong to this epoch. */
  trusted: boolean
  lagDeadline: Timer | undefined
  /** The next catch-up step. */
  nextSync: Timer | undefined
}

export type DeviceSelf = Self<DeviceState, DeviceMessage>

export interface SendRules {
  readonly sends: BucketRule
  readonly sendsInOne: BucketRule
}

/**
 * Conversations whose buckets are not full. Beyond this number the oldest bucket is dropped: the overall limit still
 * holds.
 */
const conversationsMax = 64

/** Tokens of one user, for all devices at this gateway: one bucket for everything, and one in each conversation. */
export class SendTokens {
  private readonly together: TokenBucket
  /** Undefined before its first command. A full bucket is dropped when another conversation is added. */
  private inOne: SmallMap<ConversationId, TokenBucket> | undefined

  constructor({ sends }: SendRules, nowMs: number) {
    this.together = fullBucket(sends, nowMs)
  }

  /**
   * As `spend` of one bucket: returns how long to wait until this many commands may go to this conversation (ms), or 0,
   * and then it has counted them.
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
