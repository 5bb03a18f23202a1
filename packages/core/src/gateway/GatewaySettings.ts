/** The limits and times of a gateway, by the actor that applies them, and their defaults. */
import { Limits } from "../domain/Limits.ts"
import type { BucketRule } from "../domain/TokenBucket.ts"
import type { SendRules } from "./device/DeviceState.ts"

/** For a socket, before and beside its actor. */
export interface ConnectionSettings {
  /** Frames of one socket. */
  readonly frames: BucketRule
}

/** For the actor of one socket. */
export interface DeviceSettings extends SendRules {
  /** How often one user may request ranges of events again, over all their devices. */
  readonly ranges: BucketRule
  /** KB of log events that the sockets of one user receive by ranges and on reconnect. Charged afterwards. */
  readonly rangeKilobytes: BucketRule
  readonly pingIntervalMs: number
  /**
   * Events of one log that a reconnecting socket receives one by one. A socket that misses more gets `behind`. At most
   * Limits.catchUpMax.
   */
  readonly catchUpMax: number
}

/** For the actor of one user. */
export interface UserSettings extends SendRules, Pick<DeviceSettings, "rangeKilobytes"> {
  /** How many read cursors of one user are stored, over all their devices and conversations. The others wait. */
  readonly reads: BucketRule
  /** Sockets of one device. */
  readonly socketsPerDevice: number
  /** Sockets of one user at this gateway, over all its devices. */
  readonly socketsPerUser: number
}

export interface GatewaySettings extends ConnectionSettings, DeviceSettings, UserSettings {
  /**
   * Logs in the fan-out. At this number the gateway accepts no further user. Users whose logs are still loading may add
   * more.
   */
  readonly logsMax: number
  /** How often the gateway tells the store which devices are connected. */
  readonly connectedEveryMs: number
}

export const defaultGatewaySettings: GatewaySettings = {
  sends: { ratePerSecond: 10, burst: 30 },
  // Lines that a user pastes or wrote offline go at once. At a sustained rate one user can't flood the others' screens.
  sendsInOne: { ratePerSecond: 5, burst: 30 },
  reads: { ratePerSecond: 20, burst: 200 },
  ranges: { ratePerSecond: 50, burst: 300 },
  rangeKilobytes: { ratePerSecond: 1_024, burst: 32_768 },
  frames: { ratePerSecond: 50, burst: 200 },
  socketsPerDevice: 10,
  socketsPerUser: 100,
  pingIntervalMs: 20_000,
  catchUpMax: Limits.catchUpMax,
  logsMax: 200_000,
  connectedEveryMs: 3_600_000
}
