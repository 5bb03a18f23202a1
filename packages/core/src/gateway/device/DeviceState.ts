/** A device's actor as data. */
import type { Effect } from "effect"
import type { ConversationId } from "../../domain/Ids.ts"
import type { SmallMap } from "../../domain/SmallMap.ts"
import type { TokenBucket } from "../../domain/TokenBucket.ts"
import type { ActorRef } from "../../kernel/ActorRef.ts"
import type { Self, Timer } from "../../kernel/Behaviour.ts"
import type { TicketOwner } from "../../ports/Tickets.ts"
import type { UserHints } from "../presence/GatewayHints.ts"
import type { DeviceMessage, DeviceSession } from "./DeviceSession.ts"
import type { SendTokens } from "./SendTokens.ts"
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
