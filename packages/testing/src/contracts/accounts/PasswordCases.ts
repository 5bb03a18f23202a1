/** Changed passwords and disabled accounts, and their effects on devices. */
import { Effect } from "effect"
import type { ContractCase } from "../Contract.ts"
import { type AccountScene, began } from "./AccountScene.ts"

export const passwordCases: ReadonlyArray<ContractCase<AccountScene>> = [
  {
    name: "a new password is in force, and voids what the session version was in",
    run: ({ assert, device, sessions, tells, user, users, works }) =>
      Effect.gen(function* () {
        const { userId } = yield* user()
        const { accessHash, deviceId } = yield* device(userId)
        const revocation = yield* users.setPassword(userId, "another hash", "none", began, undefined)
        assert.deepStrictEqual(revocation?.devices, [])
        yield* tells(userId, revocation?.changes ?? [], [])
        assert.strictEqual((yield* users.byId(userId))?.passwordHash, "another hash")
        assert.strictEqual(yield* works(accessHash, began), true)
        assert.deepStrictEqual(yield* sessions.kindsOf([{ userId, deviceId, sessionVersion: 1 }]), [undefined])
        assert.deepStrictEqual(yield* sessions.kindsOf([{ userId, deviceId, sessionVersion: 2 }]), ["terminal"])
      })
  },
  {
    name: "a new password ends all other devices, or all, when it is asked to",
    run: ({ assert, device, tells, user, users, works }) =>
      Effect.gen(function* () {
        const { userId } = yield* user()
        const [own, other] = [yield* device(userId), yield* device(userId)]
        const others = yield* users.setPassword(userId, "second", { allBut: own.deviceId }, began, undefined)
        assert.deepStrictEqual(others?.devices, [other.deviceId])
        yield* tells(userId, others?.changes ?? [], ["deviceRevoked"])
        assert.deepStrictEqual(
          [yield* works(own.accessHash, began), yield* works(other.accessHash, began)],
          [true, false]
        )
        const all = yield* users.setPassword(userId, "third", "all", began, undefined)
        assert.deepStrictEqual(all?.devices, [own.deviceId])
        assert.strictEqual(yield* works(own.accessHash, began), false)
      })
  },
  {
    name: "a device that was let in by an older password is not taken; a rehash changes no password",
    run: ({ assert, devices, newDevice, user, users }) =>
      Effect.gen(function* () {
        const { userId } = yield* user({ passwordHash: "first" })
        const proven = Effect.map(users.byId(userId), (account) => account?.passwordVersion)
        const take = (passwordVersion: number | undefined) =>
          Effect.map(
            Effect.flatMap(newDevice(userId, { passwordVersion }), devices.create),
            (created) => created !== undefined
          )
        const first = yield* proven
        yield* users.rehash(userId, "first", "better")
        assert.strictEqual(yield* take(first), true)
        yield* users.setPassword(userId, "second", "none", began, undefined)
        assert.deepStrictEqual(
          [yield* take(first), yield* take(yield* proven), yield* take(undefined)],
          [false, true, true]
        )
      })
  },
  {
    name: "a hash is replaced only while it is the one that was read",
    run: ({ assert, device, sessions, user, users }) =>
      Effect.gen(function* () {
        const { userId } = yield* user({ passwordHash: "first" })
        const { deviceId } = yield* device(userId)
        yield* users.rehash(userId, "first", "better")
        assert.strictEqual((yield* users.byId(userId))?.passwordHash, "better")
        yield* users.rehash(userId, "first", "late")
        assert.strictEqual((yield* users.byId(userId))?.passwordHash, "better")
        assert.deepStrictEqual(yield* sessions.kindsOf([{ userId, deviceId, sessionVersion: 1 }]), ["terminal"])
      })
  },
  {
    name: "a disabled account has no devices, gets none, and may be enabled again",
    run: ({ assert, device, devices, newDevice, sessions, tells, user, users, works }) =>
      Effect.gen(function* () {
        const { userId } = yield* user()
        const [one, two] = [yield* device(userId), yield* device(userId)]
        const revocation = yield* users.disable(userId, began)
        assert.deepStrictEqual([...(revocation?.devices ?? [])].sort(), [one.deviceId, two.deviceId].sort())
        yield* tells(userId, revocation?.changes ?? [], ["deviceRevoked", "deviceRevoked"])
        for (const { accessHash, deviceId } of [one, two]) {
          assert.strictEqual(yield* works(accessHash, began), false)
          assert.deepStrictEqual(yield* sessions.kindsOf([{ userId, deviceId, sessionVersion: 1 }]), [undefined])
        }
        assert.strictEqual(yield* devices.create(yield* newDevice(userId)), undefined)
        assert.deepStrictEqual(yield* users.disable(userId, began), { devices: [], changes: [], invites: 0 })
        assert.strictEqual((yield* users.byId(userId))?.disabled, true)
        assert.strictEqual(yield* users.enable(userId), true)
        const again = yield* device(userId)
        assert.deepStrictEqual(
          [yield* works(again.accessHash, began), yield* works(one.accessHash, began)],
          [true, false]
        )
      })
  },
  {
    name: "an admin that was disabled is none",
    run: ({ assert, byAccessHash, device, user, users }) =>
      Effect.gen(function* () {
        const { userId } = yield* user({ admin: true })
        const { accessHash } = yield* device(userId)
        assert.strictEqual((yield* byAccessHash(accessHash, began))?.admin, true)
        yield* users.disable(userId, began)
        assert.strictEqual(yield* byAccessHash(accessHash, began), undefined)
      })
  }
]
