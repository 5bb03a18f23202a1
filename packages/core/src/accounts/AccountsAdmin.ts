/** The operator's actions on accounts: the first admin's link, passwords, roles. Nothing here checks the caller. */
import { Clock, Data, Duration, Effect, Either } from "effect"
import { type Handle, parseHandle, spelled } from "../domain/Handle.ts"
import { makeCarryOut } from "../fibers/Background.ts"
import type { StoreUnavailable } from "../ports/EventStore.ts"
import { Invites } from "../ports/Invites.ts"
import { PasswordHasher } from "../ports/PasswordHasher.ts"
import { PersonalHints } from "../ports/PersonalHints.ts"
import { Secrets } from "../ports/Secrets.ts"
import { type Credentials, type Revocation, Users } from "../ports/Users.ts"
import { AccountPolicy } from "./AccountPolicy.ts"
import { Authenticator } from "./Authenticator.ts"

/** Why nothing was done, for a person to read. */
export class AccountProblem extends Data.TaggedError("AccountProblem")<{
  readonly reason: "no_such_user" | "handle_refused" | "not_a_bot" | "is_a_bot" | "disabled"
}> {}

/** The handle typed on a command line, for a new account. */
export const adminHandle = (typed: string): Effect.Effect<Handle, AccountProblem> =>
  Either.match(parseHandle(typed), {
    onLeft: () => Effect.fail(new AccountProblem({ reason: "handle_refused" })),
    onRight: (handle) => Effect.succeed(handle)
  })

export class AccountsAdmin extends Effect.Service<AccountsAdmin>()("@hibiki/core/accounts/AccountsAdmin", {
  scoped: Effect.gen(function* () {
    const users = yield* Users
    const invites = yield* Invites
    const secrets = yield* Secrets
    const hasher = yield* PasswordHasher
    const hints = yield* PersonalHints
    const authenticator = yield* Authenticator
    const policy = yield* AccountPolicy
    const carryOut = yield* makeCarryOut

    const find = (typed: string): Effect.Effect<Credentials, AccountProblem | StoreUnavailable> =>
      Effect.flatMap(orAbsent(spelled(typed)), users.byHandle).pipe(Effect.flatMap((account) => orAbsent(account)))
    const userIdOf = (typed: string) => Effect.map(find(typed), ({ userId }) => userId)
    /** Ends all devices of an account, and notifies others even if the caller is interrupted. */
    const settled = <A extends Revocation>(ending: Effect.Effect<A | undefined, StoreUnavailable>) =>
      carryOut(
        Effect.tap(Effect.flatMap(ending, orAbsent), ({ changes }) =>
          Effect.zipRight(authenticator.forgetAll, hints.announce(changes))
        )
      )

    /**
     * While there is no admin: returns the secret of a fresh link that makes its user one (earlier links become void).
     * Each start prints it until it was used. Undefined: there is an admin.
     */
    const adminInvite = Effect.fn("AccountsAdmin.adminInvite")(function* () {
      if (yield* users.hasAdmin) return undefined
      const [code, now, ttlMs] = [
        yield* secrets.make,
        yield* Clock.currentTimeMillis,
        Duration.toMillis(policy.adminInviteTtl)
      ]
      yield* invites.create(
        { hash: secrets.hash(code), kind: "admin", createdBy: undefined, expiresAt: now + ttlMs },
        now
      )
      return { code, ttlMs }
    })

    /**
     * Sets a new, random password; all devices end. A bot gets none: with a password it would be a person for good, and
     * its tokens would end.
     */
    const resetPassword = Effect.fn("AccountsAdmin.resetPassword")(function* (handle: string) {
      const { passwordHash, userId } = yield* find(handle)
      if (passwordHash === undefined) return yield* new AccountProblem({ reason: "is_a_bot" })
      const password = (yield* secrets.make).slice(0, 20)
      yield* settled(
        users.setPassword(userId, yield* hasher.hash(password), "all", yield* Clock.currentTimeMillis, undefined)
      )
      return password
    })

    const setAdmin = Effect.fn("AccountsAdmin.setAdmin")(function* (handle: string, admin: boolean) {
      const { userId } = yield* find(handle)
      yield* users.setAdmin(userId, admin)
      yield* authenticator.forgetAll
    })

    /** Ends all devices of the account and all its invites; no sign-in succeeds until `enable`. */
    const disable = Effect.fn("AccountsAdmin.disable")(function* (handle: string) {
      const { userId } = yield* find(handle)
      const { devices, invites } = yield* settled(users.disable(userId, yield* Clock.currentTimeMillis))
      return { devices, invites }
    })

    const enable = Effect.fn("AccountsAdmin.enable")(function* (handle: string) {
      const { userId } = yield* find(handle)
      yield* users.enable(userId)
    })

    const list = (afterHandle: string, limit: number) => users.list(afterHandle, limit)

    return { adminInvite, resetPassword, setAdmin, disable, enable, list, userIdOf } as const
  })
}) {}

const orAbsent = <A>(found: A | undefined): Effect.Effect<A, AccountProblem> =>
  found === undefined ? Effect.fail(new AccountProblem({ reason: "no_such_user" })) : Effect.succeed(found)
