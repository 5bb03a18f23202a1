import { assert, describe, it } from "@effect/vitest"
import { PasswordHasherMemory } from "@hibiki/testing/accounts/PasswordHasherMemory"
import { overService } from "@hibiki/testing/overService"
import { Context, Effect, Layer, Redacted, TestClock } from "effect"
import { AccountNetworks } from "../../src/accounts/AccountNetworks.ts"
import { AccountsAdmin, commandLine } from "../../src/accounts/AccountsAdmin.ts"
import { SignIns } from "../../src/accounts/SignIns.ts"
import type { Handle } from "../../src/domain/Handle.ts"
import { KnownNetworks } from "../../src/ports/KnownNetworks.ts"
import { type Asker, PasswordHasher } from "../../src/ports/PasswordHasher.ts"
import { Users } from "../../src/ports/Users.ts"
import {
  accountsInMemory,
  accountsOver,
  authenticate,
  memoryStores,
  outcome,
  password,
  refresh,
  register,
  signIn
} from "./authKit.ts"

/** Tells for whom it hashes. */
const hasherThatTells = (askers: Array<Asker | undefined>) =>
  Layer.map(PasswordHasherMemory, (context) => {
    const memory = Context.get(context, PasswordHasher)
    const told = (asker: Asker | undefined) => Effect.sync(() => void askers.push(asker))
    return Context.make(PasswordHasher, {
      hash: (typed, asker) => Effect.zipRight(told(asker), memory.hash(typed)),
      verify: (hash, typed, asker) => Effect.zipRight(told(asker), memory.verify(hash, typed)),
      verifyNothing: (typed, asker) => Effect.zipRight(told(asker), memory.verifyNothing(typed))
    })
  })

/** Strangers use up the wrong passwords that one name has over all networks that its account does not know. */
const guessAt = (handle: string) =>
  Effect.forEach(
    Array.from({ length: 100 }, (_, i) => `10.0.${i}.1`),
    (address) => outcome(signIn(handle, { password: "wrong", address })),
    { discard: true }
  )

const byHandle = (handle: string) => Effect.flatMap(Users, (users) => users.byHandle(handle as Handle))

describe("the networks that an account knows", () => {
  it.effect(
    "give turns of known networks only to an account that is a day old: whoever wants one can't just register",
    () => {
      const askers: Array<Asker | undefined> = []
      return Effect.gen(function* () {
        const ann = yield* register("ann")
        const caller = yield* authenticate(ann.accessToken)
        const isKnown = Effect.gen(function* () {
          askers.length = 0
          yield* signIn("ann")
          const change = {
            current: Redacted.make(password),
            next: Redacted.make(password),
            revokeOthers: false,
            address: "203.0.113.1"
          }
          yield* (yield* SignIns).changePassword(caller, change)
          return askers.map((asker) => asker?.isKnown)
        })
        assert.deepStrictEqual(yield* isKnown, [false, false, false])
        yield* signIn("ann")
        yield* TestClock.adjust("1 day")
        assert.deepStrictEqual(yield* isKnown, [true, true, true])
        assert.deepStrictEqual(
          new Set(askers.map((asker) => asker?.network)),
          new Set(["192.0.2.0/24", "203.0.113.0/24"])
        )
      }).pipe(Effect.provide(accountsOver(memoryStores, {}, hasherThatTells(askers))))
    }
  )

  it.effect(
    "are forgotten with a new password, and known anew where the account is in use after it, within the same day",
    () =>
      Effect.gen(function* () {
        yield* register("ann")
        const next = yield* (yield* AccountsAdmin).resetPassword(commandLine, { handle: "ann" })
        yield* guessAt("ann")
        assert.strictEqual(yield* outcome(signIn("ann", { password: next })), "RateLimited")
        yield* TestClock.adjust("1 minute")
        const again = yield* signIn("ann", { password: next })
        yield* guessAt("ann")
        assert.strictEqual(yield* outcome(signIn("ann", { password: next })), "ok")
        yield* refresh(again.refreshToken)
      }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect("stay forgotten when one is noted late, of a use before the new password", () =>
    Effect.gen(function* () {
      yield* register("ann")
      const before = yield* byHandle("ann")
      yield* (yield* AccountsAdmin).resetPassword(commandLine, { handle: "ann" })
      const networks = yield* AccountNetworks
      if (before !== undefined) yield* networks.note(before, "203.0.113.1")
      const isKnown = Effect.map(byHandle("ann"), (account) =>
        networks.whereabouts(account, { address: "203.0.113.1" })
      )
      assert.strictEqual((yield* Effect.flatten(isKnown)).isKnown, false)
      yield* Effect.flatMap(byHandle("ann"), (account) =>
        account === undefined ? Effect.void : networks.note(account, "203.0.113.1")
      )
      assert.strictEqual((yield* Effect.flatten(isKnown)).isKnown, true)
    }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect("are not asked for, nor is the account, where the address has no try left", () => {
    let questions = 0
    const counted = <A, E>(question: Effect.Effect<A, E>) =>
      Effect.zipRight(
        Effect.sync(() => void questions++),
        question
      )
    const stores = memoryStores.pipe(
      overService(Users, (users) => Users.of({ ...users, byHandle: (handle) => counted(users.byHandle(handle)) })),
      overService(KnownNetworks, (known) =>
        KnownNetworks.of({ ...known, isKnown: (...of) => counted(known.isKnown(...of)) })
      )
    )
    return Effect.gen(function* () {
      yield* register("ann")
      for (const handle of ["ann", "nobody"]) {
        const guess = outcome(signIn(handle, { password: "wrong", address: "203.0.113.9" }))
        for (let i = 0; i < 5; i++) yield* guess
        questions = 0
        assert.deepStrictEqual([yield* guess, questions], ["RateLimited", 0])
      }
    }).pipe(Effect.provide(accountsOver(stores)))
  })
})
