/** The contract of the Invites. */
import { Effect } from "effect"
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
  }
]

/** How many tests `invitesContract` runs. */
export const invitesContractSize = cases.length

export const invitesContract = ({ assert, it }: { readonly it: ContractIt<AccountStores>; readonly assert: ContractAssert }): void =>
  runCases(it, cases, accountScene(assert))
