/** What signed-in people do with their own sign-ins: list and end them, change the password. */
import { Clock, Effect, type Redacted } from "effect"
import { Devices } from "../devices/Devices.ts"
import type { DeviceInfo } from "../domain/Conversation.ts"
import type { DeviceId } from "../domain/Ids.ts"
import { makeCarryOut } from "../fibers/makeCarryOut.ts"
import type { Identity } from "../protocol/rpc/AuthMiddleware.ts"
import { NotFound, Unauthenticated } from "../protocol/rpc/RpcErrors.ts"
import type { Handle } from "../users/Handle.ts"
import { PersonalHints } from "../users/PersonalHints.ts"
import { type Revocation, Users } from "../users/Users.ts"
import { AccountPolicy } from "./AccountPolicy.ts"
import { Authenticator } from "./Authenticator.ts"
import { Passwords } from "./Passwords.ts"

export interface PasswordChange {
  readonly current: Redacted.Redacted
  readonly next: Redacted.Redacted
  readonly revokeOthers: boolean
  readonly address: string
}

export class SignIns extends Effect.Service<SignIns>()("@hibiki/core/auth/SignIns", {
  scoped: Effect.gen(function* () {
    const users = yield* Users
    const devices = yield* Devices
    const passwords = yield* Passwords
    const hints = yield* PersonalHints
    const authenticator = yield* Authenticator
    const { limits } = yield* AccountPolicy
    const carryOut = yield* makeCarryOut

    /** The caller proves to be its user again. */
    const proveAgain = Effect.fnUntraced(function* (caller: Identity, password: Redacted.Redacted, address: string) {
      const account = yield* users.byId(caller.userId)
      if (account === undefined) return yield* new Unauthenticated()
      return yield* passwords.prove(account, { handle: account.handle, password, address })
    })

    /** What ends devices: nothing that this process remembers lets them in any more, and the others hear of it, though the caller goes away. */
    const settled = <A extends Revocation | undefined, E>(ending: Effect.Effect<A, E>) =>
      carryOut(
        Effect.tap(ending, (revocation) =>
          revocation === undefined ? Effect.void : Effect.zipRight(authenticator.forgetAll, hints.announce(revocation.changes))
        )
      )

    const changePassword = Effect.fn("SignIns.changePassword")(function* (
      caller: Identity,
      { address, current, next, revokeOthers }: PasswordChange
    ) {
      const account = yield* proveAgain(caller, current, address)
      const passwordHash = yield* passwords.choose(next, account.handle as Handle)
      const now = yield* Clock.currentTimeMillis
      const ending = revokeOthers ? { allBut: caller.deviceId } : "none"
      const revocation = yield* settled(users.setPassword(caller.userId, passwordHash, ending, now))
      if (revocation === undefined) return yield* new Unauthenticated()
    })

    const signOut = Effect.fn("SignIns.signOut")(function* (caller: Identity) {
      yield* settled(devices.revoke(caller.userId, caller.deviceId, yield* Clock.currentTimeMillis))
    })

    const list = Effect.fn("SignIns.list")(function* (caller: Identity) {
      yield* passwords.spend(limits.readUser, caller.userId)
      const list = yield* devices.list(caller.userId, yield* Clock.currentTimeMillis)
      return list.map((device): DeviceInfo => ({ ...device, current: device.deviceId === caller.deviceId }))
    })

    const revoke = Effect.fn("SignIns.revoke")(function* (
      caller: Identity,
      device: DeviceId,
      password: Redacted.Redacted,
      address: string
    ) {
      yield* proveAgain(caller, password, address)
      const revocation = yield* settled(devices.revoke(caller.userId, device, yield* Clock.currentTimeMillis))
      if (revocation === undefined) return yield* new NotFound()
    })

    const revokeOthers = Effect.fn("SignIns.revokeOthers")(function* (caller: Identity, password: Redacted.Redacted, address: string) {
      yield* proveAgain(caller, password, address)
      return (yield* settled(devices.revokeAllBut(caller.userId, caller.deviceId, yield* Clock.currentTimeMillis))).devices
    })

    return { changePassword, signOut, list, revoke, revokeOthers } as const
  })
}) {}
