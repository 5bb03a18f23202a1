import { assert, describe, it } from "@effect/vitest"
import { overService } from "@hibiki/testing/overService"
import { Effect, Redacted } from "effect"
import { commandLine } from "../../src/accounts/AccountsAdmin.ts"
import { MadeAccounts } from "../../src/accounts/MadeAccounts.ts"
import { SignIns } from "../../src/accounts/SignIns.ts"
import { DeviceId } from "../../src/domain/Ids.ts"
import { Activities } from "../../src/ports/Activities.ts"
import { StoreUnavailable } from "../../src/ports/EventStore.ts"
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
  signIn,
  works
} from "./authKit.ts"

const secret = Redacted.make(password)
const wrong = Redacted.make("not the password")
const next = Redacted.make("another long phrase")

describe("one's own sign-ins", () => {
  it.effect("are listed, with a mark on the one that asks", () =>
    Effect.gen(function* () {
      const signIns = yield* SignIns
      const [one, two] = [yield* register("ann"), yield* signIn("ann")]
      yield* register("bob")
      const listed = yield* signIns.list(yield* authenticate(two.accessToken))
      assert.deepStrictEqual(
        new Map(listed.map(({ current, deviceId }) => [deviceId, current])),
        new Map([
          [one.deviceId, false],
          [two.deviceId, true]
        ])
      )
    }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect("signing out ends this device at once, and no other", () =>
    Effect.gen(function* () {
      const signIns = yield* SignIns
      const [one, two] = [yield* register("ann"), yield* signIn("ann")]
      yield* signIns.signOut(yield* authenticate(one.accessToken))
      assert.deepStrictEqual([yield* works(one.accessToken), yield* works(two.accessToken)], [false, true])
      assert.strictEqual(yield* outcome(refresh(one.refreshToken)), "Unauthenticated")
    }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect("a program that signs out ends the token that it used, and no other of its account", () =>
    Effect.gen(function* () {
      const made = yield* MadeAccounts
      const [leaked, other] = [
        yield* made.createBotToken(commandLine, "robot", "ci"),
        yield* made.createBotToken(commandLine, "robot", "cron")
      ]
      const signIns = yield* SignIns
      const caller = yield* authenticate(leaked.accessToken)
      assert.deepStrictEqual(
        (yield* signIns.list(caller)).filter(({ current }) => current).map(({ deviceId }) => deviceId),
        [leaked.deviceId]
      )
      yield* signIns.signOut(caller)
      assert.deepStrictEqual([yield* works(leaked.accessToken), yield* works(other.accessToken)], [false, true])
    }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect("ending another device asks for the password, and holds from the answer on", () =>
    Effect.gen(function* () {
      const signIns = yield* SignIns
      const [one, two] = [yield* register("ann"), yield* signIn("ann")]
      const caller = yield* authenticate(one.accessToken)
      assert.strictEqual(yield* works(two.accessToken), true)
      assert.strictEqual(yield* outcome(signIns.revoke(caller, two.deviceId, wrong, office)), "SignInFailed")
      assert.strictEqual(yield* works(two.accessToken), true)
      assert.strictEqual(yield* outcome(signIns.revoke(caller, two.deviceId, secret, office)), "ok")
      assert.strictEqual(yield* works(two.accessToken), false)
      assert.strictEqual(yield* outcome(signIns.revoke(caller, two.deviceId, secret, office)), "NotFound")
    }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect("another's device looks absent", () =>
    Effect.gen(function* () {
      const signIns = yield* SignIns
      const [ann, bob] = [yield* register("ann"), yield* register("bob")]
      const caller = yield* authenticate(ann.accessToken)
      const absent = DeviceId.make("00000000-0000-7000-8000-000000000000")
      for (const deviceId of [bob.deviceId, absent])
        assert.strictEqual(yield* outcome(signIns.revoke(caller, deviceId, secret, office)), "NotFound")
      assert.strictEqual(yield* works(bob.accessToken), true)
    }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect("all others end together", () =>
    Effect.gen(function* () {
      const signIns = yield* SignIns
      const [one, two, three] = [yield* register("ann"), yield* signIn("ann"), yield* signIn("ann")]
      const revoked = yield* signIns.revokeOthers(yield* authenticate(two.accessToken), secret, office)
      assert.deepStrictEqual([...revoked].sort(), [one.deviceId, three.deviceId].sort())
      assert.deepStrictEqual(
        [yield* works(one.accessToken), yield* works(two.accessToken), yield* works(three.accessToken)],
        [false, true, false]
      )
    }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect("a new password needs the old one, and ends others when it is asked to", () =>
    Effect.gen(function* () {
      const signIns = yield* SignIns
      const [one, two] = [yield* register("ann"), yield* signIn("ann")]
      const change = (current: Redacted.Redacted, chosen: Redacted.Redacted, revokeOthers: boolean) =>
        Effect.flatMap(authenticate(one.accessToken), (caller) =>
          outcome(signIns.changePassword(caller, { current, next: chosen, revokeOthers, address: office }))
        )
      assert.strictEqual(yield* change(wrong, next, true), "SignInFailed")
      assert.strictEqual(yield* change(secret, Redacted.make("1234567890"), true), "PasswordRefused")
      assert.deepStrictEqual([yield* works(two.accessToken), yield* outcome(signIn("ann"))], [true, "ok"])
      assert.strictEqual(yield* change(secret, next, false), "ok")
      assert.strictEqual(yield* works(two.accessToken), true)
      assert.deepStrictEqual(
        [yield* outcome(signIn("ann")), yield* outcome(signIn("ann", { password: "another long phrase" }))],
        ["SignInFailed", "ok"]
      )
      assert.strictEqual(yield* change(next, secret, true), "ok")
      assert.deepStrictEqual([yield* works(one.accessToken), yield* works(two.accessToken)], [true, false])
    }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect("a stolen session can't guess the password for longer than a stranger", () =>
    Effect.gen(function* () {
      const signIns = yield* SignIns
      const ann = yield* register("ann")
      const caller = yield* authenticate(ann.accessToken)
      const guess = outcome(signIns.revokeOthers(caller, wrong, office))
      for (let i = 0; i < 5; i++) assert.strictEqual(yield* guess, "SignInFailed")
      assert.strictEqual(yield* guess, "RateLimited")
      assert.strictEqual(
        yield* outcome(signIns.changePassword(caller, { current: wrong, next, revokeOthers: true, address: office })),
        "RateLimited"
      )
    }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect("whoever knows the password changes it, and ends devices, only so often", () =>
    Effect.gen(function* () {
      const signIns = yield* SignIns
      const [ann, bob] = [yield* register("ann"), yield* register("bob")]
      const [caller, other] = [yield* authenticate(ann.accessToken), yield* authenticate(bob.accessToken)]
      const change = (by: typeof caller, from: number, address: string) =>
        signIns.changePassword(by, {
          current: from === 0 ? secret : Redacted.make(`another long phrase ${from}`),
          next: Redacted.make(`another long phrase ${from + 1}`),
          revokeOthers: false,
          address
        })
      for (let i = 0; i < 60; i++) assert.strictEqual(yield* outcome(change(caller, i, office)), "ok")
      const [current, elsewhere] = [Redacted.make("another long phrase 60"), "203.0.113.9"]
      assert.strictEqual(yield* outcome(change(caller, 60, elsewhere)), "RateLimited")
      assert.strictEqual(yield* outcome(signIns.revoke(caller, bob.deviceId, current, elsewhere)), "RateLimited")
      assert.strictEqual(yield* outcome(signIns.revokeOthers(caller, current, elsewhere)), "RateLimited")
      assert.strictEqual(yield* outcome(change(other, 0, office)), "ok")
    }).pipe(Effect.provide(accountsInMemory()))
  )
})

describe("what happened to an account", () => {
  const activity = (accessToken: string, before?: number, limit = 20) =>
    Effect.gen(function* () {
      return yield* (yield* SignIns).activity(yield* authenticate(accessToken), before, limit)
    })

  it.effect("is told to its owner, the newest first, with the wrong passwords that others tried", () =>
    Effect.gen(function* () {
      const [ann, bob] = [yield* register("ann"), yield* register("bob")]
      for (let i = 0; i < 3; i++) yield* outcome(signIn("ann", { password: "not the one at all" }))
      yield* outcome(signIn("nobody", { password: "not the one at all" }))
      const again = yield* signIn("ann")
      const { entries, more } = yield* activity(ann.accessToken)
      assert.deepStrictEqual(
        entries.map(({ count, deviceId, kind }) => [kind, deviceId, count]),
        [
          ["signedIn", again.deviceId, undefined],
          ["signInFailed", undefined, 3],
          ["signedIn", ann.deviceId, undefined]
        ]
      )
      assert.isFalse(more)
      assert.deepStrictEqual(
        (yield* activity(bob.accessToken)).entries.map(({ kind }) => kind),
        ["signedIn"]
      )
    }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect("is told page by page, and says whether there is more", () =>
    Effect.gen(function* () {
      const ann = yield* register("ann")
      for (let i = 0; i < 4; i++) yield* signIn("ann")
      const first = yield* activity(ann.accessToken, undefined, 3)
      const rest = yield* activity(ann.accessToken, first.entries.at(-1)?.id, 3)
      assert.deepStrictEqual([first.entries.length, first.more, rest.entries.length, rest.more], [3, true, 2, false])
    }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect("may be unnoted while the store takes nothing: a wrong password is answered all the same", () =>
    Effect.gen(function* () {
      yield* register("ann")
      assert.strictEqual(yield* outcome(signIn("ann", { password: "not the one at all" })), "SignInFailed")
      assert.strictEqual(yield* outcome(signIn("ann")), "ok")
    }).pipe(
      Effect.provide(
        accountsOver(
          memoryStores.pipe(
            overService(Activities, (own) => ({
              ...own,
              signInFailed: () => Effect.fail(new StoreUnavailable({ operation: "signInFailed", cause: "away" }))
            }))
          )
        )
      )
    )
  )
})
