/** Devices in memory. */

import type { UserId } from "@hibiki/core/domain/Ids"
import {
  type Device,
  Devices,
  devicesMax,
  type LivingDevice,
  type NewDeviceRow,
  type Rotated,
  type Rotation
} from "@hibiki/core/ports/Devices"
import type { SecretHash } from "@hibiki/core/ports/Secrets"
import type { Proof } from "@hibiki/core/ports/Users"
import { Clock, Effect, Layer } from "effect"
import {
  AccountsState,
  devicesOf,
  endDevices,
  isProven,
  type MemoryAccountDevice,
  type MemoryRefresh,
  note,
  putDevice,
  tellUser
} from "./AccountsState.ts"

export const DevicesMemory = Layer.effect(
  Devices,
  Effect.map(AccountsState, (state) => {
    const { devices } = state
    return Devices.of({
      create: (row) => Effect.map(Clock.currentTimeMillis, (storeNow) => create(state, row, storeNow)),
      list: (userId, now) =>
        Effect.sync(() =>
          devicesOf(state, userId)
            .filter(({ refresh }) => refresh === undefined || endOf(refresh) > now)
            .sort((a, b) => b.lastUsedAt - a.lastUsedAt || (a.deviceId < b.deviceId ? 1 : -1))
            .map(
              ({ createdAt, deviceId, kind, lastUsedAt, name }): Device => ({
                createdAt,
                deviceId,
                kind,
                lastUsedAt,
                name
              })
            )
        ),
      revoke: (userId, one, now, proof) =>
        revoke(state, { userId, now, proof, ends: ({ deviceId }) => deviceId === one }),
      revokeAllBut: (userId, keep, now, proof) =>
        revoke(state, { userId, now, proof, ends: ({ deviceId }) => deviceId !== keep }),
      byAccessHashes: (hashes, now) =>
        Effect.sync(() => {
          const found = new Map<SecretHash, LivingDevice>()
          for (const device of devices.values()) {
            for (const token of [device.access, device.accessBefore]) {
              if (token === undefined || !hashes.includes(token.hash)) continue
              const ends = Math.min(
                token.expiresAt ?? Number.POSITIVE_INFINITY,
                device.refresh?.absoluteExpiresAt ?? Number.POSITIVE_INFINITY
              )
              if (ends > now) found.set(token.hash, living(state, device, token))
            }
          }
          return found
        }),
      rotate: (rotation) => Effect.map(Clock.currentTimeMillis, (storeNow) => rotate(state, rotation, storeNow)),
      touch: (deviceId, hash, now) =>
        Effect.sync(() => {
          const device = devices.get(deviceId)
          if (device === undefined) return
          const refresh = device.refresh && {
            ...device.refresh,
            isUsed: device.refresh.isUsed || device.access.hash === hash
          }
          devices.set(deviceId, { ...device, refresh, lastUsedAt: Math.max(now, device.lastUsedAt) })
        }),
      connected: (connected, idleExpiresAt, now) =>
        Effect.sync(() => {
          for (const device of connected.flatMap((deviceId) => devices.get(deviceId) ?? [])) {
            const refresh = device.refresh && {
              ...device.refresh,
              idleExpiresAt: Math.max(idleExpiresAt, device.refresh.idleExpiresAt)
            }
            devices.set(device.deviceId, { ...device, refresh, lastUsedAt: Math.max(now, device.lastUsedAt) })
          }
        })
    })
  })
)

type State = AccountsState["Type"]

interface Revoking {
  readonly userId: UserId
  readonly now: number
  readonly proof: Proof | undefined
  readonly ends: (device: MemoryAccountDevice) => boolean
}

const revoke = (state: State, { ends, now, proof, userId }: Revoking) =>
  Effect.map(Clock.currentTimeMillis, (storeNow) =>
    isProven(state, userId, proof)
      ? endDevices(state, userId, devicesOf(state, userId).filter(ends), now, storeNow)
      : undefined
  )

