/**
 * Accounts, devices and invites in memory, on top of the chat's memory: its stores see the same users and personal
 * logs.
 */

import type { LogChange } from "@hibiki/core/commands/Decision"
import { nextTime } from "@hibiki/core/commands/LogOverlay"
import type { Activity, ActivityKind } from "@hibiki/core/domain/Activity"
import type { PersonalEvent } from "@hibiki/core/domain/Event"
import { type DeviceId, personalLog, type UserId } from "@hibiki/core/domain/Ids"
import type { Device } from "@hibiki/core/ports/Devices"
import type { Invite } from "@hibiki/core/ports/Invites"
import type { SecretHash } from "@hibiki/core/ports/Secrets"
import type { Credentials, Proof, Revocation } from "@hibiki/core/ports/Users"
import { Context, Effect, Layer } from "effect"
import { ChatMemory } from "../ChatMemory.ts"
import { type ChatState, headOf } from "../ChatState.ts"

export type MemoryAccount = Credentials

export interface MemoryAccountDevice extends Device {
  readonly userId: UserId
  readonly sessionVersion: number
  readonly access: { readonly hash: SecretHash; readonly expiresAt: number | undefined }
  /** The access token before the last rotation. */
  readonly accessBefore: { readonly hash: SecretHash; readonly expiresAt: number | undefined } | undefined
  readonly refresh: MemoryRefresh | undefined
}

export interface MemoryRefresh {
  readonly family: SecretHash
  readonly hash: SecretHash
  readonly parent: SecretHash | undefined
  readonly rotatedAt: number
  /** Whether the access token that came with it was used. */
  readonly isUsed: boolean
  readonly idleExpiresAt: number
  readonly absoluteExpiresAt: number
}

export class AccountsState extends Context.Tag("@hibiki/testing/accounts/AccountsState")<
  AccountsState,
  {
    readonly chat: ChatState
    readonly accounts: Map<UserId, MemoryAccount>
    /** Living devices only. */
    readonly devices: Map<DeviceId, MemoryAccountDevice>
    /** By user. */
    readonly resets: Map<UserId, { readonly hash: SecretHash; readonly expiresAt: number }>
    readonly invites: Map<SecretHash, Invite & { readonly used: number }>
    /** By user, the oldest first. */
    readonly activities: Map<UserId, Array<Activity>>
  }
>() {
  static readonly layer = Layer.effect(
    this,
    Effect.map(ChatMemory, ({ state }) => ({
      chat: state,
      accounts: new Map(),
      devices: new Map(),
      resets: new Map(),
      invites: new Map(),
      activities: new Map()
    }))
  )
}

type State = AccountsState["Type"]
// Over each kind by itself, so that the fields stay tied to their kind.
type Content = PersonalEvent extends infer E
  ? E extends PersonalEvent
    ? Omit<E, "seq" | "id" | "by" | "at">
    : never
  : never

/** Writes events to a user's personal log. */
export const tellUser = (
  { chat }: State,
  userId: UserId,
  now: number,
  contents: ReadonlyArray<Content>
): ReadonlyArray<LogChange> => {
  const log = chat.logs.get(personalLog(userId))
  if (log === undefined || contents.length === 0) return []
  const events = contents.map((content) => {
    log.lastAt = nextTime(log, now)
    const event = { seq: headOf(log) + 1, id: chat.freshId(now), by: userId, at: log.lastAt, ...content }
    log.events.push({ event, asked: false })
    return event
  })
  return [{ log: log.id, head: headOf(log), events }]
}

export const devicesOf = ({ devices }: State, userId: UserId): ReadonlyArray<MemoryAccountDevice> =>
  [...devices.values()].filter((device) => device.userId === userId)

/** Adds an entry to the history of an account. */
export const note = (
  { activities }: State,
  userId: UserId,
  storeNow: number,
  { device, kind }: { readonly kind: ActivityKind; readonly device?: Pick<Device, "deviceId" | "name"> }
): void => {
  const entries = activities.get(userId) ?? []
  const id = (entries.at(-1)?.id ?? 0) + 1
  entries.push({
    id,
    at: storeNow,
    kind,
    ...(device === undefined ? {} : { deviceId: device.deviceId, deviceName: device.name })
  })
  activities.set(userId, entries)
}

/** Whether the user exists, and the proof, if there is one, is valid. */
export const isProven = ({ accounts, devices }: State, userId: UserId, proof: Proof | undefined): boolean =>
  accounts.has(userId) &&
  (proof === undefined ||
    (accounts.get(userId)?.passwordVersion === proof.passwordVersion && devices.get(proof.deviceId)?.userId === userId))

/** Ends devices of one user. `storeNow` is the time that `Sessions.endedSince` compares. */
export const endDevices = (
  state: State,
  userId: UserId,
  ending: ReadonlyArray<MemoryAccountDevice>,
  now: number,
  storeNow: number,
  kind: ActivityKind = "deviceEnded"
): Revocation => {
  for (const device of ending) {
    const { deviceId, kind: deviceKind, sessionVersion } = device
    note(state, userId, storeNow, { kind, device })
    state.devices.delete(deviceId)
    state.chat.devices.set(deviceId, {
      userId,
      kind: deviceKind,
      sessionVersion: sessionVersion + 1,
      revokedAt: storeNow
    })
  }
  return {
    devices: ending.map(({ deviceId }) => deviceId),
    changes: tellUser(
      state,
      userId,
      now,
      ending.map(({ deviceId }) => ({ kind: "deviceRevoked", deviceId }))
    )
  }
}

/** Stores the device, also for `Sessions`. */
export const putDevice = (state: State, device: MemoryAccountDevice): void => {
  const { deviceId, kind, refresh, sessionVersion, userId } = device
  state.devices.set(deviceId, device)
  state.chat.devices.set(deviceId, {
    userId,
    kind,
    sessionVersion,
    revokedAt: undefined,
    expiresAt: refresh?.absoluteExpiresAt
  })
}
