/** The contract of the Activities, together with the stores that record their changes there. */

import type { UserId } from "@hibiki/core/domain/Ids"
import { Activities } from "@hibiki/core/ports/Activities"
import { Effect } from "effect"
import { type AccountScene, type AccountStores, accountScene, began, nextOf } from "./accounts/AccountScene.ts"
import { type ContractAssert, type ContractCase, type ContractIt, runCases } from "./Contract.ts"

interface Scene extends AccountScene {
  readonly activities: Activities["Type"]
  /** Kinds of all entries, the oldest first. */
  readonly kinds: (userId: UserId) => Effect.Effect<ReadonlyArray<string>, unknown>
}

const cases: ReadonlyArray<ContractCase<Scene>> = [
  {
    name: "a sign-in and its end are noted with the device, of the account alone whose they are",
    run: ({ activities, assert, device, devices, kinds, user }) =>
      Effect.gen(function* () {
        const [ann, bob] = [yield* user(), yield* user()]
        const row = yield* device(ann.userId, { name: "Ann's 端末" })
        yield* devices.revoke(ann.userId, row.deviceId, began, undefined)
        yield* devices.revoke(ann.userId, row.deviceId, began, undefined)
        const entries = yield* activities.page(ann.userId, undefined, 10)
        assert.deepStrictEqual(
          entries.map(({ deviceId, deviceName, kind }) => [kind, deviceId, deviceName]),
          [
            ["deviceEnded", row.deviceId, "Ann's 端末"],
            ["signedIn", row.deviceId, "Ann's 端末"]
          ]
        )
        assert.deepStrictEqual(yield* kinds(bob.userId), [])
      })
  },
  {
    name: "a new password is noted once, and with it the devices that it ends; one that is not proven leaves nothing",
    run: ({ assert, device, kinds, user, users }) =>
      Effect.gen(function* () {
        const { userId } = yield* user()
        const { deviceId } = yield* device(userId)
        yield* device(userId)
        yield* users.setPassword(userId, "another", "all", began, { passwordVersion: 7, deviceId })
        assert.deepStrictEqual(yield* kinds(userId), ["signedIn", "signedIn"])
        yield* users.setPassword(userId, "another", { allBut: deviceId }, began, { passwordVersion: 1, deviceId })
        assert.deepStrictEqual([...(yield* kinds(userId))].sort(), [
          "deviceEnded",
          "passwordChanged",
          "signedIn",
          "signedIn"
        ])
        yield* users.rehash(userId, "another", "the same")
        assert.strictEqual((yield* kinds(userId)).length, 4)
      })
  },
  {
    name: "what makes an admin, and what disables an account, is noted when it changes something",
    run: ({ assert, kinds, user, users }) =>
      Effect.gen(function* () {
        const { userId } = yield* user()
        // The last administrator could not go.
        yield* user({ admin: true })
        for (const admin of [false, true, true, false]) yield* users.setAdmin(userId, admin)
        yield* users.enable(userId)
        for (let i = 0; i < 2; i++) yield* users.disable(userId, began)
        for (let i = 0; i < 2; i++) yield* users.enable(userId)
        assert.deepStrictEqual(yield* kinds(userId), ["madeAdmin", "adminTaken", "disabled", "enabled"])
      })
  },
  {
    name: "a device that ends because its refresh token came twice is noted as that",
    run: ({ assert, device, kinds, rotate, user }) =>
      Effect.gen(function* () {
        const { userId } = yield* user()
        const row = yield* device(userId)
        const shown = row.refresh?.hash ?? row.accessHash
        yield* rotate(row, shown, began)
        yield* rotate(row, nextOf(shown).refreshHash, began)
        assert.strictEqual((yield* rotate(row, shown, began))._tag, "Reused")
        assert.deepStrictEqual(yield* kinds(userId), ["signedIn", "refreshReused"])
      })
  },
  {
    name: "wrong passwords of an hour are one entry that tells how many there were",
    run: ({ activities, assert, kinds, user }) =>
      Effect.gen(function* () {
        const [ann, bob] = [yield* user(), yield* user()]
        yield* Effect.all(
          [ann, bob, ann, ann].map(({ userId }) => activities.signInFailed(userId)),
          { concurrency: 4 }
        )
        const counts = (yield* activities.page(ann.userId, undefined, 10)).map(({ count = 1 }) => count)
        // Two if an hour ended in between.
        assert.strictEqual(
          counts.reduce((sum, count) => sum + count, 0),
          3
        )
        assert.strictEqual(counts.length <= 2, true)
        assert.deepStrictEqual(yield* kinds(bob.userId), ["signInFailed"])
      })
  },
  {
    name: "a look at a message's way is noted once for each account",
    run: ({ activities, assert, kinds, user }) =>
      Effect.gen(function* () {
        const [ann, bob, eve] = [yield* user(), yield* user(), yield* user()]
        yield* activities.traced([ann.userId, bob.userId, ann.userId])
        assert.deepStrictEqual(yield* kinds(ann.userId), ["messageTraced"])
        assert.deepStrictEqual(yield* kinds(bob.userId), ["messageTraced"])
        assert.deepStrictEqual(yield* kinds(eve.userId), [])
      })
  },
  {
    name: "entries are paged from the newest on",
    run: ({ activities, assert, user, users }) =>
      Effect.gen(function* () {
        const { userId } = yield* user()
        for (const admin of [true, false, true, false, true]) yield* users.setAdmin(userId, admin)
        const first = yield* activities.page(userId, undefined, 2)
        const second = yield* activities.page(userId, first.at(-1)?.id, 2)
        const third = yield* activities.page(userId, second.at(-1)?.id, 2)
        const all = [...first, ...second, ...third]
        assert.deepStrictEqual([first.length, second.length, third.length], [2, 2, 1])
        assert.deepStrictEqual(
          all.map(({ id }) => id),
          all.map(({ id }) => id).sort((a, b) => b - a)
        )
        assert.deepStrictEqual(yield* activities.page(userId, all.at(-1)?.id, 2), [])
      })
  }
]

/** How many tests `activitiesContract` runs. */
export const activitiesContractSize = cases.length

export interface ActivitiesContractOptions {
  readonly it: ContractIt<AccountStores | Activities>
  readonly assert: ContractAssert
}

export const activitiesContract = ({ assert, it }: ActivitiesContractOptions): void =>
  runCases(
    it,
    cases,
    Effect.gen(function* () {
      const activities = yield* Activities
      const kinds = (userId: UserId) =>
        Effect.map(activities.page(userId, undefined, 100), (entries) => entries.map(({ kind }) => kind).reverse())
      return { ...(yield* accountScene(assert)), activities, kinds } satisfies Scene
    })
  )
