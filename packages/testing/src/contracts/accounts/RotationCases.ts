/**
 * Refresh tokens: one use each, and again for the direct parent within a short grace or until its successor was used;
 * any other reuse ends the device.
 */

import type { NewDeviceRow } from "@hibiki/core/ports/Devices"
import type { SecretHash } from "@hibiki/core/ports/Secrets"
import { Effect } from "effect"
import type { ContractCase } from "../Contract.ts"
import { type AccountScene, absoluteTtl, accessTtl, began, graceMs, idleTtl, livingOf, nextOf } from "./AccountScene.ts"

const refreshOf = (row: NewDeviceRow): SecretHash => row.refresh?.hash ?? row.accessHash

export interface RotationScene extends AccountScene {
  /** Moves the store's clock, for the tokens that were replaced so far; back if it is negative. */
  readonly pass: (ms: number) => Effect.Effect<void, unknown>
}

export const rotationCases: ReadonlyArray<ContractCase<RotationScene>> = [
  {
    name: "a refresh token is replaced by its successor, and the access token before stays good until its own time",
    run: ({ assert, device, rotate, user, works }) =>
      Effect.gen(function* () {
        const account = yield* user()
        const row = yield* device(account.userId)
        const [shown, later] = [refreshOf(row), began + accessTtl - 1_000]
        const next = nextOf(shown)
        assert.deepStrictEqual(yield* rotate(row, shown, later), {
          _tag: "Rotated",
          device: { ...livingOf(account, row), accessExpiresAt: later + accessTtl, lastUsedAt: later, isUnused: true },
          refreshExpiresAt: later + idleTtl
        })
        assert.deepStrictEqual(
          [yield* works(row.accessHash, later + 999), yield* works(row.accessHash, later + 1_000)],
          [true, false]
        )
        assert.deepStrictEqual(
          [yield* works(next.accessHash, later + accessTtl - 1), yield* works(next.accessHash, later + accessTtl)],
          [true, false]
        )
        assert.strictEqual((yield* rotate(row, next.refreshHash, later + graceMs))._tag, "Rotated")
      })
  },
  {
    name: "the direct parent within the grace is answered again, and changes nothing",
    run: ({ assert, device, events, pass, rotate, user, works }) =>
      Effect.gen(function* () {
        const account = yield* user()
        const row = yield* device(account.userId)
        const shown = refreshOf(row)
        yield* rotate(row, shown, began + 1)
        yield* pass(graceMs / 2)
        assert.deepStrictEqual(yield* rotate(row, shown, began + 1 + graceMs / 2), {
          _tag: "Repeated",
          device: {
            ...livingOf(account, row),
            accessExpiresAt: began + 1 + accessTtl,
            lastUsedAt: began + 1,
            isUnused: true
          },
          refreshExpiresAt: began + 1 + idleTtl
        })
        assert.strictEqual(yield* works(nextOf(shown).accessHash, began + 1), true)
        assert.strictEqual((yield* events(account.userId)).length, 1)
        assert.strictEqual((yield* rotate(row, nextOf(shown).refreshHash, began + 20_000))._tag, "Rotated")
      })
  },
  {
    name: "the direct parent after the grace ends the device, once its successor was used",
    run: ({ assert, byAccessHash, device, devices, pass, rotate, tells, user, works }) =>
      Effect.gen(function* () {
        const { userId } = yield* user()
        const row = yield* device(userId)
        const shown = refreshOf(row)
        yield* rotate(row, shown, began)
        yield* devices.touch(row.deviceId, nextOf(shown).accessHash, began)
        assert.strictEqual((yield* byAccessHash(nextOf(shown).accessHash, began))?.isUnused, false)
        yield* pass(graceMs + 1)
        const reused = yield* rotate(row, shown, began + graceMs + 1)
        assert.strictEqual(reused._tag, "Reused")
        if (reused._tag !== "Reused") return
        assert.deepStrictEqual([reused.userId, reused.revocation.devices], [userId, [row.deviceId]])
        yield* tells(userId, reused.revocation.changes, ["deviceRevoked"])
        for (const access of [row.accessHash, nextOf(shown).accessHash])
          assert.strictEqual(yield* works(access, began), false)
        for (const token of [shown, nextOf(shown).refreshHash])
          assert.strictEqual((yield* rotate(row, token, began))._tag, "Unknown")
      })
  },
  {
    name: "the direct parent brings its successor at any time until that was used: the same one, with new times",
    run: ({ assert, device, devices, events, pass, rotate, user, works }) =>
      Effect.gen(function* () {
        const account = yield* user()
        const row = yield* device(account.userId)
        const shown = refreshOf(row)
        const next = nextOf(shown)
        yield* rotate(row, shown, began)
        // The token before is not the successor.
        yield* devices.touch(row.deviceId, row.accessHash, began + 1)
        const later = began + idleTtl - 1
        yield* pass(idleTtl - 1)
        assert.deepStrictEqual(yield* rotate(row, shown, later), {
          _tag: "Rotated",
          device: { ...livingOf(account, row), accessExpiresAt: later + accessTtl, lastUsedAt: later, isUnused: true },
          refreshExpiresAt: later + idleTtl
        })
        assert.deepStrictEqual(
          [yield* works(row.accessHash, began), yield* works(next.accessHash, later)],
          [true, true]
        )
        assert.strictEqual((yield* rotate(row, shown, later + 1))._tag, "Repeated")
        yield* pass(graceMs + 1)
        assert.strictEqual((yield* events(account.userId)).length, 1)
        assert.strictEqual((yield* rotate(row, next.refreshHash, later + graceMs + 1))._tag, "Rotated")
        // As a refresh token it has been used by now.
        assert.strictEqual((yield* rotate(row, shown, later + graceMs + 2))._tag, "Reused")
      })
  },
  {
    name: "a lost answer gives a device no more time than its sign-in has",
    run: ({ assert, device, pass, rotate, secret, user }) =>
      Effect.gen(function* () {
        const [{ userId }, family, hash] = [yield* user(), yield* secret, yield* secret]
        const absoluteExpiresAt = began + 2 * idleTtl
        const row = yield* device(userId, {
          refresh: { family, hash, idleExpiresAt: began + idleTtl, absoluteExpiresAt }
        })
        yield* rotate(row, hash, began)
        yield* pass(idleTtl - 1)
        yield* rotate(row, hash, began + idleTtl - 1)
        yield* pass(idleTtl - 1)
        const last = yield* rotate(row, hash, absoluteExpiresAt - 2)
        assert.deepStrictEqual(last._tag === "Rotated" && last.refreshExpiresAt, absoluteExpiresAt)
        assert.strictEqual((yield* rotate(row, hash, absoluteExpiresAt))._tag, "Unknown")
      })
  },
  {
    name: "no access token is good for longer than its sign-in",
    run: ({ assert, device, rotate, secret, user, works }) =>
      Effect.gen(function* () {
        const [{ userId }, family, hash] = [yield* user(), yield* secret, yield* secret]
        const absoluteExpiresAt = began + accessTtl / 2
        const row = yield* device(userId, {
          refresh: { family, hash, idleExpiresAt: began + idleTtl, absoluteExpiresAt }
        })
        const rotated = yield* rotate(row, hash, began + 1)
        assert.deepStrictEqual(rotated._tag === "Rotated" && rotated.device.accessExpiresAt, absoluteExpiresAt)
        for (const access of [row.accessHash, nextOf(hash).accessHash])
          assert.deepStrictEqual(
            [yield* works(access, absoluteExpiresAt - 1), yield* works(access, absoluteExpiresAt)],
            [true, false]
          )
      })
  },
  {
    name: "the grace revives no grandparent",
    run: ({ assert, device, rotate, user }) =>
      Effect.gen(function* () {
        const row = yield* device((yield* user()).userId)
        const first = refreshOf(row)
        const second = nextOf(first).refreshHash
        yield* rotate(row, first, began)
        yield* rotate(row, second, began + 1)
        assert.strictEqual((yield* rotate(row, first, began + 2))._tag, "Reused")
        assert.strictEqual((yield* rotate(row, nextOf(second).refreshHash, began + 3))._tag, "Unknown")
      })
  },
  {
    name: "a token that was never made, of a family that was, ends the device; of none, nothing",
    run: ({ assert, device, rotate, secret, user, works }) =>
      Effect.gen(function* () {
        const { userId } = yield* user()
        const [row, other] = [yield* device(userId), yield* device(userId)]
        assert.strictEqual((yield* rotate({ ...row, refresh: undefined }, yield* secret, began))._tag, "Unknown")
        assert.strictEqual(yield* works(row.accessHash, began), true)
        assert.strictEqual((yield* rotate(row, yield* secret, began))._tag, "Reused")
        assert.deepStrictEqual(
          [yield* works(row.accessHash, began), yield* works(other.accessHash, began)],
          [false, true]
        )
      })
  },
  {
    name: "a token is dead when it was not used for too long, and when the sign-in is too old",
    run: ({ assert, device, rotate, user }) =>
      Effect.gen(function* () {
        const { userId } = yield* user()
        const [idle, busy] = [yield* device(userId), yield* device(userId)]
        assert.strictEqual((yield* rotate(idle, refreshOf(idle), began + idleTtl))._tag, "Unknown")
        let token = refreshOf(busy)
        for (let now = began; now < began + absoluteTtl; now += idleTtl - 1) {
          const rotated = yield* rotate(busy, token, now)
          assert.strictEqual(rotated._tag, "Rotated")
          if (rotated._tag === "Rotated")
            assert.strictEqual(rotated.refreshExpiresAt, Math.min(now + idleTtl, began + absoluteTtl))
          token = nextOf(token).refreshHash
        }
        assert.strictEqual((yield* rotate(busy, token, began + absoluteTtl))._tag, "Unknown")
      })
  },
  {
    name: "of parallel uses of one token exactly one replaces it, and the others get the same successor, then and later",
    run: ({ assert, device, pass, rotate, user, works }) =>
      Effect.gen(function* () {
        const row = yield* device((yield* user()).userId)
        for (const now of [began, began + graceMs + 1]) {
          const tries = yield* Effect.all(
            Array.from({ length: 8 }, () => rotate(row, refreshOf(row), now)),
            { concurrency: 8 }
          )
          assert.deepStrictEqual(tries.map(({ _tag }) => _tag).sort(), [...Array(7).fill("Repeated"), "Rotated"])
          yield* pass(graceMs + 1)
        }
        assert.strictEqual(yield* works(nextOf(refreshOf(row)).accessHash, began), true)
      })
  },
  {
    name: "the grace is measured by the store's clock: those of two processes may differ by more",
    run: ({ assert, device, devices, rotate, user }) =>
      Effect.gen(function* () {
        const row = yield* device((yield* user()).userId)
        const shown = refreshOf(row)
        yield* rotate(row, shown, began)
        yield* devices.touch(row.deviceId, nextOf(shown).accessHash, began)
        for (const otherClock of [began + 60_000, began - 60_000])
          assert.strictEqual((yield* rotate(row, shown, otherClock))._tag, "Repeated")
      })
  },
  {
    name: "a clock that is set back makes no grace longer, neither a process' nor the store's",
    run: ({ assert, device, devices, pass, rotate, user }) =>
      Effect.gen(function* () {
        const { userId } = yield* user()
        for (const [ms, later] of [
          [graceMs + 1, began - 3_600_000],
          [-3_600_000, began]
        ] as const) {
          const row = yield* device(userId)
          const shown = refreshOf(row)
          yield* rotate(row, shown, began)
          yield* devices.touch(row.deviceId, nextOf(shown).accessHash, began)
          yield* pass(ms)
          assert.strictEqual((yield* rotate(row, shown, later))._tag, "Reused")
        }
      })
  }
]
