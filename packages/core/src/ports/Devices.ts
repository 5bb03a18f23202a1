/**
 * Port: devices, one row per sign-in, with the hashes of their tokens. Each change is one transaction with its event in
 * the personal log; that log's lock comes first.
 */
import { Context, type Effect } from "effect"
import type { LogChange } from "../commands/Decision.ts"
import type { DeviceInfo } from "../domain/Conversation.ts"
import type { DeviceId, UserId } from "../domain/Ids.ts"
import type { StoreUnavailable } from "./EventStore.ts"
import type { SecretHash } from "./Secrets.ts"
import type { Proof, Revocation } from "./Users.ts"

/** The most active devices of one user. A sign-in beyond it ends the least recently used device. */
export const devicesMax = 50

export type Device = Omit<DeviceInfo, "current">

/** Expiries are in ms; undefined: never. */
export interface NewDeviceRow {
  readonly deviceId: DeviceId
  readonly userId: UserId
  readonly name: string
  readonly kind: Device["kind"]
  readonly accessHash: SecretHash
  readonly accessExpiresAt: number | undefined
  /** Undefined for a bot: its access token is all it has. */
  readonly refresh:
    | {
        readonly family: SecretHash
        readonly hash: SecretHash
        readonly idleExpiresAt: number
        readonly absoluteExpiresAt: number
      }
    | undefined
  /**
   * The version of the password that was checked: the store rejects the device if the password has changed since.
   * Undefined: the sign-in needed no password.
   */
  readonly passwordVersion: number | undefined
  readonly now: number
}

/** An active device with its user, as one query read them. */
export interface LivingDevice {
  readonly userId: UserId
  readonly deviceId: DeviceId
  readonly handle: string
  readonly displayName: string
  readonly admin: boolean
  /** Of the account, as in `Credentials`. */
  readonly createdAt: number
  readonly passwordVersion: number
  readonly sessionVersion: number
  readonly accessExpiresAt: number | undefined
  readonly lastUsedAt: number
  /** This access token is the newest one, and no request is known to have used it. */
  readonly isUnused: boolean
}

export interface Rotation {
  readonly family: SecretHash
  /** Hash of the refresh token that the client sent. */
  readonly shown: SecretHash
  readonly next: {
    readonly refreshHash: SecretHash
    readonly accessHash: SecretHash
    readonly accessExpiresAt: number
    readonly idleExpiresAt: number
  }
  /** Measured by the store's clock, which all processes share. After that clock was set back there is no grace. */
  readonly graceMs: number
  readonly now: number
}

export type Rotated =
  /**
   * `next` is valid now; the previous access token stays valid until its own expiry. `refreshExpiresAt` is the earlier
   * of both ends. The same result for the direct parent of an unused token, after the grace: the answer with that token
   * was lost, and `next` replaces it.
   */
  | { readonly _tag: "Rotated"; readonly device: LivingDevice; readonly refreshExpiresAt: number }
  /**
   * The token is the direct parent of the valid one, within the grace: nothing changed, and the same successor is
   * valid.
   */
  | { readonly _tag: "Repeated"; readonly device: LivingDevice; readonly refreshExpiresAt: number }
  /** The token was used before: the device has been ended. */
  | { readonly _tag: "Reused"; readonly userId: UserId; readonly revocation: Revocation }
  /** No active device of this family, or expired. */
  | { readonly _tag: "Unknown" }

export class Devices extends Context.Tag("@hibiki/core/ports/Devices")<
  Devices,
  {
    /**
     * Stores the device with `deviceAdded` (and `deviceRevoked` of a device beyond `devicesMax`). Undefined: no such
     * user, disabled, or another password.
     */
    readonly create: (
      device: NewDeviceRow
    ) => Effect.Effect<
      { readonly device: LivingDevice; readonly changes: ReadonlyArray<LogChange> } | undefined,
      StoreUnavailable
    >
    /** Active devices, the last used first, without expired ones. */
    readonly list: (userId: UserId, now: number) => Effect.Effect<ReadonlyArray<Device>, StoreUnavailable>
    /**
     * Ends a device; ends none if it is not an active device of this user. `proof` undefined: the call needs none.
     * Undefined result: no such user, or the proof is no longer valid, and nothing changed.
     */
    readonly revoke: (
      userId: UserId,
      deviceId: DeviceId,
      now: number,
      proof: Proof | undefined
    ) => Effect.Effect<Revocation | undefined, StoreUnavailable>
    /** As `revoke`, for all active devices of the user but one. */
    readonly revokeAllBut: (
      userId: UserId,
      keep: DeviceId,
      now: number,
      proof: Proof | undefined
    ) => Effect.Effect<Revocation | undefined, StoreUnavailable>
    /**
     * The active devices with these access tokens, by the tokens' hashes; neither token nor sign-in is expired. At most
     * 500.
     */
    readonly byAccessHashes: (
      hashes: ReadonlyArray<SecretHash>,
      now: number
    ) => Effect.Effect<ReadonlyMap<SecretHash, LivingDevice>, StoreUnavailable>
    /**
     * Decides on a refresh token under the row's lock: of any number of parallel calls with one token exactly one is
     * `Rotated`.
     */
    readonly rotate: (rotation: Rotation) => Effect.Effect<Rotated, StoreUnavailable>
    /** The device was authenticated by this access token: moves `lastUsedAt` forward, and marks the token as used. */
    readonly touch: (deviceId: DeviceId, hash: SecretHash, now: number) => Effect.Effect<void, StoreUnavailable>
    /**
     * These devices are connected: moves `lastUsedAt` forward, and the end of idle devices to `idleExpiresAt`, but not
     * the end of the sign-in. It may skip a row that another change has locked. At most 500.
     */
    readonly connected: (
      devices: ReadonlyArray<DeviceId>,
      idleExpiresAt: number,
      now: number
    ) => Effect.Effect<void, StoreUnavailable>
  }
>() {}
