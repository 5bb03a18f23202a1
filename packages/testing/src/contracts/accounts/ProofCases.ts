/** Actions that require the password again: the earlier proof must still hold when they run. */

import { UserId } from "@hibiki/core/domain/Ids"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import type { Proof } from "@hibiki/core/ports/Users"
import { Effect } from "effect"
import type { ContractCase } from "../Contract.ts"
import { type AccountScene, began } from "./AccountScene.ts"

/** A user with the device that proves, and one more. */
const pair = ({ device, user }: AccountScene) =>
  Effect.gen(function* () {
    const { userId } = yield* user()
    const [own, other] = [yield* device(userId), yield* device(userId)]
    return { userId, own, other, proof: { passwordVersion: 1, deviceId: own.deviceId } }
  })

type Pair = Effect.Effect.Success<ReturnType<typeof pair>>
type Outdating = (scene: AccountScene, pair: Pair) => Effect.Effect<Proof | void, unknown>

/** Changes between a proof and the action. Each returns the proof, if it is not that of the pair. */
const outdatings: Readonly<Record<string, Outdating>> = {
  "another password": ({ users }, { userId }) =>
    Effect.asVoid(users.setPassword(userId, "meanwhile", "none", began, undefined)),
  "the end of the device": ({ devices }, { own, userId }) =>
    Effect.asVoid(devices.revoke(userId, own.deviceId, began, undefined)),
  "a disabling, though it was taken back": ({ users }, { userId }) =>
    Effect.asVoid(Effect.zipRight(users.disable(userId, began), users.enable(userId))),
  "a device of somebody else": ({ device, user }, { proof }) =>
    Effect.gen(function* () {
      return { ...proof, deviceId: (yield* device((yield* user()).userId)).deviceId }
    }),
  "a device that never was": (_scene, { proof }) =>
    Effect.map(makeUuidV7, (uuid) => ({ ...proof, deviceId: uuid as Proof["deviceId"] }))
}

const stale: ReadonlyArray<ContractCase<AccountScene>> = Object.entries(outdatings).map(([name, outdate]) => ({
  name: `what was proven holds no more, and nothing is done: ${name}`,
  run: (scene) =>
    Effect.gen(function* () {
      const { assert, device, devices, events, sessions, users, works } = scene
      const both = yield* pair(scene)
      const { own, proof, userId } = both
      const shown = (yield* outdate(scene, both)) ?? proof
      const fresh = yield* device(userId)
      const [before, told] = [yield* users.byId(userId), yield* events(userId)]
      assert.strictEqual(yield* users.setPassword(userId, "stolen", { allBut: own.deviceId }, began, shown), undefined)
      assert.strictEqual(yield* users.setPassword(userId, "stolen", "all", began, shown), undefined)
      assert.strictEqual(yield* devices.revoke(userId, fresh.deviceId, began, shown), undefined)
      assert.strictEqual(yield* devices.revokeAllBut(userId, own.deviceId, began, shown), undefined)
      assert.deepStrictEqual(yield* users.byId(userId), before)
      assert.deepStrictEqual(yield* events(userId), told)
      assert.strictEqual(yield* works(fresh.accessHash, began), true)
      assert.deepStrictEqual(yield* sessions.kindsOf([{ userId, deviceId: fresh.deviceId, sessionVersion: 1 }]), [
        "terminal"
      ])
    })
}))

export const proofCases: ReadonlyArray<ContractCase<AccountScene>> = [
  ...stale,
  {
    name: "what was proven holds, and what was asked for is done",
    run: (scene) =>
      Effect.gen(function* () {
        const { assert, device, devices, tells, users, works } = scene
        const { other, own, proof, userId } = yield* pair(scene)
        const third = yield* device(userId)
        const one = yield* devices.revoke(userId, other.deviceId, began, proof)
        assert.deepStrictEqual(one?.devices, [other.deviceId])
        yield* tells(userId, one?.changes ?? [], ["deviceRevoked"])
        const gone = yield* devices.revoke(userId, other.deviceId, began, proof)
        assert.deepStrictEqual(gone, { devices: [], changes: [] })
        // A better hash of the same password is no other one.
        yield* users.rehash(userId, "a hash", "better")
        const others = yield* devices.revokeAllBut(userId, own.deviceId, began, proof)
        assert.deepStrictEqual(others?.devices, [third.deviceId])
        const changed = yield* users.setPassword(userId, "another hash", "all", began, proof)
        assert.deepStrictEqual(changed?.devices, [own.deviceId])
        yield* tells(userId, changed?.changes ?? [], ["deviceRevoked"])
        assert.strictEqual((yield* users.byId(userId))?.passwordHash, "another hash")
        assert.strictEqual(yield* works(own.accessHash, began), false)
      })
  },
  {
    name: "of parallel changes that one password has proven exactly one is done",
    run: (scene) =>
      Effect.gen(function* () {
        const { assert, users } = scene
        const { proof, userId } = yield* pair(scene)
        const change = (n: number) =>
          Effect.map(users.setPassword(userId, `hash ${n}`, "none", began, proof), (done) =>
            done === undefined ? [] : [`hash ${n}`]
          )
        const done = (yield* Effect.all([1, 2, 3, 4, 5].map(change), { concurrency: 5 })).flat()
        const account = yield* users.byId(userId)
        assert.deepStrictEqual([done, account?.passwordVersion], [[account?.passwordHash], 2])
      })
  },
  {
    name: "of parallel endings of each other exactly one is done",
    run: (scene) =>
      Effect.gen(function* () {
        const { assert, devices } = scene
        const { other, own, userId } = yield* pair(scene)
        const rest = (keep: Pair["own"]) =>
          devices.revokeAllBut(userId, keep.deviceId, began, { passwordVersion: 1, deviceId: keep.deviceId })
        const ended = yield* Effect.all([rest(own), rest(other)], { concurrency: 2 })
        assert.strictEqual(ended.filter((each) => each !== undefined).length, 1)
        assert.strictEqual((yield* devices.list(userId, began)).length, 1)
      })
  },
  {
    name: "nobody's devices are ended by nobody",
    run: ({ assert, device, devices, user }) =>
      Effect.gen(function* () {
        const { deviceId } = yield* device((yield* user()).userId)
        const nobody = UserId.make(yield* makeUuidV7)
        for (const proof of [undefined, { passwordVersion: 1, deviceId }]) {
          assert.strictEqual(yield* devices.revoke(nobody, deviceId, began, proof), undefined)
          assert.strictEqual(yield* devices.revokeAllBut(nobody, deviceId, began, proof), undefined)
        }
      })
  }
]
