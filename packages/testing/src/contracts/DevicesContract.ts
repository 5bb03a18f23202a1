/** The contract of the Devices. */

import { DeviceId, UserId } from "@hibiki/core/domain/Ids"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { devicesMax } from "@hibiki/core/ports/Devices"
import { Effect } from "effect"
import {
  type AccountStores,
  absoluteTtl,
  accessTtl,
  accountScene,
  began,
  idleTtl,
  livingOf,
  nextOf
} from "./accounts/AccountScene.ts"
import { type RotationScene, rotationCases } from "./accounts/RotationCases.ts"
import { type ContractAssert, type ContractCase, type ContractIt, runCases } from "./Contract.ts"

const cases: ReadonlyArray<ContractCase<RotationScene>> = [
  {
    name: "a new device is told, and found by its access token",
    run: ({ assert, byAccessHash, devices, newDevice, tells, user }) =>
      Effect.gen(function* () {
        const account = yield* user({ displayName: "Ann", admin: true })
        const row = yield* newDevice(account.userId, { name: "Ann's 端末" })
        const created = yield* devices.create(row)
        assert.deepStrictEqual(created?.device, livingOf(account, row))
        yield* tells(account.userId, created?.changes ?? [], ["deviceAdded"])
        const [event] = (created?.changes ?? []).flatMap(({ events }) => events)
        assert.deepStrictEqual(event?.kind === "deviceAdded" && [event.deviceId, event.deviceName, event.by], [
          row.deviceId,
          "Ann's 端末",
          account.userId
        ])
        assert.deepStrictEqual(yield* byAccessHash(row.accessHash, began), livingOf(account, row))
      })
  },
  {
    name: "many access tokens are looked up at once: each gives its own device, also the one from before, and an unknown or ended one none",
    run: ({ assert, device, devices, rotate, secret, user }) =>
      Effect.gen(function* () {
        const [ann, bob] = [yield* user(), yield* user()]
        const [before, ended, other] = [yield* device(ann.userId), yield* device(ann.userId), yield* device(bob.userId)]
        const shown = before.refresh?.hash ?? before.accessHash
        yield* rotate(before, shown, began)
        yield* devices.revoke(ann.userId, ended.deviceId, began, undefined)
        const next = nextOf(shown).accessHash
        const found = yield* devices.byAccessHashes(
          [other.accessHash, ended.accessHash, yield* secret, next, before.accessHash],
          began
        )
        const expected = new Map([
          [other.accessHash, other.deviceId],
          [next, before.deviceId],
          [before.accessHash, before.deviceId]
        ])
        assert.deepStrictEqual(new Map([...found].map(([hash, { deviceId }]) => [hash, deviceId])), expected)
        assert.strictEqual((yield* devices.byAccessHashes([], began)).size, 0)
      })
  },
  {
    name: "nobody's device is not taken",
    run: ({ assert, devices, newDevice }) =>
      Effect.gen(function* () {
        assert.strictEqual(yield* devices.create(yield* newDevice(UserId.make(yield* makeUuidV7))), undefined)
      })
  },
  {
    name: "an access token is good until its time; a bot's has none",
    run: ({ device, user, works, assert }) =>
      Effect.gen(function* () {
        const { userId } = yield* user()
        const person = yield* device(userId)
        const bot = yield* device(userId, { kind: "bot", accessExpiresAt: undefined, refresh: undefined })
        assert.deepStrictEqual(
          [yield* works(person.accessHash, began + accessTtl - 1), yield* works(person.accessHash, began + accessTtl)],
          [true, false]
        )
        assert.strictEqual(yield* works(bot.accessHash, began + 1_000 * absoluteTtl), true)
      })
  },
  {
    name: "an ended device is told once, and its tokens are dead",
    run: ({ assert, device, devices, rotate, tells, user, works }) =>
      Effect.gen(function* () {
        const { userId } = yield* user()
        const [row, other] = [yield* device(userId), yield* device(userId)]
        const revocation = yield* devices.revoke(userId, row.deviceId, began, undefined)
        assert.deepStrictEqual(revocation?.devices, [row.deviceId])
        yield* tells(userId, revocation?.changes ?? [], ["deviceRevoked"])
        assert.deepStrictEqual(
          [yield* works(row.accessHash, began), yield* works(other.accessHash, began)],
          [false, true]
        )
        assert.strictEqual((yield* rotate(row, row.refresh?.hash ?? row.accessHash, began))._tag, "Unknown")
        assert.deepStrictEqual(yield* devices.revoke(userId, row.deviceId, began, undefined), {
          devices: [],
          changes: []
        })
      })
  },
  {
    name: "only its own user ends a device",
    run: ({ assert, device, devices, events, user, works }) =>
      Effect.gen(function* () {
        const [ann, bob] = [yield* user(), yield* user()]
        const row = yield* device(ann.userId)
        assert.deepStrictEqual(yield* devices.revoke(bob.userId, row.deviceId, began, undefined), {
          devices: [],
          changes: []
        })
        const absent = DeviceId.make(yield* makeUuidV7)
        assert.deepStrictEqual(yield* devices.revoke(ann.userId, absent, began, undefined), {
          devices: [],
          changes: []
        })
        assert.strictEqual(yield* works(row.accessHash, began), true)
        assert.deepStrictEqual(yield* events(bob.userId), [])
      })
  },
  {
    name: "all devices but one end together, of this user only",
    run: ({ assert, device, devices, tells, user, works }) =>
      Effect.gen(function* () {
        const [ann, bob] = [yield* user(), yield* user()]
        const [kept, one, two, bobs] = [
          yield* device(ann.userId),
          yield* device(ann.userId),
          yield* device(ann.userId),
          yield* device(bob.userId)
        ]
        const revocation = yield* devices.revokeAllBut(ann.userId, kept.deviceId, began, undefined)
        assert.deepStrictEqual([...(revocation?.devices ?? [])].sort(), [one.deviceId, two.deviceId].sort())
        yield* tells(ann.userId, revocation?.changes ?? [], ["deviceRevoked", "deviceRevoked"])
        for (const [row, alive] of [
          [kept, true],
          [one, false],
          [two, false],
          [bobs, true]
        ] as const)
          assert.strictEqual(yield* works(row.accessHash, began), alive)
      })
  },
  {
    name: "living devices are listed, the last used first, with the time of that",
    run: ({ assert, device, devices, rotate, user }) =>
      Effect.gen(function* () {
        const { userId } = yield* user()
        const [first, second, ended] = [
          yield* device(userId),
          yield* device(userId, { now: began + 1, kind: "browser", name: "b" }),
          yield* device(userId)
        ]
        yield* devices.revoke(userId, ended.deviceId, began, undefined)
        const listed = () =>
          Effect.map(devices.list(userId, began), (all) =>
            all.map(({ deviceId, lastUsedAt }) => [deviceId, lastUsedAt])
          )
        assert.deepStrictEqual(yield* listed(), [
          [second.deviceId, began + 1],
          [first.deviceId, began]
        ])
        yield* devices.touch(first.deviceId, first.accessHash, began + 2)
        yield* devices.touch(first.deviceId, first.accessHash, began)
        assert.deepStrictEqual(yield* listed(), [
          [first.deviceId, began + 2],
          [second.deviceId, began + 1]
        ])
        yield* rotate(second, second.refresh?.hash ?? second.accessHash, began + 3)
        assert.deepStrictEqual(yield* devices.list(userId, began), [
          { deviceId: second.deviceId, name: "b", kind: "browser", createdAt: began + 1, lastUsedAt: began + 3 },
          { deviceId: first.deviceId, name: "a terminal", kind: "terminal", createdAt: began, lastUsedAt: began + 2 }
        ])
      })
  },
  {
    name: "a device that can't refresh any more is not listed; a bot stays",
    run: ({ assert, device, devices, user }) =>
      Effect.gen(function* () {
        const { userId } = yield* user()
        yield* device(userId)
        const bot = yield* device(userId, { kind: "bot", accessExpiresAt: undefined, refresh: undefined })
        assert.strictEqual((yield* devices.list(userId, began + idleTtl - 1)).length, 2)
        assert.deepStrictEqual(
          (yield* devices.list(userId, began + idleTtl)).map(({ deviceId }) => deviceId),
          [bot.deviceId]
        )
      })
  },
  {
    name: "a device that is connected is used: it stays in the list and may refresh, as long as its sign-in lasts",
    run: ({ assert, device, devices, rotate, user, works }) =>
      Effect.gen(function* () {
        const { userId } = yield* user()
        const [there, away] = [yield* device(userId), yield* device(userId)]
        const bot = yield* device(userId, { kind: "bot", accessExpiresAt: undefined, refresh: undefined })
        const ended = yield* device(userId)
        yield* devices.revoke(userId, ended.deviceId, began, undefined)
        const [now, end] = [began + 1_000, began + 1_000 + idleTtl]
        yield* devices.connected(
          [there, bot, ended, there].map(({ deviceId }) => deviceId),
          end,
          now
        )
        yield* devices.connected([there.deviceId], end - 1, now - 1)
        const listed = (at: number) =>
          Effect.map(devices.list(userId, at), (all) => new Map(all.map((each) => [each.deviceId, each.lastUsedAt])))
        assert.deepStrictEqual(
          [there, bot, away].map(({ deviceId }) => deviceId).sort(),
          [...(yield* listed(now)).keys()].sort()
        )
        assert.deepStrictEqual(
          yield* listed(end - 1),
          new Map([
            [there.deviceId, now],
            [bot.deviceId, now]
          ])
        )
        assert.strictEqual(yield* works(bot.accessHash, end), true)
        yield* devices.connected([there.deviceId], began + 2 * absoluteTtl, now)
        assert.strictEqual((yield* listed(began + absoluteTtl)).has(there.deviceId), false)
        const token = there.refresh?.hash ?? there.accessHash
        assert.strictEqual((yield* rotate(there, token, began + absoluteTtl - 1))._tag, "Rotated")
        yield* devices.connected([], end, now)
      })
  },
  {
    name: `over ${devicesMax} devices the one that was used least recently ends`,
    run: ({ assert, device, devices, newDevice, tells, user, works }) =>
      Effect.gen(function* () {
        const { userId } = yield* user()
        const rows = [yield* device(userId)]
        for (let i = 1; i < devicesMax; i++) rows.push(yield* device(userId, { now: began + i }))
        const [first, second] = rows
        if (first === undefined || second === undefined) return
        yield* devices.touch(first.deviceId, first.accessHash, began + devicesMax)
        const created = yield* devices.create(yield* newDevice(userId, { now: began + devicesMax }))
        yield* tells(userId, created?.changes ?? [], ["deviceRevoked", "deviceAdded"])
        assert.deepStrictEqual(
          [yield* works(first.accessHash, began), yield* works(second.accessHash, began)],
          [true, false]
        )
        assert.strictEqual((yield* devices.list(userId, began)).length, devicesMax)
      })
  },
  ...rotationCases
]

/** How many tests `devicesContract` runs. */
export const devicesContractSize = cases.length

interface DevicesContractOptions<R> {
  readonly it: ContractIt<AccountStores | R>
  readonly assert: ContractAssert
  /** Moves the store's clock, for the tokens that were replaced so far; back if it is negative. */
  readonly pass: (ms: number) => Effect.Effect<void, unknown, R>
}

export const devicesContract = <R = never>({ assert, it, pass }: DevicesContractOptions<R>): void =>
  runCases(
    it,
    cases,
    Effect.gen(function* () {
      const context = yield* Effect.context<R>()
      return { ...(yield* accountScene(assert)), pass: (ms: number) => Effect.provide(pass(ms), context) }
    })
  )
