/** A user's actor as data. */
import type { Effect } from "effect"
import type { CommandId, ConversationId, DeviceId, UserId } from "../../domain/Ids.ts"
import type { ReadCell } from "../../domain/ReadCell.ts"
import type { SmallMap } from "../../domain/SmallMap.ts"
import type { TokenBucket } from "../../domain/TokenBucket.ts"
import type { Self, Timer } from "../../kernel/Behaviour.ts"
import type { DeviceSession } from "../device/DeviceSession.ts"
import type { SendTokens } from "../device/DeviceState.ts"
import type { UserMessage } from "../device/UserMessage.ts"
import type { Place } from "../fanout/Recipient.ts"
import type { Attendance } from "../presence/Attendance.ts"
import type { UserHints } from "../presence/GatewayHints.ts"

/** A read cursor on its way: `sent` is under way or stored, `upTo` is wanted. */
export interface PendingRead {
  upTo: number
  /** The personal log's seq when the person read: a mark above it was set after. */
  asOf: number
  /** As it was last told, which is less than `upTo` where another device has read further. */
  told: number
  sent: number
  /** Of the command that was sent last. */
  id: CommandId | undefined
  device: DeviceId
  timer: boolean
  /** Turns of the timer in which nothing new was wanted. */
  quiet: number
}

export interface UserState {
  readonly userId: UserId
  /** Replaced, never changed, as are the logs. */
  devices: ReadonlyArray<DeviceSession>
  /** Where it is in the fan-out. */
  logs: ReadonlyArray<Place>
  /** Shared by all devices here. */
  readonly sends: SendTokens
  /** Shared by all devices here. */
  readonly hints: UserHints
  /** Shared by all devices here. Made with the first range that is asked for. */
  rangeTokens: TokenBucket | undefined
  /**
   * Shared by all devices here, as what follows (readLogs). Made with the first events of a log that are sent again.
   */
  rangeKilobytes: TokenBucket | undefined
  /** Milliseconds of the store's time. */
  logMillis: TokenBucket | undefined
  logTurn: Effect.Semaphore | undefined
  /**
   * Milliseconds of the store's time that reading where the user belongs took, and the devices for which it is put off.
   */
  readonly loads: { readonly millis: TokenBucket; waiting: ReadonlyArray<DeviceSession> }
  readonly attendance: Attendance
  /** None while no cursor is on its way. */
  reads: SmallMap<ConversationId, PendingRead> | undefined
  /** Cells that the devices here are told of with the next turn; none while none was told of just now. */
  cells: Map<ConversationId, ReadCell> | undefined
  /** Made with the first of them. */
  readTokens: TokenBucket | undefined
  /** Runs while no device is here. */
  grace: Timer | undefined
  /** Runs until others may have to be told something that no device causes. */
  attendTimer: Timer | undefined
}

export type UserSelf = Self<UserState, UserMessage>