const create = (state: State, row: NewDeviceRow, storeNow: number) => {
  const account = state.accounts.get(row.userId)
  if (
    account === undefined ||
    account.disabled ||
    (row.passwordVersion ?? account.passwordVersion) !== account.passwordVersion
  )
    return undefined
  const { accessExpiresAt, accessHash, deviceId, kind, name, now, refresh, userId } = row
  const leastUsed = [...devicesOf(state, userId)].sort(
    (a, b) => a.lastUsedAt - b.lastUsedAt || (a.deviceId < b.deviceId ? -1 : 1)
  )
  const surplus = leastUsed.slice(0, Math.max(0, leastUsed.length + 1 - devicesMax))
  const ended = endDevices(state, userId, surplus, now, storeNow)
  const device: MemoryAccountDevice = {
    ...{ deviceId, userId, name, kind, createdAt: now, lastUsedAt: now, sessionVersion: 1 },
    access: { hash: accessHash, expiresAt: accessExpiresAt },
    accessBefore: undefined,
    refresh: refresh === undefined ? undefined : { ...refresh, parent: undefined, rotatedAt: storeNow, isUsed: true }
  }
  putDevice(state, device)
  note(state, userId, storeNow, { kind: "signedIn", device })
  const added = tellUser(state, userId, now, [{ kind: "deviceAdded", deviceId, deviceName: name }])
  const last = added[0]
  const changes =
    last === undefined ? [] : [{ ...last, events: [...ended.changes.flatMap(({ events }) => events), ...last.events] }]
  return { device: living(state, device, device.access), changes }
}

const rotate = (state: State, { family, graceMs, next, now, shown }: Rotation, storeNow: number): Rotated => {
  const device = [...state.devices.values()].find(({ refresh }) => refresh?.family === family)
  const refresh = device?.refresh
  if (device === undefined || refresh === undefined || endOf(refresh) <= now) return { _tag: "Unknown" }
  const sinceMs = storeNow - refresh.rotatedAt
  const isGrace = sinceMs >= 0 && sinceMs <= graceMs
  if (refresh.hash === shown || (refresh.parent === shown && !refresh.isUsed && !isGrace)) {
    const rotated = {
      ...refresh,
      parent: shown,
      hash: next.refreshHash,
      rotatedAt: storeNow,
      idleExpiresAt: next.idleExpiresAt,
      isUsed: false
    }
    const after: MemoryAccountDevice = {
      ...device,
      access: { hash: next.accessHash, expiresAt: Math.min(next.accessExpiresAt, refresh.absoluteExpiresAt) },
      accessBefore: refresh.hash === shown ? device.access : device.accessBefore,
      refresh: rotated,
      lastUsedAt: Math.max(now, device.lastUsedAt)
    }
    putDevice(state, after)
    return { _tag: "Rotated", device: living(state, after, after.access), refreshExpiresAt: endOf(rotated) }
  }
  if (refresh.parent === shown && isGrace) {
    return { _tag: "Repeated", device: living(state, device, device.access), refreshExpiresAt: endOf(refresh) }
  }
  return {
    _tag: "Reused",
    userId: device.userId,
    revocation: endDevices(state, device.userId, [device], now, storeNow, "refreshReused")
  }
}

const endOf = ({ absoluteExpiresAt, idleExpiresAt }: MemoryRefresh): number =>
  Math.min(idleExpiresAt, absoluteExpiresAt)

const living = (state: State, device: MemoryAccountDevice, token: MemoryAccountDevice["access"]): LivingDevice => {
  const account = state.accounts.get(device.userId)
  const { access, deviceId, lastUsedAt, refresh, sessionVersion, userId } = device
  return {
    ...{ userId, deviceId, sessionVersion, lastUsedAt, accessExpiresAt: token.expiresAt },
    isUnused: token.hash === access.hash && refresh?.isUsed === false,
    handle: account?.handle ?? "",
    displayName: account?.displayName ?? "",
    admin: account?.admin ?? false,
    createdAt: account?.createdAt ?? 0,
    passwordVersion: account?.passwordVersion ?? 0
  }
}
