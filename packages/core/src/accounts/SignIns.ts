/** Signed-in users' actions on their own sign-ins: list and end them, change the password. */
import { Clock, Effect, type Redacted } from "effect"
import type { DeviceInfo } from "../domain/Conversation.ts"
import type { Handle } from "../domain/Handle.ts"
import type { DeviceId } from "../domain/Ids.ts"
import { makeCarryOut } from "../fibers/Background.ts"
import { Activities } from "../ports/Activities.ts"
import { Devices } from "../ports/Devices.ts"
import { PersonalHints } from "../ports/PersonalHints.ts"
import { Secrets } from "../ports/Secrets.ts"
import { type Proof, type Revocation, Users } from "../ports/Users.ts"
import type { Identity } from "../protocol/rpc/AuthMiddleware.ts"
import { NotFound, Unauthenticated } from "../protocol/rpc/RpcErrors.ts"
import { addressKey, networkOf } from "./AccountNetworks.ts"
import { AccountPolicy } from "./AccountPolicy.ts"
import { Authenticator } from "./Authenticator.ts"
import { makeSpend } from "./makeSpend.ts"
import { Passwords } from "./Passwords.ts"

export interface PasswordChange {
  readonly current: Redacted.Redacted
  readonly next: Redacted.Redacted
  readonly revokeOthers: boolean
  readonly address: string
}

export class SignIns extends Effect.Service<SignIns>()("@hibiki/core/accounts/SignIns", {
  scoped: Effect.gen(function* () {
    const users = yield* Users
    const [devices, activities] = [yield* Devices, yield* Activities]
    const [passwords, spend] = [yield* Passwords, yield* makeSpend]
    const { limits } = yield* AccountPolicy
    const { settled, whileProven } = yield* makeEndings
    const resetPassword = yield* makeResetPassword

    /**
     * The caller proves their password again. Use the result in `whileProven`: checking a password takes long enough
     * for other changes in between.
     */
    const proveAgain = Effect.fnUntraced(function* (caller: Identity, password: Redacted.Redacted, address: string) {
      const claim = { handle: caller.handle, password, address, signedIn: caller.deviceId }
      const { account, asker } = yield* passwords.prove(accountOf(users, caller), claim)
      return { asker, proof: { passwordVersion: account.passwordVersion, deviceId: caller.deviceId } satisfies Proof }
    })

    const changePassword = Effect.fn("SignIns.changePassword")(function* (
      caller: Identity,
      { address, current, next, revokeOthers }: PasswordChange
    ) {
      const { asker, proof } = yield* proveAgain(caller, current, address)
      const passwordHash = yield* passwords.choose(next, caller.handle as Handle, asker)
      const ending = revokeOthers ? { allBut: caller.deviceId } : "none"
      yield* whileProven(users.setPassword(caller.userId, passwordHash, ending, yield* Clock.currentTimeMillis, proof))
    })

    const signOut = Effect.fn("SignIns.signOut")(function* (caller: Identity) {
      yield* settled(devices.revoke(caller.userId, caller.deviceId, yield* Clock.currentTimeMillis, undefined))
    })

    const list = Effect.fn("SignIns.list")(function* (caller: Identity) {
      yield* spend(limits.readUser, caller.userId)
      const list = yield* devices.list(caller.userId, yield* Clock.currentTimeMillis)
      return list.map((device): DeviceInfo => ({ ...device, current: device.deviceId === caller.deviceId }))
    })

    /** The activity of the account, newest first, below an id; and whether there is more. */
    const activity = Effect.fn("SignIns.activity")(function* (
      caller: Identity,
      before: number | undefined,
      limit: number
    ) {
      yield* spend(limits.readUser, caller.userId)
      const found = yield* activities.page(caller.userId, before, limit + 1)
      return { entries: found.slice(0, limit), more: found.length > limit }
    })

    const revoke = Effect.fn("SignIns.revoke")(function* (
      caller: Identity,
      device: DeviceId,
      password: Redacted.Redacted,
      address: string
    ) {
      const { proof } = yield* proveAgain(caller, password, address)
      const ended = yield* whileProven(devices.revoke(caller.userId, device, yield* Clock.currentTimeMillis, proof))
      if (ended.devices.length === 0) return yield* new NotFound()
    })

    const revokeOthers = Effect.fn("SignIns.revokeOthers")(function* (
      caller: Identity,
      password: Redacted.Redacted,
      address: string
    ) {
      const { proof } = yield* proveAgain(caller, password, address)
      const now = yield* Clock.currentTimeMillis
      return (yield* whileProven(devices.revokeAllBut(caller.userId, caller.deviceId, now, proof))).devices
    })

    return { changePassword, resetPassword, signOut, list, activity, revoke, revokeOthers, proveAgain } as const
  })
}) {}

const makeResetPassword = Effect.gen(function* () {
  const [users, secrets, passwords] = [yield* Users, yield* Secrets, yield* Passwords]
  const [{ limits }, spend, { settled }] = [yield* AccountPolicy, yield* makeSpend, yield* makeEndings]

  /** Sets a new password by the code of a link, which works once. Returns the handle, to sign in with. */
  return Effect.fn("SignIns.resetPassword")(function* (code: string, password: Redacted.Redacted, address: string) {
    yield* spend(limits.registerAddress, addressKey(address))
    const [hash, now] = [secrets.hash(code), yield* Clock.currentTimeMillis]
    const account = yield* users.byReset(hash, now)
    if (account === undefined) return yield* new NotFound()
    const { handle } = account
    const asker = { network: networkOf(address), isKnown: false }
    const passwordHash = yield* passwords.choose(password, handle as Handle, asker)
    const ended = yield* settled(users.useReset(hash, passwordHash, yield* Clock.currentTimeMillis))
    if (ended === undefined) return yield* new NotFound()
    return { handle }
  })
})

/** Runs the statements that end devices. */
const makeEndings = Effect.gen(function* () {
  const [hints, authenticator] = [yield* PersonalHints, yield* Authenticator]
  const carryOut = yield* makeCarryOut

  /**
   * Ends devices: this process forgets their tokens and notifies the other processes, even if the caller is
   * interrupted.
   */
  const settled = <A extends Revocation | undefined, E>(ending: Effect.Effect<A, E>) =>
    carryOut(
      Effect.tap(ending, (revocation) =>
        revocation === undefined
          ? Effect.void
          : Effect.zipRight(authenticator.forgetAll, hints.announce(revocation.changes))
      )
    )

  /**
   * As `settled`, for changes that the store makes only while the proof is valid. A device that is still signed in
   * renews its token, and learns the reason at its next request.
   */
  const whileProven = <E>(ending: Effect.Effect<Revocation | undefined, E>) =>
    Effect.filterOrFail(
      settled(ending),
      (revocation) => revocation !== undefined,
      () => new Unauthenticated()
    )

  return { settled, whileProven } as const
})

const accountOf = (users: Users["Type"], { userId }: Identity) =>
  Effect.filterOrFail(
    users.byId(userId),
    (account) => account !== undefined,
    () => new Unauthenticated()
  )
