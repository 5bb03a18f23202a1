/** What Users promises about administrators and the links that they make. */
import type { UserId } from "@hibiki/core/domain/Ids"
import type { StoreUnavailable } from "@hibiki/core/ports/EventStore"
import type { LastAdmin } from "@hibiki/core/ports/Users"
import { Effect, Exit } from "effect"
import type { ContractCase } from "../Contract.ts"
import { type AccountScene, began } from "./AccountScene.ts"

const hour = 3_600_000

/** Takes the right from everybody else, so that these two are the last. */
const onlyAdmins = ({ user, users }: AccountScene) =>
  Effect.gen(function* () {
    const [one, two] = [yield* user({ admin: true }), yield* user({ admin: true })]
    for (let after = ""; ; ) {
      const page = yield* users.list(after, 500)
      for (const { admin, userId } of page)
        if (admin && userId !== one.userId && userId !== two.userId) yield* users.setAdmin(userId, false)
      const last = page.at(-1)
      if (last === undefined) return [one.userId, two.userId] as const
      after = last.handle
    }
  })

export const adminCases: ReadonlyArray<ContractCase<AccountScene>> = [
  {
    name: "the last enabled administrator is neither demoted nor disabled, and another one is",
    run: (scene) =>
      Effect.gen(function* () {
        const { assert, users } = scene
        const [one, two] = yield* onlyAdmins(scene)
        yield* users.disable(two, began)
        assert.strictEqual((yield* Effect.flip(users.setAdmin(one, false)))._tag, "LastAdmin")
        assert.strictEqual((yield* Effect.flip(users.disable(one, began)))._tag, "LastAdmin")
        assert.strictEqual((yield* users.byId(one))?.admin, true)
        // A disabled one does not count, and can be demoted.
        assert.strictEqual(yield* users.setAdmin(two, false), true)
        yield* users.enable(two)
        yield* users.setAdmin(two, true)
        assert.strictEqual(yield* users.setAdmin(one, false), true)
      })
  },
  {
    name: "of two that take the last two administrators at once, one is refused",
    run: (scene) =>
      Effect.gen(function* () {
        const { assert, users } = scene
        const [one, two] = yield* onlyAdmins(scene)
        for (let round = 0; round < 10; round++) {
          const taking = (userId: UserId, disables: boolean): Effect.Effect<void, LastAdmin | StoreUnavailable> =>
            disables ? Effect.asVoid(users.disable(userId, began)) : Effect.asVoid(users.setAdmin(userId, false))
          const ends = yield* Effect.forEach(
            [taking(one, false), taking(two, round % 2 === 1)],
            (each) => Effect.exit(each),
            { concurrency: "unbounded" }
          )
          assert.strictEqual(ends.filter(Exit.isSuccess).length, 1)
          assert.strictEqual(yield* users.hasAdmin, true)
          for (const userId of [one, two]) {
            yield* users.enable(userId)
            yield* users.setAdmin(userId, true)
          }
        }
      })
  },
  {
    name: "a link sets a new password once and within its time, ends all devices, and voids an earlier link",
    run: ({ assert, device, devices, secret, user, users }) =>
      Effect.gen(function* () {
        const { userId } = yield* user()
        yield* device(userId)
        const [earlier, hash, late] = [yield* secret, yield* secret, yield* secret]
        assert.strictEqual(yield* users.makeReset(userId, earlier, began + hour, began), true)
        assert.strictEqual(yield* users.makeReset(userId, hash, began + hour, began), true)
        assert.strictEqual(yield* users.byReset(earlier, began), undefined)
        assert.strictEqual((yield* users.byReset(hash, began))?.userId, userId)
        assert.strictEqual(yield* users.byReset(hash, began + hour), undefined)
        assert.strictEqual(yield* users.useReset(hash, "too late", began + hour), undefined)
        const both = [users.useReset(hash, "a new hash", began), users.useReset(hash, "a new hash", began)]
        const used = yield* Effect.all(both, { concurrency: "unbounded" })
        assert.strictEqual(used.filter((revocation) => revocation !== undefined).length, 1)
        assert.deepStrictEqual(yield* devices.list(userId, began), [])
        assert.strictEqual((yield* users.byId(userId))?.passwordHash, "a new hash")
        assert.strictEqual(yield* users.useReset(late, "another", began), undefined)
      })
  },
  {
    name: "a link ends with a new password and with the account; a bot and a disabled account get none",
    run: ({ assert, secret, user, users }) =>
      Effect.gen(function* () {
        const [{ userId }, bot] = [yield* user(), yield* user({ passwordHash: undefined })]
        const [first, second] = [yield* secret, yield* secret]
        yield* users.makeReset(userId, first, began + hour, began)
        yield* users.setPassword(userId, "another", "none", began, undefined)
        assert.strictEqual(yield* users.useReset(first, "a new hash", began), undefined)
        yield* users.makeReset(userId, second, began + hour, began)
        yield* users.disable(userId, began)
        assert.strictEqual(yield* users.makeReset(userId, first, began + hour, began), false)
        yield* users.enable(userId)
        assert.strictEqual(yield* users.useReset(second, "a new hash", began), undefined)
        assert.strictEqual(yield* users.makeReset(bot.userId, first, began + hour, began), false)
      })
  }
]
