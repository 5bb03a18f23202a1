/**
 * Port: devices, one row per sign-in, with the hashes of their tokens. Changes are one transaction with their event in
 * the personal log, whose lock comes first.
 */
import { Context, type Effect } from "effect"
import type { LogChange } from "../commands/Decision.ts"
import type { DeviceInfo } from "../domain/Conversation.ts"
import type { DeviceId, UserId } from "../domain/Ids.ts"
import type { StoreUnavailable } from "./EventStore.ts"
import type { SecretHash } from "./Secrets.ts"
import type { Proof, Revocation } from "./Users.ts"

/** Living devices of one user; a new sign-in over it ends the one that was used least recently. */
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
  /** Undefined for a bot, whose access token is all it has. */
  readonly refresh:
    | {
        readonly family: SecretHash
        readonly hash: SecretHash
        readonly idleExpiresAt: number
        readonly absoluteExpiresAt: number
      }
    | undefined
  /**
   * Of the password that was proven: the device is not taken when that was changed since. Undefined: no password was
   * asked for.
   */
  readonly passwordVersion: number | undefined
  readonly now: number
}

/** A living device with its user, as one query read them. */
export interface LivingDevice {
  readonly userId: UserId
  readonly deviceId: DeviceId
  readonly handle: string
  readonly displayName: string
  readonly admin: boolean
  /** Of the account, as `Credentials` says them. */
  readonly createdAt: number
  readonly passwordVersion: number
  readonly sessionVersion: number
  readonly accessExpiresAt: number | undefined
  readonly lastUsedAt: number
  /** By this access token, which is the newest: nobody is known to have used it. */
  readonly isUnused: boolean
}

export interface Rotation {
  readonly family: SecretHash
  /** Hash of the refresh token that was shown. */
  readonly shown: SecretHash
  readonly next: {
    readonly refreshHash: SecretHash
    readonly accessHash: SecretHash
    readonly accessExpiresAt: number
    readonly idleExpiresAt: number
  }
  /** By the store's clock, which all processes share; from one that was set back since there is none. */
  readonly graceMs: number
  readonly now: number
}

export type Rotated =
  /**
   * `next` is in force; the access token before it stays good until its own expiry. `refreshExpiresAt` is the earlier
   * of both ends. So too for the direct parent of one that nobody has used, after the grace: the answer with that one
   * was lost, and `next` takes its place.
   */
  | { readonly _tag: "Rotated"; readonly device: LivingDevice; readonly refreshExpiresAt: number }
  /**
   * The token shown is the direct parent of the one in force, not longer ago than the grace: nothing changed, the same
   * successor is good.
   */
  | { readonly _tag: "Repeated"; readonly device: LivingDevice; readonly refreshExpiresAt: number }
  /** The token was used before: the device is ended now. */
  | { readonly _tag: "Reused"; readonly userId: UserId; readonly revocation: Revocation }
  /** No living device of this family, or expired. */
  | { readonly _tag: "Unknown" }

export class Devices extends Context.Tag("@hibiki/core/ports/Devices")<
  Devices,
  {
    /**
     * Stores the device with `deviceAdded` (and `deviceRevoked` of one over `devicesMax`). Undefined: no such user,
     * disabled, or another password.
     */
    readonly create: (
      device: NewDeviceRow
    ) => Effect.Effect<
      { readonly device: LivingDevice; readonly changes: ReadonlyArray<LogChange> } | undefined,
      StoreUnavailable
    >
    /** Living devices, the last used first. Expired ones are left out. */
    readonly list: (userId: UserId, now: number) => Effect.Effect<ReadonlyArray<Device>, StoreUnavailable>
    /**
     * Ends none when it is not a living device of this user. `proof` undefined: none is asked for. Undefined: no such
     * user, or the proof holds no more, and nothing was changed.
     */
    readonly revoke: (
      userId: UserId,
      deviceId: DeviceId,
      now: number,
      proof: Proof | undefined
    ) => Effect.Effect<Revocation | undefined, StoreUnavailable>
    /** As `revoke`, of all living devices of the user but one. */
    readonly revokeAllBut: (
      userId: UserId,
      keep: DeviceId,
      now: number,
      proof: Proof | undefined
    ) => Effect.Effect<Revocation | undefined, StoreUnavailable>
    /**
     * The living devices whose access tokens these are, unexpired as their sign-ins are, by the tokens' hashes. At most
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
    /** The device was let in by this access token: moves `lastUsedAt` forward, and the token is unused no longer. */
    readonly touch: (deviceId: DeviceId, hash: SecretHash, now: number) => Effect.Effect<void, StoreUnavailable>
    /**
     * These devices are connected: moves `lastUsedAt` forward, and the end of those that nobody uses to
     * `idleExpiresAt`. Not that of the sign-in.
     * One that another change holds may be left out. At most 500.
     */
    readonly connected: (
      devices: ReadonlyArray<DeviceId>,
      idleExpiresAt: number,
      now: number
    ) => Effect.Effect<void, StoreUnavailable>
  }
>() {}
