/** What was committed is told, also when whoever asked for it has hung up meanwhile. */
import { assert, describe, it } from "@effect/vitest"
import { PasswordHasherMemory } from "@hibiki/testing/accounts/PasswordHasherMemory"
import { Context, Deferred, Effect, Fiber, Layer, Redacted, TestClock } from "effect"
import type { Accounts } from "../../src/accounts/Accounts.ts"
import { AccountsAdmin, commandLine } from "../../src/accounts/AccountsAdmin.ts"
import { Directory } from "../../src/accounts/Directory.ts"
import { SignIns } from "../../src/accounts/SignIns.ts"
import { Devices } from "../../src/ports/Devices.ts"
import { PersonalHints } from "../../src/ports/PersonalHints.ts"
import { Users } from "../../src/ports/Users.ts"
import type { Identity } from "../../src/protocol/rpc/AuthMiddleware.ts"
import type { SignedIn } from "../../src/protocol/rpc/AuthRpcs.ts"
import { accountsOver, authenticate, memoryStores, office, password, refresh, register, signIn } from "./authKit.ts"

interface Scene {
  readonly ann: SignedIn
  readonly other: SignedIn
  readonly caller: Identity
}

const secret = Redacted.make(password)
const address = office

const calls: Readonly<
  Record<string, (scene: Scene) => Effect.Effect<unknown, unknown, Directory | SignIns | AccountsAdmin | Accounts>>
> = {
  "another name": ({ caller }) => Effect.flatMap(Directory, (directory) => directory.updateProfile(caller, "Ann")),
  "looking offline": ({ caller }) => Effect.flatMap(Directory, (directory) => directory.updateSettings(caller, true)),
  "blocking somebody": ({ caller }) =>
    Effect.flatMap(register("bob"), ({ userId }) =>
      Effect.flatMap(Directory, (directory) => directory.block(caller, userId, true))
    ),
  "another password": ({ caller }) =>
    Effect.flatMap(SignIns, (signIns) =>
      signIns.changePassword(caller, {
        current: secret,
        next: Redacted.make("another long phrase"),
        revokeOthers: true,
        address
      })
    ),
  "signing out": ({ caller }) => Effect.flatMap(SignIns, (signIns) => signIns.signOut(caller)),
  "ending a device": ({ caller, other }) =>
    Effect.flatMap(SignIns, (signIns) => signIns.revoke(caller, other.deviceId, secret, address)),
  "ending all others": ({ caller }) =>
    Effect.flatMap(SignIns, (signIns) => signIns.revokeOthers(caller, secret, address)),
  "signing in": () => signIn("ann"),
  "a refresh token that was used before": ({ ann }) => refresh(ann.refreshToken),
  "a disabled account": () => Effect.flatMap(AccountsAdmin, (admin) => admin.disable(commandLine, { handle: "ann" })),
  "a reset password": () =>
    Effect.flatMap(AccountsAdmin, (admin) => admin.resetPassword(commandLine, { handle: "ann" }))
}

const stage = Effect.gen(function* () {
  const [told, committed, goOn] = [yield* Deferred.make<void>(), yield* Effect.makeLatch(), yield* Effect.makeLatch()]
  let holds = false
  /** The answer of a change comes late. */
  const late =
    <Args extends ReadonlyArray<unknown>, A, E>(change: (...args: Args) => Effect.Effect<A, E>) =>
    (...args: Args) =>
      Effect.tap(change(...args), () => (holds ? Effect.zipRight(committed.open, goOn.await) : Effect.void))
  const stores = Layer.map(memoryStores, (context) => {
    const [users, devices] = [Context.get(context, Users), Context.get(context, Devices)]
    const { disable, setBlocked, setDisplayName, setInvisible, setPassword } = users
    const { create, revoke, revokeAllBut, rotate } = devices
    return context.pipe(
      Context.add(Users, {
        ...users,
        ...{ disable: late(disable), setPassword: late(setPassword) },
        ...{ setDisplayName: late(setDisplayName), setInvisible: late(setInvisible), setBlocked: late(setBlocked) }
      }),
      Context.add(Devices, {
        ...devices,
        ...{ create: late(create), rotate: late(rotate), revoke: late(revoke), revokeAllBut: late(revokeAllBut) }
      })
    )
  })
  const hints = Layer.succeed(PersonalHints, {
    announce: () => (holds ? Effect.asVoid(Deferred.succeed(told, undefined)) : Effect.void)
  })
  const hold = Effect.sync(() => {
    holds = true
  })
  return { told, committed, goOn, hold, accounts: accountsOver(stores, {}, PasswordHasherMemory, hints) }
})

describe("whoever hangs up while a change is being stored", () => {
  for (const [name, call] of Object.entries(calls)) {
    it.effect(`leaves nobody untold: ${name}`, () =>
      Effect.gen(function* () {
        const { accounts, committed, goOn, hold, told } = yield* stage
        yield* Effect.gen(function* () {
          const [ann, other] = [yield* register("ann"), yield* signIn("ann")]
          const caller = yield* authenticate(ann.accessToken)
          // Its successor is used, and the grace is over.
          yield* authenticate((yield* refresh(ann.refreshToken)).accessToken)
          yield* TestClock.adjust("1 minute")
          yield* hold
          const asking = yield* Effect.fork(call({ ann, other, caller }))
          yield* committed.await
          yield* Fiber.interrupt(asking)
          yield* goOn.open
          yield* Effect.repeatN(Effect.yieldNow(), 20)
          assert.isTrue(yield* Deferred.isDone(told))
        }).pipe(Effect.provide(accounts))
      })
    )
  }
})
