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

/** A read cursor on its way: `sent` is submitted or stored, `upTo` is the target. */
export interface PendingRead {
  upTo: number
  /** The personal log's seq when the user read: a mark above it was set later. */
  asOf: number
  /** The last value from a device; it is below `upTo` if another device has read further. */
  told: number
  sent: number
  /** The id of the last command sent for it. */
  id: CommandId | undefined
  device: DeviceId
  timer: boolean
  /** Turns of the timer without a new target. */
  quiet: number
}

export interface UserState {
  readonly userId: UserId
  /** Replaced, never changed, as are the logs. */
  devices: ReadonlyArray<DeviceSession>
  /** Its places in the fan-out. */
  logs: ReadonlyArray<Place>
  /** Shared by all devices here. */
  readonly sends: SendTokens
  /** Shared by all devices here. */
  readonly hints: UserHints
  /** Shared by all devices here. Created with the first requested range. */
  rangeTokens: TokenBucket | undefined
  /**
   * Shared by all devices here, like the next one (readLogs). Created with the first events of a log that are sent
   * again.
   */
  rangeKilobytes: TokenBucket | undefined
  /** Milliseconds of the store's time. */
  logMillis: TokenBucket | undefined
  logTurn: Effect.Semaphore | undefined
  /** Milliseconds of the store's time that membership reads took, and the devices whose read is deferred. */
  readonly loads: { readonly millis: TokenBucket; waiting: ReadonlyArray<DeviceSession> }
  readonly attendance: Attendance
  /** Undefined while no cursor is on its way. */
  reads: SmallMap<ConversationId, PendingRead> | undefined
  /** Cells that go to the devices here with the next turn; undefined if none was sent just now. */
  cells: Map<ConversationId, ReadCell> | undefined
  /** Created with the first of them. */
  readTokens: TokenBucket | undefined
  /** Runs while no device is here. */
  grace: Timer | undefined
  /** Runs until a report may be due that no device causes. */
  attendTimer: Timer | undefined
}

export type UserSelf = Self<UserState, UserMessage>
