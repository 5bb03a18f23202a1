/** The contract of the Invites. */

import type { Handle } from "@hibiki/core/domain/Handle"
import type { UserId } from "@hibiki/core/domain/Ids"
import type { InvitePlace, LivingInvite } from "@hibiki/core/ports/Invites"
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
    name: "an invite for several lets in exactly so many, also at once, and is gone then; a taken handle uses none up",
    run: ({ assert, invites, newAccount, secret, user, users }) =>
      Effect.gen(function* () {
        const hash = yield* secret
        yield* invites.create({ hash, kind: "member", createdBy: undefined, expiresAt: began + 10, people: 3 }, began)
        const { handle } = yield* user({ invite: hash })
        assert.strictEqual(
          (yield* Effect.flip(users.create(yield* newAccount({ invite: hash, handle: handle as Handle }))))._tag,
          "HandleInUse"
        )
        assert.strictEqual((yield* invites.list(began, 1_000)).find((each) => each.hash === hash)?.used, 1)
        const accounts = yield* Effect.forEach(Array.from({ length: 6 }), () => newAccount({ invite: hash }))
        const results = yield* Effect.forEach(
          accounts,
          (account) => Effect.match(users.create(account), { onFailure: ({ _tag }) => _tag, onSuccess: () => "in" }),
          { concurrency: "unbounded" }
        )
        assert.deepStrictEqual([...results].sort(), [...Array.from({ length: 4 }, () => "InviteInvalid"), "in", "in"])
        assert.deepStrictEqual([yield* invites.find(hash, began), yield* invites.end(hash)], [undefined, false])
      })
  },
  {
    name: "members' invites that still let somebody in are listed, the last to end first; one that is ended lets nobody in",
    run: ({ assert, invites, newAccount, secret, user, users }) =>
      Effect.gen(function* () {
        const [one, many, old, admin] = [yield* secret, yield* secret, yield* secret, yield* secret]
        const base = { kind: "member", createdBy: undefined } as const
        yield* invites.create({ ...base, hash: old, expiresAt: began }, began - 1)
        yield* invites.create({ ...base, hash: one, expiresAt: began + 10 }, began)
        yield* invites.create({ ...base, hash: many, expiresAt: began + 20, people: 30 }, began)
        yield* invites.create({ ...base, hash: admin, kind: "admin", expiresAt: began + 30 }, began)
        yield* user({ invite: many })
        // Others of this store may have made some, too.
        const mine = Effect.map(invites.list(began, 1_000), (all) =>
          all.filter(({ hash }) => [one, many, old, admin].includes(hash))
        )
        assert.deepStrictEqual(yield* mine, [
          { hash: many, people: 30, used: 1, expiresAt: began + 20 },
          { hash: one, people: 1, used: 0, expiresAt: began + 10 }
        ])
        assert.deepStrictEqual(
          [yield* invites.end(many), yield* invites.end(many), yield* invites.end(admin)],
          [true, false, false]
        )
        assert.strictEqual(
          (yield* Effect.flip(users.create(yield* newAccount({ invite: many }))))._tag,
          "InviteInvalid"
        )
        assert.deepStrictEqual(
          (yield* mine).map(({ hash }) => hash),
          [one]
        )
      })
  },
  {
    name: "the list is read page by page, each once, also below one that has ended, and where many end at the same time",
    run: ({ assert, invites, secret }) =>
      Effect.gen(function* () {
        const hashes = yield* Effect.forEach(Array.from({ length: 12 }), () => secret)
        for (const [i, hash] of hashes.entries())
          yield* invites.create(
            { hash, kind: "member", createdBy: undefined, expiresAt: began + 10 + Math.floor(i / 5) },
            began
          )
        const whole = yield* invites.list(began, 1_000)
        const read: Array<string> = []
        for (let after: InvitePlace | undefined; ; ) {
          const page: ReadonlyArray<LivingInvite> = yield* invites.list(began, 2, after)
          assert.strictEqual(page.length <= 2, true)
          after = page.at(-1)
          if (after === undefined) break
          read.push(...page.map(({ hash }) => hash))
          if (hashes.includes(after.hash)) yield* invites.end(after.hash)
        }
        // Others of this store may have made some, too.
        const mine = (all: ReadonlyArray<string>) => all.filter((each) => hashes.some((hash) => hash === each))
        assert.deepStrictEqual(mine(read), mine(whole.map(({ hash }) => hash)))
        assert.strictEqual(mine(read).length, hashes.length)
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
            return {
              hash,
              isMade: yield* invites.create({ hash, kind: "member", createdBy, expiresAt: began + ttlMs }, began)
            }
          })
        const [good, old, bobs] = [yield* make(ann.userId, 10), yield* make(ann.userId, 1), yield* make(bob.userId, 10)]
        assert.deepStrictEqual([good.isMade, old.isMade, bobs.isMade], [true, true, true])
        assert.strictEqual((yield* users.disable(ann.userId, began + 5))?.invites, 1)
        assert.strictEqual((yield* users.disable(ann.userId, began + 5))?.invites, 0)
        const found = (hash: typeof good.hash) => invites.find(hash, began)
        assert.deepStrictEqual(
          [yield* found(good.hash), yield* found(old.hash), yield* found(bobs.hash)],
          [undefined, undefined, "member"]
        )
        assert.strictEqual(
          (yield* Effect.flip(users.create(yield* newAccount({ invite: good.hash }))))._tag,
          "InviteInvalid"
        )
        const late = yield* make(ann.userId, 10)
        assert.deepStrictEqual([late.isMade, yield* found(late.hash)], [false, undefined])
        yield* users.enable(ann.userId)
        assert.deepStrictEqual([yield* found(good.hash), (yield* make(ann.userId, 10)).isMade], [undefined, true])
      })
  }
]

/** How many tests `invitesContract` runs. */
export const invitesContractSize = cases.length

export const invitesContract = ({
  assert,
  it
}: {
  readonly it: ContractIt<AccountStores>
  readonly assert: ContractAssert
}): void => runCases(it, cases, accountScene(assert))
