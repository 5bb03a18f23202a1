/**
 * A password that was right when it was proven, and what was begun with it: somebody else has ended that sign-in, or
 * changed the password, before it is done.
 */
import { assert, describe, it } from "@effect/vitest"
import { PasswordHasherMemory } from "@hibiki/testing/accounts/PasswordHasherMemory"
import { Effect, Fiber, Layer, Redacted } from "effect"
import { AccountsAdmin, commandLine } from "../../src/accounts/AccountsAdmin.ts"
import { SignIns } from "../../src/accounts/SignIns.ts"
import { PasswordHasher } from "../../src/ports/PasswordHasher.ts"
import type { Identity } from "../../src/protocol/rpc/AuthMiddleware.ts"
import type { SignedIn } from "../../src/protocol/rpc/AuthRpcs.ts"
import {
  accountsOver,
  authenticate,
  memoryStores,
  office,
  outcome,
  password,
  register,
  signIn,
  works
} from "./authKit.ts"

const secret = Redacted.make(password)
const stolen = "what a thief would choose"

/** Once `hold` was run, whoever has verified or made a hash waits with it until `goOn` opens. */
const stage = Effect.gen(function* () {
  const [reached, goOn] = [yield* Effect.makeLatch(), yield* Effect.makeLatch()]
  let holding: "nobody" | Act["held"] = "nobody"
  const late = <A, E>(what: typeof holding, work: Effect.Effect<A, E>) =>
    Effect.tap(work, () => {
      if (holding !== what) return Effect.void
      holding = "nobody"
      return Effect.zipRight(reached.open, goOn.await)
    })
  const hasher = Layer.effect(
    PasswordHasher,
    Effect.map(PasswordHasher, ({ hash, verify, verifyNothing }) => ({
      hash: (chosen) => late("hash", hash(chosen)),
      verify: (of, typed) => late("verify", verify(of, typed)),
      verifyNothing
    }))
  ).pipe(Layer.provide(PasswordHasherMemory))
  const hold = (what: Act["held"]) =>
    Effect.sync(() => {
      holding = what
    })
  return { accounts: accountsOver(memoryStores, {}, hasher), reached, goOn, hold }
})

interface Scene {
  readonly thief: Identity
  readonly owner: SignedIn
}

interface Act {
  /** What is slow enough for others to act meanwhile. */
  readonly held: "hash" | "verify"
  readonly run: (scene: Scene) => Effect.Effect<unknown, { readonly _tag: string }, SignIns>
}

const acts: Readonly<Record<string, Act>> = {
  "another password": {
    held: "hash",
    run: ({ thief }) =>
      Effect.flatMap(SignIns, (signIns) =>
        signIns.changePassword(thief, {
          current: secret,
          next: Redacted.make(stolen),
          revokeOthers: true,
          address: office
        })
      )
  },
  "the end of a device": {
    held: "verify",
    run: ({ owner, thief }) =>
      Effect.flatMap(SignIns, (signIns) => signIns.revoke(thief, owner.deviceId, secret, office))
  },
  "the end of all others": {
    held: "verify",
    run: ({ thief }) => Effect.flatMap(SignIns, (signIns) => signIns.revokeOthers(thief, secret, office))
  }
}

/** What the owner does meanwhile; gives the password that is right from then on. */
const mends = {
  "the password is reset": () =>
    Effect.flatMap(AccountsAdmin, (admin) => admin.resetPassword(commandLine, { handle: "ann" })),
  "the password is changed on another device": ({ owner }: Scene) =>
    Effect.gen(function* () {
      const [caller, chosen] = [yield* authenticate(owner.accessToken), "another long phrase"]
      const change = { current: secret, next: Redacted.make(chosen), revokeOthers: false, address: office }
      yield* (yield* SignIns).changePassword(caller, change)
      return chosen
    }),
  "the device is ended": ({ owner, thief }: Scene) =>
    Effect.gen(function* () {
      yield* (yield* SignIns).revoke(yield* authenticate(owner.accessToken), thief.deviceId, secret, office)
      return password
    }),
  "the account is disabled, and enabled again": () =>
    Effect.gen(function* () {
      const admin = yield* AccountsAdmin
      yield* admin.disable(commandLine, { handle: "ann" })
      yield* admin.enable(commandLine, { handle: "ann" })
      return password
    })
}

describe("what was begun with a right password is refused when, before it is done,", () => {
  for (const [mended, mend] of Object.entries(mends))
    for (const [name, { held, run }] of Object.entries(acts))
      it.effect(`${mended}: ${name}`, () =>
        Effect.gen(function* () {
          const { accounts, goOn, hold, reached } = yield* stage
          yield* Effect.gen(function* () {
            const [leaked, owner] = [yield* register("ann"), yield* signIn("ann")]
            const scene = { thief: yield* authenticate(leaked.accessToken), owner }
            yield* hold(held)
            const act = yield* Effect.fork(outcome(run(scene)))
            yield* reached.await
            const right = yield* mend(scene)
            const ownersWorks = yield* works(owner.accessToken)
            const later = yield* signIn("ann", { password: right })
            yield* goOn.open
            assert.strictEqual(yield* Fiber.join(act), "Unauthenticated")
            assert.deepStrictEqual(
              [yield* works(owner.accessToken), yield* works(later.accessToken)],
              [ownersWorks, true]
            )
            assert.deepStrictEqual(
              [yield* outcome(signIn("ann", { password: right })), yield* outcome(signIn("ann", { password: stolen }))],
              ["ok", "SignInFailed"]
            )
          }).pipe(Effect.provide(accounts))
        })
      )
})
