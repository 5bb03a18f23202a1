/** The contract of the Users. */

import { searchKey } from "@hibiki/core/domain/Handle"
import { UserId } from "@hibiki/core/domain/Ids"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { Effect } from "effect"
import { type AccountScene, type AccountStores, accountScene, began } from "./accounts/AccountScene.ts"
import { adminCases } from "./accounts/AdminCases.ts"
import { blockCases } from "./accounts/BlockCases.ts"
import { passwordCases } from "./accounts/PasswordCases.ts"
import { proofCases } from "./accounts/ProofCases.ts"
import { type ContractAssert, type ContractCase, type ContractIt, runCases } from "./Contract.ts"

const cases: ReadonlyArray<ContractCase<AccountScene>> = [
  {
    name: "an account is found by its handle and its id, and has an empty personal log",
    run: ({ assert, events, newAccount, users }) =>
      Effect.gen(function* () {
        const account = yield* newAccount({ displayName: "Ann O'Neil; drop table" })
        const { displayName, handle, userId } = account
        const created = {
          userId,
          handle,
          displayName,
          admin: false,
          disabled: false,
          createdAt: began,
          invisible: false
        }
        assert.deepStrictEqual(yield* users.create(account), created)
        assert.deepStrictEqual(yield* users.byHandle(handle), {
          ...created,
          passwordHash: "a hash",
          passwordVersion: 1
        })
        assert.deepStrictEqual(yield* users.byId(userId), { ...created, passwordHash: "a hash", passwordVersion: 1 })
        assert.deepStrictEqual(yield* events(userId), [])
      })
  },
  {
    name: "an account without a password is a bot's",
    run: ({ assert, user, users }) =>
      Effect.gen(function* () {
        const { userId } = yield* user({ passwordHash: undefined })
        assert.strictEqual((yield* users.byId(userId))?.passwordHash, undefined)
      })
  },
  {
    name: "a handle belongs to one account, and trying to take it uses up no invite",
    run: ({ assert, invites, newAccount, secret, user, users }) =>
      Effect.gen(function* () {
        const [{ handle }, invite] = [yield* user(), yield* secret]
        yield* invites.create({ hash: invite, kind: "member", createdBy: undefined, expiresAt: began + 1 }, began)
        const second = yield* newAccount({ invite })
        assert.strictEqual(
          (yield* Effect.flip(users.create({ ...second, handle: handle as typeof second.handle })))._tag,
          "HandleInUse"
        )
        assert.strictEqual(yield* users.byId(second.userId), undefined)
        assert.strictEqual((yield* users.create(second)).handle, second.handle)
      })
  },
  {
    name: "of parallel uses of one handle exactly one succeeds",
    run: ({ assert, newAccount, users }) =>
      Effect.gen(function* () {
        const { handle } = yield* newAccount()
        const tries = yield* Effect.all(
          Array.from({ length: 5 }, () =>
            Effect.flatMap(newAccount({ handle }), (account) => Effect.either(users.create(account)))
          ),
          { concurrency: 5 }
        )
        assert.deepStrictEqual(tries.map((each) => (each._tag === "Right" ? "taken" : each.left._tag)).sort(), [
          ...Array(4).fill("HandleInUse"),
          "taken"
        ])
      })
  },
  {
    name: "of parallel uses of one invite exactly one succeeds",
    run: ({ assert, invites, newAccount, secret, users }) =>
      Effect.gen(function* () {
        const invite = yield* secret
        yield* invites.create({ hash: invite, kind: "member", createdBy: undefined, expiresAt: began + 1 }, began)
        const tries = yield* Effect.all(
          Array.from({ length: 5 }, () =>
            Effect.flatMap(newAccount({ invite }), (account) => Effect.either(users.create(account)))
          ),
          { concurrency: 5 }
        )
        assert.deepStrictEqual(tries.map((each) => (each._tag === "Right" ? "taken" : each.left._tag)).sort(), [
          ...Array(4).fill("InviteInvalid"),
          "taken"
        ])
      })
  },
  {
    name: "an unknown or expired invite creates nothing",
    run: ({ assert, invites, newAccount, secret, users }) =>
      Effect.gen(function* () {
        const [unknown, expired] = [yield* secret, yield* secret]
        yield* invites.create({ hash: expired, kind: "member", createdBy: undefined, expiresAt: began }, began - 1)
        for (const invite of [unknown, expired]) {
          const account = yield* newAccount({ invite })
          assert.strictEqual((yield* Effect.flip(users.create(account)))._tag, "InviteInvalid")
          assert.strictEqual(yield* users.byHandle(account.handle), undefined)
        }
      })
  },
  {
    name: "an admin's invite makes its user an admin, a member's does not",
    run: ({ assert, invites, secret, user, users }) =>
      Effect.gen(function* () {
        const [forAdmin, forMember] = [yield* secret, yield* secret]
        yield* invites.create({ hash: forAdmin, kind: "admin", createdBy: undefined, expiresAt: began + 1 }, began)
        yield* invites.create({ hash: forMember, kind: "member", createdBy: undefined, expiresAt: began + 1 }, began)
        const [admin, member] = [yield* user({ invite: forAdmin }), yield* user({ invite: forMember })]
        assert.deepStrictEqual([admin.admin, member.admin], [true, false])
        assert.strictEqual((yield* users.byId(admin.userId))?.admin, true)
        assert.strictEqual(yield* users.hasAdmin, true)
      })
  },
  {
    name: "admin is given and taken",
    run: ({ assert, user, users }) =>
      Effect.gen(function* () {
        const { userId } = yield* user()
        // The last administrator could not go.
        yield* user({ admin: true })
        assert.strictEqual(yield* users.setAdmin(userId, true), true)
        assert.strictEqual((yield* users.byId(userId))?.admin, true)
        assert.strictEqual(yield* users.setAdmin(userId, false), true)
        assert.strictEqual((yield* users.byId(userId))?.admin, false)
      })
  },
  {
    name: "people are found by the beginning of a handle or of a folded display name, in order of handles",
    run: ({ assert, newAccount, users }) =>
      Effect.gen(function* () {
        const { handle } = yield* newAccount()
        const make = (suffix: string, displayName: string) =>
          Effect.flatMap(newAccount({ handle: `${handle}${suffix}` as typeof handle, displayName }), users.create)
        const [b, a, c] = [yield* make("b", "x"), yield* make("a", "y"), yield* make("c", `ＮＡＭＥ${handle} Ärger`)]
        const found = (prefix: string, limit = 10) =>
          Effect.map(users.search(searchKey(prefix), limit), (all) => all.map((each) => each.userId))
        assert.deepStrictEqual(yield* found(handle), [a.userId, b.userId, c.userId])
        assert.deepStrictEqual(yield* found(handle, 2), [a.userId, b.userId])
        assert.deepStrictEqual(yield* found(`${handle}B`), [b.userId])
        assert.deepStrictEqual(yield* found(`name${handle} ärg`), [c.userId])
        assert.deepStrictEqual(yield* found(`me${handle}`), [])
        for (const pattern of [`${handle}_`, `${handle}%`, `${handle.slice(0, -1)}_`])
          assert.deepStrictEqual(yield* found(pattern), [])
        yield* users.disable(a.userId, began)
        assert.deepStrictEqual(yield* found(handle), [b.userId, c.userId])
      })
  },
  {
    name: "a new display name is found, the old one is not",
    run: ({ assert, newAccount, users }) =>
      Effect.gen(function* () {
        const account = yield* newAccount()
        const [before, after] = [`before ${account.handle}`, `after ${account.handle}`]
        yield* users.create({ ...account, displayName: before })
        yield* users.setDisplayName(account.userId, after, began)
        assert.deepStrictEqual(yield* users.search(before, 10), [])
        assert.deepStrictEqual(
          (yield* users.search(after, 10)).map(({ displayName }) => displayName),
          [after]
        )
      })
  },
  {
    name: "all accounts are listed in pages by handle, disabled ones too",
    run: ({ assert, newAccount, users }) =>
      Effect.gen(function* () {
        const { handle } = yield* newAccount()
        for (const suffix of ["c", "a", "b"])
          yield* Effect.flatMap(newAccount({ handle: `${handle}${suffix}` as typeof handle }), users.create)
        const b = yield* users.byHandle(`${handle}b` as typeof handle)
        yield* users.disable(b?.userId ?? UserId.make(yield* makeUuidV7), began)
        const page = yield* users.list(`${handle}a`, 2)
        assert.deepStrictEqual(
          page.map((each) => [each.handle, each.disabled]),
          [
            [`${handle}b`, true],
            [`${handle}c`, false]
          ]
        )
      })
  },
  {
    name: "a changed display name is told once, and the same name again is not",
    run: ({ assert, tells, user, users }) =>
      Effect.gen(function* () {
        const { userId } = yield* user()
        const changes = (yield* users.setDisplayName(userId, "Ann", began)) ?? []
        yield* tells(userId, changes, ["profileChanged"])
        const [event] = changes.flatMap(({ events }) => events)
        assert.strictEqual(event?.kind === "profileChanged" && event.displayName, "Ann")
        assert.deepStrictEqual(yield* users.setDisplayName(userId, "Ann", began), [])
        assert.strictEqual((yield* users.byId(userId))?.displayName, "Ann")
      })
  },
  {
    name: "accounts are told by their ids, disabled ones too, in the order named, each once",
    run: ({ assert, user, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = [yield* user(), yield* user()]
        yield* users.disable(ann.userId, began)
        const nobody = UserId.make(yield* makeUuidV7)
        assert.deepStrictEqual(yield* users.byIds([bob.userId, nobody, ann.userId, bob.userId]), [
          bob,
          { ...ann, disabled: true }
        ])
        assert.deepStrictEqual(yield* users.byIds([]), [])
      })
  },
  {
    name: "the wish to look offline is told once, and the same again is not",
    run: ({ assert, tells, user, users }) =>
      Effect.gen(function* () {
        const { userId } = yield* user()
        assert.deepStrictEqual(yield* users.setInvisible(userId, false, began), [])
        const changes = (yield* users.setInvisible(userId, true, began)) ?? []
        yield* tells(userId, changes, ["settingsChanged"])
        const [event] = changes.flatMap(({ events }) => events)
        assert.strictEqual(event?.kind === "settingsChanged" && event.invisible, true)
        assert.deepStrictEqual(yield* users.setInvisible(userId, true, began), [])
        assert.strictEqual((yield* users.byId(userId))?.invisible, true)
        assert.deepStrictEqual(
          (yield* users.byIds([userId])).map(({ invisible }) => invisible),
          [true]
        )
        const other = yield* user()
        const nobody = UserId.make(yield* makeUuidV7)
        assert.deepStrictEqual(yield* users.wishesOf([other.userId, userId, nobody, userId]), [
          { userId, invisible: true, blocked: [] }
        ])
        assert.deepStrictEqual(yield* users.wishesOf([]), [])
        yield* tells(userId, (yield* users.setInvisible(userId, false, began)) ?? [], ["settingsChanged"])
        assert.deepStrictEqual(yield* users.wishesOf([userId]), [])
        assert.strictEqual((yield* users.byId(userId))?.invisible, false)
      })
  },
  {
    name: "nobody is changed who does not exist",
    run: ({ assert, users }) =>
      Effect.gen(function* () {
        const nobody = UserId.make(yield* makeUuidV7)
        assert.strictEqual(yield* users.byId(nobody), undefined)
        assert.strictEqual(yield* users.setPassword(nobody, "x", "all", began, undefined), undefined)
        assert.strictEqual(yield* users.setAdmin(nobody, true), false)
        assert.strictEqual(yield* users.disable(nobody, began), undefined)
        assert.strictEqual(yield* users.enable(nobody), false)
        assert.strictEqual(yield* users.setDisplayName(nobody, "x", began), undefined)
        assert.strictEqual(yield* users.setInvisible(nobody, true, began), undefined)
      })
  },
  ...blockCases,
  ...passwordCases,
  ...proofCases,
  ...adminCases
]

/** How many tests `usersContract` runs. */
export const usersContractSize = cases.length

export const usersContract = ({
  assert,
  it
}: {
  readonly it: ContractIt<AccountStores>
  readonly assert: ContractAssert
}): void => runCases(it, cases, accountScene(assert))
