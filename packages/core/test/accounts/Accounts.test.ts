import { assert, describe, it } from "@effect/vitest"
import { PasswordHasherMemory } from "@hibiki/testing/accounts/PasswordHasherMemory"
import { Context, Effect, Fiber, Layer, Metric, Redacted, TestClock } from "effect"
import { Accounts } from "../../src/accounts/Accounts.ts"
import { AccountsAdmin, commandLine } from "../../src/accounts/AccountsAdmin.ts"
import { Directory } from "../../src/accounts/Directory.ts"
import { InviteLinks } from "../../src/accounts/InviteLinks.ts"
import { MadeAccounts } from "../../src/accounts/MadeAccounts.ts"
import { SignIns } from "../../src/accounts/SignIns.ts"
import type { Handle } from "../../src/domain/Handle.ts"
import { UserId } from "../../src/domain/Ids.ts"
import { makeUuidV7 } from "../../src/domain/Uuid.ts"
import { Activities } from "../../src/ports/Activities.ts"
import { dummyHashes, HasherBusy, PasswordHasher } from "../../src/ports/PasswordHasher.ts"
import { Users } from "../../src/ports/Users.ts"
import {
  accountsInMemory,
  accountsOver,
  authenticate,
  memoryStores,
  office,
  outcome,
  password,
  refresh,
  register,
  registration,
  signIn,
  works
} from "./authKit.ts"

const tryToRegister = (handle: string, changes: Parameters<typeof registration>[1] = {}) =>
  Effect.flatMap(Accounts, (accounts) => accounts.register(registration(handle, changes)))

/** Does something before it looks at a password. */
const hasherThat = (first: () => Effect.Effect<void, HasherBusy>) =>
  Layer.map(PasswordHasherMemory, (context) => {
    const memory = Context.get(context, PasswordHasher)
    return Context.make(PasswordHasher, {
      hash: memory.hash,
      verify: (hash, typed) => Effect.zipRight(Effect.suspend(first), memory.verify(hash, typed)),
      verifyNothing: (typed) => Effect.zipRight(Effect.suspend(first), memory.verifyNothing(typed))
    })
  })

const reasonOf = <A, E extends { readonly _tag: string }, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.map(Effect.flip(effect), (error) => ("reason" in error ? `${error._tag} ${String(error.reason)}` : error._tag))

