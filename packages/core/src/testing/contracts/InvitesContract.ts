/** The contract of the Invites. */
import { Effect } from "effect"
import type { UserId } from "../../domain/Ids.ts"
import { type AccountScene, type AccountStores, accountScene, began } from "./accounts/AccountScene.ts"
import { type ContractAssert, type ContractCase, type ContractIt, runCases } from "./Contract.ts"

const cases: ReadonlyArray<ContractCase<AccountScene>> = [
  {
    name: "an invite is found until its time, and tells its kind",
    run: ({ assert, invites, secret, user }) =>
      Effect.gen(function* () {
        const [hash, { userId }] = [yield* secret, yield* user()]
        yield* invites.create({ hash, kind: "member", createdBy: userId, expiresAt: began + 10 }, began)
        assert.strictEqual(yield* invites.find(hash, began + 9), "member")
        assert.strictEqual(yield* invites.find(hash, began + 10), undefined)
        assert.strictEqual(yield* invites.find(yield* secret, began), undefined)
      })
  },
  {
    name: "a used invite is gone",
    run: ({ assert, invites, secret, user }) =>
      Effect.gen(function* () {
        const hash = yield* secret
        yield* invites.create({ hash, kind: "member", createdBy: undefined, expiresAt: began + 10 }, began)
        yield* user({ invite: hash })
        assert.strictEqual(yield* invites.find(hash, began), undefined)
      })
  },
  {
    name: "a new admin's invite voids the earlier ones, and no member's",
    run: ({ assert, invites, secret }) =>
      Effect.gen(function* () {
        const [member, first, second] = [yield* secret, yield* secret, yield* secret]
        yield* invites.create({ hash: member, kind: "member", createdBy: undefined, expiresAt: began + 10 }, began)
        yield* invites.create({ hash: first, kind: "admin", createdBy: undefined, expiresAt: began + 10 }, began)
        assert.strictEqual(yield* invites.find(first, began), "admin")
        yield* invites.create({ hash: second, kind: "admin", createdBy: undefined, expiresAt: began + 10 }, began)
        assert.deepStrictEqual(
          [yield* invites.find(first, began), yield* invites.find(second, began), yield* invites.find(member, began)],
          [undefined, "admin", "member"]
        )
      })
  },
  {
    name: "an invite ends when its maker is disabled, and no other's does; a disabled one makes none",
    run: ({ assert, invites, newAccount, secret, user, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = [yield* user(), yield* user()]
        const make = (createdBy: UserId, ttlMs: number) =>
          Effect.gen(function* () {
            const hash = yield* secret
            return { hash, isMade: yield* invites.create({ hash, kind: "member", createdBy, expiresAt: began + ttlMs }, began) }
          })
        const [good, old, bobs] = [yield* make(ann.userId, 10), yield* make(ann.userId, 1), yield* make(bob.userId, 10)]
        assert.deepStrictEqual([good.isMade, old.isMade, bobs.isMade], [true, true, true])
        assert.strictEqual((yield* users.disable(ann.userId, began + 5))?.invites, 1)
        assert.strictEqual((yield* users.disable(ann.userId, began + 5))?.invites, 0)
        const found = (hash: typeof good.hash) => invites.find(hash, began)
        assert.deepStrictEqual([yield* found(good.hash), yield* found(old.hash), yield* found(bobs.hash)], [undefined, undefined, "member"])
        assert.strictEqual((yield* Effect.flip(users.create(yield* newAccount({ invite: good.hash }))))._tag, "InviteInvalid")
        const late = yield* make(ann.userId, 10)
        assert.deepStrictEqual([late.isMade, yield* found(late.hash)], [false, undefined])
        yield* users.enable(ann.userId)
        assert.deepStrictEqual([yield* found(good.hash), (yield* make(ann.userId, 10)).isMade], [undefined, true])
      })
  }
]

/** How many tests `invitesContract` runs. */
export const invitesContractSize = cases.length

export const invitesContract = ({ assert, it }: { readonly it: ContractIt<AccountStores>; readonly assert: ContractAssert }): void =>
  runCases(it, cases, accountScene(assert))
