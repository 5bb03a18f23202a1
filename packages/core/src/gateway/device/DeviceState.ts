/** A device's actor as data, and how fast its user may send. */
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

/** What a device has of its user, and shares with its other devices. */
export interface OfUser {
  readonly sends: SendTokens
  readonly hints: UserHints
  /** None while none of its devices was sent anything of a log again. */
  rangeTokens: TokenBucket | undefined
  rangeKilobytes: TokenBucket | undefined
  logMillis: TokenBucket | undefined
  /** Held by the socket for which a log is read. None before the first. */
  logTurn: Effect.Semaphore | undefined
}

export type DevicePhase = "connecting" | "syncing" | "live" | "behind" | "ending"

export interface DeviceState {
  phase: DevicePhase
  readonly session: DeviceSession
  readonly user: ActorRef<UserMessage>
  readonly ofUser: OfUser
  owner: TicketOwner | undefined
  /** What the device said it holds: used once, when it takes its places. None after that. */
  cursors: SmallMap<ConversationId, number> | undefined
  /** Pairs that it has stated. */
  stated: number
  /** What it said was read before it had its places: taken when it has them. */
  reads: SmallMap<ConversationId, number> | undefined
  expiring: boolean
  syncing: boolean
  /** Events that the next step of its catching up reads. */
  stepEvents: number
  greeted: boolean
  /** Whether its cursors are of this epoch. */
  trusted: boolean
  lagDeadline: Timer | undefined
  /** The step of its catching up that is to come. */
  nextSync: Timer | undefined
}

export type DeviceSelf = Self<DeviceState, DeviceMessage>

export interface SendRules {
  readonly sends: BucketRule
  readonly sendsInOne: BucketRule
}

/**
 * Conversations in which its tokens are not all there again. With more, the one that came first begins anew: the rule
 * for all together still holds.
 */
const conversationsMax = 64

/** Tokens of one user, for all devices at this gateway: everywhere together, and in each conversation. */
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