describe("registration", () => {
  it.effect("open: anyone who asks is signed in on a first device", () =>
    Effect.gen(function* () {
      const ann = yield* tryToRegister("Ann")
      assert.deepStrictEqual([ann.handle, ann.displayName, ann.admin], ["ann", "ann", false])
      const identity = yield* authenticate(ann.accessToken)
      assert.deepStrictEqual(identity, {
        userId: ann.userId,
        deviceId: ann.deviceId,
        handle: "ann",
        admin: false,
        sessionVersion: 1
      })
    }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect("a taken handle is said so, in all spellings of it", () =>
    Effect.gen(function* () {
      yield* register("josé")
      for (const twin of ["josé", "JOSÉ", "jose\u0301", "ｊosé"])
        assert.strictEqual(yield* outcome(tryToRegister(twin, { password: "somebody else's" })), "HandleTaken")
      assert.strictEqual(yield* outcome(tryToRegister("jose")), "ok")
    }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect("refuses handles and passwords with the reason", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* reasonOf(tryToRegister("admin")), "HandleRefused reserved")
      assert.strictEqual(yield* reasonOf(tryToRegister("a b")), "HandleRefused characters")
      assert.strictEqual(yield* reasonOf(tryToRegister("ann", { password: "too short" })), "PasswordRefused too_short")
      assert.strictEqual(yield* reasonOf(tryToRegister("ann", { password: "PassWord123" })), "PasswordRefused common")
      assert.strictEqual(
        yield* reasonOf(tryToRegister("ann-of-green-gables", { password: "Ann-of-Green-Gables" })),
        "PasswordRefused is_handle"
      )
      assert.strictEqual(yield* outcome(tryToRegister("ann")), "ok")
    }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect("closed: nobody but the opener of the first admin's link", () =>
    Effect.gen(function* () {
      const admin = yield* AccountsAdmin
      const link = yield* admin.adminInvite()
      assert.strictEqual(yield* reasonOf(tryToRegister("ann")), "RegistrationRefused closed")
      assert.strictEqual((yield* tryToRegister("root-ann", { invite: link?.code ?? "" })).admin, true)
    }).pipe(Effect.provide(accountsInMemory({ registration: "closed" })))
  )

  it.effect("closed: an invite made before does not help", () =>
    Effect.gen(function* () {
      const link = yield* (yield* AccountsAdmin).adminInvite()
      const root = yield* tryToRegister("root-ann", { invite: link?.code ?? "" })
      const { code } = yield* (yield* InviteLinks).create(yield* authenticate(root.accessToken), office)
      assert.strictEqual(yield* reasonOf(tryToRegister("bob", { invite: code })), "RegistrationRefused closed")
    }).pipe(Effect.provide(accountsInMemory({ registration: "closed" })))
  )

  it.effect("invite: one person for each, in its time", () =>
    Effect.gen(function* () {
      const link = yield* (yield* AccountsAdmin).adminInvite()
      const root = yield* tryToRegister("root-ann", { invite: link?.code ?? "" })
      const caller = yield* authenticate(root.accessToken)
      const [one, two] = [
        yield* (yield* InviteLinks).create(caller, office),
        yield* (yield* InviteLinks).create(caller, office)
      ]
      assert.strictEqual(yield* reasonOf(tryToRegister("bob")), "RegistrationRefused invite_required")
      assert.strictEqual(
        yield* reasonOf(tryToRegister("bob", { invite: "made up" })),
        "RegistrationRefused invite_invalid"
      )
      assert.strictEqual(yield* outcome(tryToRegister("bob", { invite: one.code })), "ok")
      assert.strictEqual(
        yield* reasonOf(tryToRegister("carl", { invite: one.code })),
        "RegistrationRefused invite_invalid"
      )
      yield* TestClock.adjust(two.ttlMs)
      assert.strictEqual(
        yield* reasonOf(tryToRegister("carl", { invite: two.code })),
        "RegistrationRefused invite_invalid"
      )
    }).pipe(Effect.provide(accountsInMemory({ registration: "invite" })))
  )

  it.effect("invite: a link for several lets in exactly so many, and a repeat of one of them is no further one", () =>
    Effect.gen(function* () {
      const link = yield* (yield* AccountsAdmin).adminInvite()
      const root = yield* tryToRegister("root-ann", { invite: link?.code ?? "" })
      const [links, caller] = [yield* InviteLinks, yield* authenticate(root.accessToken)]
      const made = yield* links.create(caller, office, { people: 3 })
      const invite = { invite: made.code }
      for (const handle of ["bob", "bob", "carl"])
        assert.strictEqual(yield* outcome(tryToRegister(handle, invite)), "ok")
      const [listed] = (yield* links.list(caller)).invites
      assert.deepInclude(listed, { inviteId: made.inviteId, people: 3, used: 2 })
      assert.strictEqual(yield* outcome(tryToRegister("dora", invite)), "ok")
      assert.strictEqual(yield* reasonOf(tryToRegister("emil", invite)), "RegistrationRefused invite_invalid")
      assert.deepStrictEqual(
        [(yield* links.list(caller)).invites, yield* outcome(links.end(caller, office, made.inviteId))],
        [[], "NotFound"]
      )
      const other = yield* links.create(caller, office, { people: 2 })
      yield* links.end(caller, office, other.inviteId)
      assert.strictEqual(
        yield* reasonOf(tryToRegister("emil", { invite: other.code })),
        "RegistrationRefused invite_invalid"
      )
    }).pipe(Effect.provide(accountsInMemory({ registration: "invite" })))
  )

  it.effect("the admin's link works once, a newer one voids it, and there is none once there is an admin", () =>
    Effect.gen(function* () {
      const admin = yield* AccountsAdmin
      const [first, second] = [yield* admin.adminInvite(), yield* admin.adminInvite()]
      assert.strictEqual(
        yield* reasonOf(tryToRegister("ann", { invite: first?.code ?? "" })),
        "RegistrationRefused invite_invalid"
      )
      const uses = yield* Effect.all(
        ["ann", "bob", "carl"].map((handle) => outcome(tryToRegister(handle, { invite: second?.code ?? "" }))),
        { concurrency: 3 }
      )
      assert.deepStrictEqual([...uses].sort(), ["RegistrationRefused", "RegistrationRefused", "ok"])
      assert.strictEqual(yield* admin.adminInvite(), undefined)
    }).pipe(Effect.provide(accountsInMemory()))
  )

  for (const by of ["nothing", "an invite"] as const)
    it.effect(`whose answer was lost may be done again: the same person is in, by ${by}`, () =>
      Effect.gen(function* () {
        const code = yield* Effect.gen(function* () {
          if (by === "nothing") return undefined
          const link = yield* (yield* AccountsAdmin).adminInvite()
          const root = yield* tryToRegister("root-ann", { invite: link?.code ?? "" })
          return (yield* (yield* InviteLinks).create(yield* authenticate(root.accessToken), office)).code
        })
        const invite = code === undefined ? {} : { invite: code }
        const lost = yield* tryToRegister("ann", invite)
        yield* TestClock.adjust("1 minute")
        const again = yield* tryToRegister("ann", invite)
        assert.deepStrictEqual([again.userId, again.admin, yield* works(again.accessToken)], [lost.userId, false, true])
        const refusal = by === "nothing" ? "HandleTaken" : "RegistrationRefused"
        assert.strictEqual(yield* outcome(tryToRegister("ann", { ...invite, password: "somebody else's" })), refusal)
        // Later it is no repeat any more, whoever asks.
        yield* TestClock.adjust("10 minutes")
        assert.strictEqual(yield* outcome(tryToRegister("ann", invite)), refusal)
      }).pipe(Effect.provide(accountsInMemory({ registration: by === "nothing" ? "open" : "invite" })))
    )

  it.effect("twice at the same moment is one account, and both are in", () =>
    Effect.gen(function* () {
      const [one, two] = yield* Effect.all([tryToRegister("ann"), tryToRegister("ann")], { concurrency: 2 })
      assert.strictEqual(one.userId, two.userId)
    }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect("is no way to guess a new account's password: those limits hold, and nothing shows who is new", () =>
    Effect.gen(function* () {
      yield* register("ann")
      const guess = outcome(tryToRegister("ann", { password: "a guess of somebody" }))
      for (let i = 0; i < 5; i++) assert.strictEqual(yield* guess, "HandleTaken")
      assert.strictEqual(yield* guess, "RateLimited")
      assert.strictEqual(yield* outcome(signIn("ann")), "RateLimited")
      assert.strictEqual(yield* outcome(tryToRegister("ann")), "RateLimited")
      yield* TestClock.adjust("1 hour")
      const dummies = Effect.map(Metric.value(dummyHashes), ({ count }) => count)
      const before = yield* dummies
      assert.strictEqual(yield* outcome(tryToRegister("ann")), "HandleTaken")
      assert.strictEqual((yield* dummies) - before, 1)
    }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect("an address registers 30 an hour; others are not held up", () =>
    Effect.gen(function* () {
      for (let i = 0; i < 30; i++) yield* register(`ann${i}`)
      assert.strictEqual(yield* outcome(tryToRegister("bob")), "RateLimited")
      assert.strictEqual(yield* outcome(tryToRegister("bob", { address: "192.0.2.2" })), "ok")
      yield* TestClock.adjust("2 minutes")
      assert.strictEqual(yield* outcome(tryToRegister("carl")), "ok")
    }).pipe(Effect.provide(accountsInMemory()))
  )
})

describe("signing in", () => {
  it.effect("each sign-in is a device of its own", () =>
    Effect.gen(function* () {
      const [first, second] = [yield* register("ann"), yield* signIn("ANN")]
      assert.strictEqual(first.userId, second.userId)
      assert.notStrictEqual(first.deviceId, second.deviceId)
      assert.deepStrictEqual([yield* works(first.accessToken), yield* works(second.accessToken)], [true, true])
    }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect(
    "a handle that is older than a rule, and that nobody may take any more, still lets its owner in and is found",
    () =>
      Effect.gen(function* () {
        const handle = "ann\ufe0f"
        assert.strictEqual(yield* reasonOf(tryToRegister(handle)), "HandleRefused characters")
        yield* (yield* Users).create({
          userId: UserId.make(yield* makeUuidV7),
          handle: handle as Handle,
          displayName: "Ann",
          passwordHash: yield* (yield* PasswordHasher).hash(password),
          admin: false,
          invite: undefined,
          now: 1
        })
        const ann = yield* signIn("ANN\ufe0f")
        assert.strictEqual(ann.handle, handle)
        const found = yield* (yield* Directory).find(yield* authenticate(ann.accessToken), handle)
        assert.deepStrictEqual(
          found.map(({ userId }) => userId),
          [ann.userId]
        )
        yield* (yield* AccountsAdmin).disable(commandLine, { handle: handle })
        assert.strictEqual(yield* outcome(signIn(handle)), "SignInFailed")
      }).pipe(Effect.provide(accountsInMemory({ directory: "exact" })))
  )

  it.effect("spaces at the ends and letters' case are part of a password; how it is composed is not", () =>
    Effect.gen(function* () {
      yield* Effect.flatMap(Accounts, (accounts) =>
        accounts.register(registration("ann", { password: " caf\u00e9 au lait " }))
      )
      assert.strictEqual(yield* outcome(signIn("ann", { password: " cafe\u0301\u00a0au lait " })), "ok")
      for (const wrong of ["caf\u00e9 au lait", " Caf\u00e9 au lait ", ""])
        assert.strictEqual(yield* outcome(signIn("ann", { password: wrong })), "SignInFailed")
    }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect("a stranger who types the owner's network behind the handle uses up none of the owner's own tries", () =>
    Effect.gen(function* () {
      yield* register("ann")
      for (const typed of ["ann 192.0.2.0/24", "known 192.0.2.0/24 ann", "192.0.2.0/24 ann"])
        for (let i = 0; i < 120; i++) yield* outcome(signIn(typed, { password: "wrong", address: `10.0.${i}.1` }))
      assert.strictEqual(yield* outcome(signIn("ann")), "ok")
    }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect(
    "1,000 wrong passwords from as many networks: 100 are looked at, and the owner is let in where they were before",
    () =>
      Effect.gen(function* () {
        const ann = yield* register("ann")
        const tried = new Map<string, number>()
        for (const handle of ["ann", "nobody"]) {
          for (let i = 0; i < 500; i++) {
            const result = yield* outcome(
              signIn(handle, { password: `${password}${i}`, address: `2001:db8:${i.toString(16)}::1` })
            )
            tried.set(`${handle} ${result}`, (tried.get(`${handle} ${result}`) ?? 0) + 1)
          }
        }
        // The same for whoever exists and for whom not.
        assert.deepStrictEqual(
          [...tried],
          ["ann", "nobody"].flatMap((handle) => [
            [`${handle} SignInFailed`, 100],
            [`${handle} RateLimited`, 400]
          ])
        )
        assert.strictEqual(yield* outcome(signIn("ann")), "ok")
        assert.strictEqual(yield* outcome(signIn("ann", { address: "192.0.2.77" })), "ok")
        // What asks for the password again is done by a device that is signed in, wherever it is.
        const caller = yield* authenticate(ann.accessToken)
        const ends = (yield* SignIns).revokeOthers(caller, Redacted.make(password), "203.0.113.50")
        assert.strictEqual(yield* outcome(ends), "ok")
        assert.strictEqual(
          (yield* (yield* Activities).page(ann.userId, undefined, 50)).find(({ kind }) => kind === "signInFailed")
            ?.count,
          100
        )
        // A stranger's right password waits as a wrong one does, and a minute brings one more.
        const elsewhere = { address: "203.0.114.51" }
        assert.strictEqual(yield* outcome(signIn("ann", elsewhere)), "RateLimited")
        yield* TestClock.adjust("1 minute")
        assert.strictEqual(yield* outcome(signIn("ann", elsewhere)), "ok")
      }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect(
    "a network is known by a registration, a sign-in and a refresh there, and a right password costs no guess",
    () =>
      Effect.gen(function* () {
        const accounts = yield* Accounts
        const [, mobile] = [yield* register("ann"), yield* signIn("ann", { address: "198.51.100.1" })]
        yield* accounts.refresh(mobile.refreshToken, "2001:db8:9::1")
        for (let i = 0; i < 100; i++) yield* outcome(signIn("ann", { password: "wrong", address: `10.0.${i}.1` }))
        for (const address of ["192.0.2.200", "198.51.100.200", "2001:db8:9:7::3"]) {
          for (let i = 0; i < 3; i++) assert.strictEqual(yield* outcome(signIn("ann", { address })), "ok")
        }
        assert.strictEqual(yield* outcome(signIn("ann", { address: "2001:db8:a::1" })), "RateLimited")
      }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect(
    "guesses that are under way elsewhere do not hold the owner up, and guesses of a device that is signed in are bounded, too",
    () => {
      const gate = Effect.runSync(Effect.makeLatch())
      let isHeld = false
      const hasher = hasherThat(() => (isHeld ? gate.await : Effect.void))
      return Effect.gen(function* () {
        const ann = yield* register("ann")
        isHeld = true
        const guesses = yield* Effect.forEach(Array.from({ length: 6 }), (_, i) =>
          Effect.fork(outcome(signIn("ann", { password: "wrong", address: `10.0.${i}.1` })))
        )
        yield* Effect.yieldNow()
        isHeld = false
        assert.strictEqual(yield* outcome(signIn("ann")), "ok")
        yield* gate.open
        yield* Fiber.joinAll(guesses)
        const caller = yield* authenticate(ann.accessToken)
        const results: Array<string> = []
        for (let i = 0; i < 105; i++)
          results.push(yield* outcome((yield* SignIns).revokeOthers(caller, Redacted.make("wrong"), `10.1.${i}.1`)))
        assert.deepStrictEqual([results[99], results[100]], ["SignInFailed", "RateLimited"])
      }).pipe(Effect.provide(accountsOver(memoryStores, {}, hasher)))
    }
  )

  it.effect("whoever does not exist, is disabled or is a bot costs a dummy hash and looks like a wrong password", () =>
    Effect.gen(function* () {
      yield* register("ann")
      yield* register("bob")
      yield* (yield* AccountsAdmin).disable(commandLine, { handle: "bob" })
      yield* (yield* MadeAccounts).createBotToken(commandLine, "robot", "ci")
      const dummies = Effect.map(Metric.value(dummyHashes), ({ count }) => count)
      const before = yield* dummies
      const address = (i: number) => ({ address: `192.0.2.${i}` })
      const tries = [
        signIn("nobody", address(1)),
        signIn("no such handle!", address(2)),
        signIn("bob", address(3)),
        signIn("robot", address(4))
      ]
      for (const [i, attempt] of tries.entries()) {
        assert.deepStrictEqual(
          yield* Effect.flip(attempt),
          yield* Effect.flip(signIn("ann", { password: "wrong", address: `198.51.100.${i}` }))
        )
      }
      assert.strictEqual((yield* dummies) - before, tries.length)
    }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect("wrong passwords hold up the guesser's address, and never the owner elsewhere", () =>
    Effect.gen(function* () {
      yield* register("ann")
      const guess = signIn("ann", { password: "wrong", address: "203.0.113.9" })
      for (let i = 0; i < 5; i++) assert.strictEqual(yield* outcome(guess), "SignInFailed")
      assert.strictEqual(yield* outcome(guess), "RateLimited")
      assert.strictEqual(yield* outcome(signIn("ann", { address: "203.0.113.9" })), "RateLimited")
      assert.strictEqual(yield* outcome(signIn("ann")), "ok")
    }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect(
    "whoever comes while too many passwords wait to be looked at is asked back soon, however often, and forgiven nothing",
    () => {
      let isBusy = false
      const hasher = hasherThat(() => (isBusy ? new HasherBusy({ retryAfterMs: 500 }) : Effect.void))
      return Effect.gen(function* () {
        yield* register("ann")
        for (let i = 0; i < 4; i++) yield* Effect.flip(signIn("ann", { password: "wrong" }))
        isBusy = true
        for (let i = 0; i < 30; i++) {
          const refused = yield* Effect.flip(signIn("ann"))
          assert.deepStrictEqual(refused._tag === "RateLimited" ? refused.retryAfterMs : refused._tag, 500)
        }
        isBusy = false
        assert.strictEqual(yield* outcome(signIn("ann", { password: "wrong" })), "SignInFailed")
        assert.strictEqual(yield* outcome(signIn("ann")), "RateLimited")
      }).pipe(Effect.provide(accountsOver(memoryStores, {}, hasher)))
    }
  )

  it.effect(
    "right passwords are bounded too, by account: no more are looked at than wrong ones, and nobody else waits",
    () => {
      let looks = 0
      const hasher = hasherThat(() => Effect.sync(() => void looks++))
      return Effect.gen(function* () {
        for (const handle of ["ann", "bob"]) yield* register(handle)
        for (let i = 0; i < 60; i++) assert.strictEqual(yield* outcome(signIn("ann")), "ok")
        const refused = yield* Effect.flip(signIn("ann"))
        assert.deepStrictEqual(refused._tag === "RateLimited" ? refused.retryAfterMs : refused._tag, 60_000)
        assert.strictEqual(yield* outcome(signIn("ann", { address: "203.0.113.9" })), "RateLimited")
        looks = 0
        for (let i = 0; i < 40; i++) assert.strictEqual(yield* outcome(signIn("ann")), "RateLimited")
        assert.strictEqual(looks, 4)
        for (let i = 0; i < 30; i++) assert.strictEqual(yield* outcome(signIn("bob")), "ok")
        yield* TestClock.adjust("1 minute")
        assert.deepStrictEqual([yield* outcome(signIn("ann")), yield* outcome(signIn("ann"))], ["ok", "RateLimited"])
      }).pipe(Effect.provide(accountsOver(memoryStores, {}, hasher)))
    }
  )

  it.effect(
    "three passwords under one name are looked at at once, whoever has it or none; one more is asked back soon, for nothing",
    () => {
      const gate = Effect.unsafeMakeLatch(true)
      let looks = 0
      const look = Effect.suspend(() => {
        looks++
        return gate.await
      })
      const hasher = hasherThat(() => look)
      return Effect.gen(function* () {
        for (const handle of ["ann", "bob"]) yield* register(handle)
        for (const [handle, spelt] of [
          ["ann", "ANN"],
          ["nobody", "Nobody"]
        ] as const) {
          looks = 0
          yield* gate.close
          const tries = yield* Effect.forEach([1, 2, 3], (n) =>
            Effect.fork(outcome(signIn(handle, { address: `203.0.113.${n}` })))
          )
          yield* Effect.yieldNow()
          for (let i = 0; i < 30; i++) {
            const refused = yield* Effect.flip(signIn(spelt, { address: "203.0.113.9" }))
            assert.deepStrictEqual(refused._tag === "RateLimited" ? refused.retryAfterMs : refused._tag, 500)
          }
          const others = yield* Effect.fork(outcome(signIn("bob")))
          yield* Effect.yieldNow()
          assert.strictEqual(looks, 4)
          yield* gate.open
          const expected = handle === "ann" ? "ok" : "SignInFailed"
          for (const attempt of tries) assert.strictEqual(yield* Fiber.join(attempt), expected)
          assert.strictEqual(yield* Fiber.join(others), "ok")
          assert.strictEqual(yield* outcome(signIn(handle, { address: "203.0.113.9" })), expected)
        }
        // Whoever goes away makes room.
        yield* gate.close
        for (let i = 0; i < 4; i++) {
          const gone = yield* Effect.fork(signIn("ann"))
          yield* Effect.yieldNow()
          yield* Fiber.interrupt(gone)
        }
        yield* gate.open
        assert.strictEqual(yield* outcome(signIn("ann")), "ok")
      }).pipe(Effect.provide(accountsOver(memoryStores, {}, hasher)))
    }
  )

  it.effect("the wait grows with each failure in a row, up to 15 minutes, and ends with a success", () =>
    Effect.gen(function* () {
      yield* register("ann")
      const guess = Effect.flip(signIn("ann", { password: "wrong" }))
      for (let i = 0; i < 5; i++) yield* guess
      const waits: Array<number> = []
      for (let i = 0; i < 9; i++) {
        const limited = yield* guess
        assert.strictEqual(limited._tag, "RateLimited")
        if (limited._tag !== "RateLimited") return
        waits.push(limited.retryAfterMs)
        yield* TestClock.adjust(limited.retryAfterMs)
        assert.strictEqual((yield* guess)._tag, "SignInFailed")
      }
      assert.deepStrictEqual(
        waits,
        [12, 24, 48, 96, 192, 384, 768, 900, 900].map((seconds) => seconds * 1_000)
      )
      yield* TestClock.adjust("15 minutes")
      assert.strictEqual(yield* outcome(signIn("ann")), "ok")
      assert.strictEqual((yield* guess)._tag, "SignInFailed")
      assert.strictEqual((yield* signIn("ann")).handle, "ann")
    }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect("an address gets 20 wrong passwords at once, for however many names", () =>
    Effect.gen(function* () {
      yield* register("ann")
      for (let i = 0; i < 20; i++) assert.strictEqual(yield* outcome(signIn(`nobody${i}`)), "SignInFailed")
      assert.strictEqual(yield* outcome(signIn("ann")), "RateLimited")
    }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect("an address gets no more wrong passwords by signing in to an account of its own between them", () =>
    Effect.gen(function* () {
      yield* register("mallory")
      const tries: Array<string> = []
      for (let i = 0; i < 30; i++) {
        yield* outcome(signIn("mallory"))
        tries.push(yield* outcome(signIn(`ann${i}`, { password: "wrong" })))
      }
      assert.strictEqual(tries.filter((result) => result === "SignInFailed").length, 20)
    }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect(
    "tries that are refused for one name lock nobody else out behind the same address, and give no more guesses there",
    () =>
      Effect.gen(function* () {
        yield* register("ann")
        yield* register("bob")
        for (let i = 0; i < 5; i++)
          assert.strictEqual(yield* outcome(signIn("ann", { password: "wrong" })), "SignInFailed")
        for (let i = 0; i < 40; i++)
          assert.strictEqual(yield* outcome(signIn("ann", { password: "wrong" })), "RateLimited")
        assert.strictEqual(yield* outcome(signIn("bob")), "ok")
        for (let i = 0; i < 15; i++) assert.strictEqual(yield* outcome(signIn(`nobody${i}`)), "SignInFailed")
        assert.strictEqual(yield* outcome(signIn("bob")), "RateLimited")
      }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect("an office of 100 signs in at once behind one address", () =>
    Effect.gen(function* () {
      const made = yield* MadeAccounts
      yield* made.seed(commandLine, "ann", 100, password)
      for (let i = 1; i <= 100; i++) assert.strictEqual(yield* outcome(signIn(`ann${i}`)), "ok")
    }).pipe(Effect.provide(accountsInMemory()))
  )
})

describe("whoever runs the server", () => {
  it.effect("disables an account: all its tokens are dead at once, and it can't sign in until it is enabled", () =>
    Effect.gen(function* () {
      const admin = yield* AccountsAdmin
      const [one, two] = [yield* register("ann"), yield* signIn("ann")]
      assert.strictEqual(yield* works(one.accessToken), true)
      assert.deepStrictEqual(
        [...(yield* admin.disable(commandLine, { handle: "Ann" })).devices].sort(),
        [one.deviceId, two.deviceId].sort()
      )
      for (const { accessToken, refreshToken } of [one, two]) {
        assert.strictEqual(yield* works(accessToken), false)
        assert.strictEqual(yield* outcome(refresh(refreshToken)), "Unauthenticated")
      }
      assert.strictEqual(yield* outcome(signIn("ann")), "SignInFailed")
      yield* admin.enable(commandLine, { handle: "ann" })
      assert.strictEqual(yield* outcome(signIn("ann")), "ok")
    }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect("disables an account: the invites that it made bring nobody in, and it makes no more", () =>
    Effect.gen(function* () {
      const admin = yield* AccountsAdmin
      const link = yield* admin.adminInvite()
      const root = yield* tryToRegister("root-ann", { invite: link?.code ?? "" })
      const caller = yield* authenticate(root.accessToken)
      const { code } = yield* (yield* InviteLinks).create(caller, office)
      const other = yield* (yield* InviteLinks).create(caller, office)
      yield* tryToRegister("root-bea", { invite: other.code })
      yield* admin.setAdmin(commandLine, { handle: "root-bea" }, true)
      assert.strictEqual((yield* admin.disable(commandLine, { handle: "root-ann" })).invites, 1)
      assert.strictEqual(yield* reasonOf(tryToRegister("bob", { invite: code })), "RegistrationRefused invite_invalid")
      // Of a call that was let in before.
      assert.strictEqual(yield* outcome((yield* InviteLinks).create(caller, office)), "Unauthenticated")
    }).pipe(Effect.provide(accountsInMemory({ registration: "invite" })))
  )

  it.effect("resets a password: the made-up one works, the old one and all devices do not", () =>
    Effect.gen(function* () {
      const ann = yield* register("ann")
      const made = yield* (yield* AccountsAdmin).resetPassword(commandLine, { handle: "ann" })
      assert.strictEqual(made.length, 20)
      assert.strictEqual(yield* works(ann.accessToken), false)
      assert.strictEqual(yield* outcome(signIn("ann")), "SignInFailed")
      assert.strictEqual(yield* outcome(signIn("ann", { password: made })), "ok")
    }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect("resets no bot's password: its token goes on, and it gets further ones", () =>
    Effect.gen(function* () {
      const made = yield* MadeAccounts
      const { accessToken } = yield* made.createBotToken(commandLine, "robot", "ci")
      assert.strictEqual(
        yield* reasonOf((yield* AccountsAdmin).resetPassword(commandLine, { handle: "Robot" })),
        "AccountProblem is_a_bot"
      )
      assert.strictEqual(yield* works(accessToken), true)
      assert.strictEqual(yield* works((yield* made.createBotToken(commandLine, "robot", "cron")).accessToken), true)
    }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect("promotes, and it holds from the next call on", () =>
    Effect.gen(function* () {
      const ann = yield* register("ann")
      assert.strictEqual((yield* authenticate(ann.accessToken)).admin, false)
      yield* (yield* AccountsAdmin).setAdmin(commandLine, { handle: "ann" }, true)
      assert.strictEqual((yield* authenticate(ann.accessToken)).admin, true)
    }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect("makes bots, whose tokens last until their device is revoked; never for a person", () =>
    Effect.gen(function* () {
      const [made, users] = [yield* MadeAccounts, yield* Users]
      yield* register("ann")
      assert.strictEqual(yield* reasonOf(made.createBotToken(commandLine, "ann", "ci")), "AccountProblem not_a_bot")
      assert.strictEqual(
        yield* reasonOf(made.createBotToken(commandLine, "not a handle", "ci")),
        "AccountProblem handle_refused"
      )
      const [one, two] = [
        yield* made.createBotToken(commandLine, "robot", "ci"),
        yield* made.createBotToken(commandLine, "robot", "cron")
      ]
      assert.strictEqual((yield* authenticate(one.accessToken)).deviceId, one.deviceId)
      yield* TestClock.adjust("5000 days")
      assert.deepStrictEqual([yield* works(one.accessToken), yield* works(two.accessToken)], [true, true])
      const { userId } = yield* authenticate(one.accessToken)
      yield* users.disable(userId, 0)
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* works(one.accessToken), false)
      assert.strictEqual(yield* reasonOf(made.createBotToken(commandLine, "robot", "ci")), "AccountProblem disabled")
      yield* users.enable(userId)
      const next = yield* made.createBotToken(commandLine, "robot", "ci")
      assert.deepStrictEqual(
        [yield* works(next.accessToken), yield* works(one.accessToken), yield* works(two.accessToken)],
        [true, false, false]
      )
    }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect("is told when there is no such user", () =>
    Effect.gen(function* () {
      const admin = yield* AccountsAdmin
      for (const attempt of [
        Effect.asVoid(admin.disable(commandLine, { handle: "nobody" })),
        admin.enable(commandLine, { handle: "nobody" }),
        admin.setAdmin(commandLine, { handle: "nobody" }, true),
        Effect.asVoid(admin.resetPassword(commandLine, { handle: "nobody" })),
        Effect.asVoid(admin.userIdOf("nobody"))
      ]) {
        assert.strictEqual(yield* reasonOf(attempt), "AccountProblem no_such_user")
      }
    }).pipe(Effect.provide(accountsInMemory()))
  )
})
