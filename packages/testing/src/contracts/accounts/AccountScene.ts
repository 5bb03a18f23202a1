/**
 * A scene for one case about accounts: fresh users and devices in the stores under test, and short names for actions.
 */

import type { LogChange } from "@hibiki/core/commands/Decision"
import type { LogEvent } from "@hibiki/core/domain/Event"
import type { Handle } from "@hibiki/core/domain/Handle"
import { DeviceId, personalLog, UserId } from "@hibiki/core/domain/Ids"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { Devices, type LivingDevice, type NewDeviceRow } from "@hibiki/core/ports/Devices"
import { EventStore } from "@hibiki/core/ports/EventStore"
import { Invites } from "@hibiki/core/ports/Invites"
import type { SecretHash } from "@hibiki/core/ports/Secrets"
import { Sessions } from "@hibiki/core/ports/Sessions"
import { type Account, type NewAccount, Users } from "@hibiki/core/ports/Users"
import { Effect } from "effect"
import type { ContractAssert } from "../Contract.ts"

export type AccountStores = Users | Devices | Invites | Sessions | EventStore

const minute = 60_000
/** The time at which everything begins; stores judge expiry by the times that they are given. */
export const began = 1_700_000_000_000
export const accessTtl = 15 * minute
export const idleTtl = 30 * 24 * 60 * minute
export const absoluteTtl = 90 * 24 * 60 * minute
export const graceMs = 10_000

const newAccount = (changes: Partial<NewAccount> = {}): Effect.Effect<NewAccount> =>
  Effect.map(makeUuidV7, (uuid) => {
    const handle = `c${uuid.replaceAll("-", "").slice(8)}` as Handle
    return {
      userId: UserId.make(uuid),
      handle,
      displayName: handle,
      passwordHash: "a hash",
      admin: false,
      invite: undefined,
      now: began,
      ...changes
    }
  })

/** A scene over the stores of the context. */
export const accountScene = (assert: ContractAssert) =>
  Effect.gen(function* () {
    const [users, devices, invites, sessions, store] = [
      yield* Users,
      yield* Devices,
      yield* Invites,
      yield* Sessions,
      yield* EventStore
    ]

    const user = (changes: Partial<NewAccount> = {}) => Effect.flatMap(newAccount(changes), users.create)
    const secret = Effect.map(makeUuidV7, (uuid) => `secret ${uuid}` as SecretHash)

    const newDevice = (userId: UserId, changes: Partial<NewDeviceRow> = {}): Effect.Effect<NewDeviceRow> =>
      Effect.gen(function* () {
        const [deviceId, accessHash, family, hash] = [
          DeviceId.make(yield* makeUuidV7),
          yield* secret,
          yield* secret,
          yield* secret
        ]
        const now = changes.now ?? began
        const refresh = { family, hash, idleExpiresAt: now + idleTtl, absoluteExpiresAt: now + absoluteTtl }
        return {
          userId,
          deviceId,
          name: "a terminal",
          kind: "terminal",
          accessHash,
          accessExpiresAt: now + accessTtl,
          refresh,
          passwordVersion: undefined,
          now,
          ...changes
        }
      })
    /** Signs in a device, which must succeed. */
    const device = (userId: UserId, changes: Partial<NewDeviceRow> = {}) =>
      Effect.gen(function* () {
        const row = yield* newDevice(userId, changes)
        assert.strictEqual((yield* devices.create(row)) !== undefined, true, "the device was taken")
        return row
      })

    /** Presents a refresh token; the next ones are derived from it, as outside of tests. */
    const rotate = (row: NewDeviceRow, shown: SecretHash, now: number) =>
      devices.rotate({
        ...{ family: row.refresh?.family ?? shown, shown, graceMs, now },
        next: { ...nextOf(shown), accessExpiresAt: now + accessTtl, idleExpiresAt: now + idleTtl }
      })

    const events = (userId: UserId): Effect.Effect<ReadonlyArray<LogEvent>, unknown> =>
      Effect.map(store.after(personalLog(userId), 0, 1_000), ({ events }) => events)
    /** The changes are the present content of the log, from the first of them on. */
    const tells = (userId: UserId, changes: ReadonlyArray<LogChange>, kinds: ReadonlyArray<string>) =>
      Effect.gen(function* () {
        assert.deepStrictEqual(
          changes.map(({ log }) => log),
          kinds.length === 0 ? [] : [personalLog(userId)]
        )
        assert.deepStrictEqual(
          changes.flatMap(({ events }) => events.map(({ kind }) => kind)),
          kinds
        )
        const logged = yield* events(userId)
        const told = changes.flatMap(({ events }) => events)
        assert.deepStrictEqual(told, logged.slice(logged.length - told.length))
        for (const { head } of changes) assert.strictEqual(head, logged.length)
      })

    const byAccessHash = oneOf(devices)
    const works = (hash: SecretHash, now: number) => Effect.map(byAccessHash(hash, now), (found) => found !== undefined)

    return {
      ...{ users, devices, invites, sessions, assert, newAccount, user, secret, newDevice, device },
      ...{ rotate, events, tells, byAccessHash, works }
    } as const
  })

const oneOf = (devices: Devices["Type"]) => (hash: SecretHash, now: number) =>
  Effect.map(devices.byAccessHashes([hash], now), (found) => found.get(hash))

export type AccountScene = Effect.Effect.Success<ReturnType<typeof accountScene>>

/** The successor of a refresh token in these tests. */
export const nextOf = (shown: SecretHash) => ({
  refreshHash: `${shown}+` as SecretHash,
  accessHash: `${shown}~` as SecretHash
})

/** The device that `create` and `byAccessHashes` must return. */
export const livingOf = (account: Account, row: NewDeviceRow): LivingDevice => ({
  ...{
    userId: account.userId,
    deviceId: row.deviceId,
    handle: account.handle,
    displayName: account.displayName,
    admin: account.admin
  },
  ...{ createdAt: account.createdAt, passwordVersion: 1, sessionVersion: 1 },
  ...{ accessExpiresAt: row.accessExpiresAt, lastUsedAt: row.now, isUnused: false }
})
