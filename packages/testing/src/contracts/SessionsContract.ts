/** The contract of the Sessions. */
import { Clock, Effect } from "effect"
import { type AccountScene, type AccountStores, accountScene, began } from "./accounts/AccountScene.ts"
import { type ContractAssert, type ContractCase, type ContractIt, runCases } from "./Contract.ts"

const never = Number.MAX_SAFE_INTEGER

const cases: ReadonlyArray<ContractCase<AccountScene>> = [
  {
    name: "a sign-in has its kind for its user and version until it is ended",
    run: ({ assert, device, devices, sessions, user }) =>
      Effect.gen(function* () {
        const [ann, bob] = [yield* user(), yield* user()]
        const { deviceId } = yield* device(ann.userId)
        const ofBob = {
          userId: bob.userId,
          deviceId: (yield* device(bob.userId, { kind: "browser" })).deviceId,
          sessionVersion: 1
        }
        const first = { userId: ann.userId, deviceId, sessionVersion: 1 }
        const second = { ...first, sessionVersion: 2 }
        const asked = [first, { ...first, userId: bob.userId }, second, ofBob, first]
        assert.deepStrictEqual(yield* sessions.kindsOf(asked), [
          "terminal",
          undefined,
          undefined,
          "browser",
          "terminal"
        ])
        yield* devices.revoke(ann.userId, deviceId, began, undefined)
        assert.deepStrictEqual(yield* sessions.kindsOf([first, second, ofBob]), [undefined, undefined, "browser"])
        assert.deepStrictEqual(yield* sessions.kindsOf([]), [])
      })
  },
  {
    name: "a sign-in has its kind no longer than it may last",
    run: ({ assert, device, secret, sessions, user }) =>
      Effect.gen(function* () {
        const [{ userId }, now] = [yield* user(), yield* Clock.currentTimeMillis]
        const until = (absoluteExpiresAt: number) =>
          Effect.flatMap(Effect.all([secret, secret]), ([family, hash]) =>
            device(userId, { refresh: { family, hash, idleExpiresAt: now, absoluteExpiresAt } })
          )
        const [over, living] = [yield* until(now), yield* until(now + 60_000)]
        const bot = yield* device(userId, { kind: "bot", accessExpiresAt: undefined, refresh: undefined })
        const kinds = yield* sessions.kindsOf(
          [over, living, bot].map(({ deviceId }) => ({ userId, deviceId, sessionVersion: 1 }))
        )
        assert.deepStrictEqual(kinds, [undefined, "terminal", "bot"])
      })
  },
  {
    name: "devices that end after a question are in the answer to the next",
    run: ({ assert, device, devices, sessions, user, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = [yield* user(), yield* user()]
        const [living, revoked, disabled] = [
          yield* device(ann.userId),
          yield* device(ann.userId),
          yield* device(bob.userId)
        ]
        const { now } = yield* sessions.endedSince(never)
        yield* devices.revoke(ann.userId, revoked.deviceId, began, undefined)
        yield* users.disable(bob.userId, began)
        const answer = yield* sessions.endedSince(now)
        const named = [living, revoked, disabled].map(({ deviceId }) => answer.revoked.includes(deviceId))
        assert.deepStrictEqual(named, [false, true, true])
        assert.strictEqual(answer.now >= now, true)
        assert.deepStrictEqual((yield* sessions.endedSince(never)).revoked, [])
      })
  },
  {
    name: "a sign-in that has become too old since a question is in the answer to the next, by itself",
    run: ({ assert, device, devices, secret, sessions, user }) =>
      Effect.gen(function* () {
        const { userId } = yield* user()
        const { now } = yield* sessions.endedSince(never)
        const until = (absoluteExpiresAt: number, idleExpiresAt = now + 60_000) =>
          Effect.flatMap(Effect.all([secret, secret]), ([family, hash]) =>
            device(userId, { refresh: { family, hash, idleExpiresAt, absoluteExpiresAt } })
          )
        const [long, over, revoked, idle] = [
          yield* until(now - 1_000),
          yield* until(now),
          yield* until(now),
          yield* until(now + 60_000, now)
        ]
        const bot = yield* device(userId, { kind: "bot", accessExpiresAt: undefined, refresh: undefined })
        yield* devices.revoke(userId, revoked.deviceId, began, undefined)
        const answer = yield* sessions.endedSince(now)
        assert.deepStrictEqual(
          [long, over, revoked, idle, bot].map(({ deviceId }) => answer.expired.includes(deviceId)),
          [false, true, false, false, false]
        )
        assert.strictEqual(answer.revoked.includes(revoked.deviceId), true)
      })
  }
]

/** How many tests `sessionsContract` runs. */
export const sessionsContractSize = cases.length

export const sessionsContract = ({
  assert,
  it
}: {
  readonly it: ContractIt<AccountStores>
  readonly assert: ContractAssert
}): void => runCases(it, cases, accountScene(assert))
