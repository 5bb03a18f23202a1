/** A device's actor as data. */
import type { TicketOwner } from "../auth/Tickets.ts"
import type { ConversationId } from "../domain/Ids.ts"
import type { TokenBucket } from "../domain/TokenBucket.ts"
import type { ActorRef } from "../kernel/ActorRef.ts"
import type { Self, Timer } from "../kernel/Behaviour.ts"
import type { UserHints } from "../presence/UserHints.ts"
import type { UserMessage } from "../users/UserMessage.ts"
import type { DeviceMessage } from "./DeviceMessage.ts"
import type { DeviceSession } from "./DeviceSession.ts"

export type DevicePhase = "connecting" | "syncing" | "live" | "behind" | "ending"

export interface DeviceState {
  phase: DevicePhase
  readonly session: DeviceSession
  readonly user: ActorRef<UserMessage>
  /** The user's, shared by its devices. */
  readonly sends: TokenBucket
  /** The user's, shared by its devices. */
  readonly hints: UserHints
  owner: TicketOwner | undefined
  /** What the device said it holds; used once, when its place in a log is taken. */
  readonly cursors: Map<ConversationId, number>
  expiring: boolean
  syncing: boolean
  /** Events that the next step of its catching up reads. */
  stepEvents: number
  greeted: boolean
  /** Whether its cursors are of this epoch. */
  trusted: boolean
  lagDeadline: Timer | undefined
}

export type DeviceSelf = Self<DeviceState, DeviceMessage>
