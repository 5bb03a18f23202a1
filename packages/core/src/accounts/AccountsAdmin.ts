/**
 * Acts on accounts, by administrators and by the command line: passwords, roles, devices. Nothing here checks the
 * caller. Each act has its entry in the audit log.
 */
import { Clock, Data, Duration, Effect, Either } from "effect"
import type { AuditAct, AuditTargets } from "../domain/Audit.ts"
import { type Handle, parseHandle, spelled } from "../domain/Handle.ts"
import type { DeviceId, UserId } from "../domain/Ids.ts"
import { makeCarryOut } from "../fibers/Background.ts"
import { type Actor, AuditLog } from "../ports/AuditLog.ts"
import { Devices } from "../ports/Devices.ts"
import type { StoreUnavailable } from "../ports/EventStore.ts"
import { Invites } from "../ports/Invites.ts"
import { PasswordHasher } from "../ports/PasswordHasher.ts"
import { PersonalHints } from "../ports/PersonalHints.ts"
import { Secrets } from "../ports/Secrets.ts"
import { type Credentials, type LastAdmin, type Revocation, Users } from "../ports/Users.ts"
import { AccountPolicy } from "./AccountPolicy.ts"
import { Authenticator } from "./Authenticator.ts"

/** Why nothing was done, for a person to read. */
export class AccountProblem extends Data.TaggedError("AccountProblem")<{
  readonly reason:
    | "no_such_user"
    | "no_such_device"
    | "handle_refused"
    | "not_a_bot"
    | "is_a_bot"
    | "disabled"
    | "last_admin"
}> {}

/** The account that an act is on. */
export type Whose = { readonly handle: string } | { readonly userId: UserId }

/** The actor of every act on the command line. */
export const commandLine: Actor = { actor: "command line", origin: "" }

/** How long a link for a new password works. */
export const resetTtl = Duration.hours(1)

/** The code of a refusal, for its entry in the audit log. */
export const accountCode = ({ reason }: AccountProblem): string => reason

/** The handle typed on a command line, for a new account. */
export const adminHandle = (typed: string): Effect.Effect<Handle, AccountProblem> =>
  Either.match(parseHandle(typed), {
    onLeft: () => Effect.fail(new AccountProblem({ reason: "handle_refused" })),
    onRight: (handle) => Effect.succeed(handle)
  })

export class AccountsAdmin extends Effect.Service<AccountsAdmin>()("@hibiki/core/accounts/AccountsAdmin", {
  scoped: Effect.suspend(() =>
    Effect.gen(function* () {
      const [users, invites, secrets] = [yield* Users, yield* Invites, yield* Secrets]
      const adminInvite = makeAdminInvite({ invites, policy: yield* AccountPolicy, secrets, users })
      const list = (afterHandle: string, limit: number) => users.list(afterHandle, limit)
      const acting = yield* makeActing
      const [{ resetLink, resetPassword }, { disable, enable, setAdmin }, { devicesOf, signOutDevice }] = [
        yield* passwordActs(acting),
        yield* roleActs(acting),
        yield* deviceActs(acting)
      ]
      const { userIdOf } = acting
      return {
        adminInvite,
        resetPassword,
        resetLink,
        setAdmin,
        disable,
        enable,
        devicesOf,
        signOutDevice,
        list,
        userIdOf
      } as const
    })
  )
}) {}

const makeActing = Effect.gen(function* () {
  const [users, audit] = [yield* Users, yield* AuditLog]
  const [hints, authenticator, carryOut] = [yield* PersonalHints, yield* Authenticator, yield* makeCarryOut]

  const find = (whose: Whose): Effect.Effect<Credentials | undefined, StoreUnavailable> => {
    if ("userId" in whose) return users.byId(whose.userId)
    const handle = spelled(whose.handle)
    return handle === undefined ? Effect.succeed(undefined) : users.byHandle(handle)
  }
  const userIdOf = (typed: string) => Effect.map(Effect.flatMap(find({ handle: typed }), orAbsent), userIdOfAccount)

  /** Runs an act on an account together with its entry, which a missing account has as well. */
  const acted = <A>(
    by: Actor,
    act: AuditAct,
    whose: Whose,
    run: (account: Credentials) => Effect.Effect<A, AccountProblem | LastAdmin | StoreUnavailable>,
    more: AuditTargets = {}
  ): Effect.Effect<A, AccountProblem | StoreUnavailable> =>
    Effect.gen(function* () {
      const account = yield* find(whose)
      const userId = account?.userId ?? ("userId" in whose ? whose.userId : undefined)
      const targets = { ...(userId === undefined ? {} : { user: userId }), ...more }
      const done = Effect.flatMap(orAbsent(account), run).pipe(
        Effect.catchTag("LastAdmin", () => new AccountProblem({ reason: "last_admin" }))
      )
      return yield* audit.act({ ...by, act, targets }, done, accountCode)
    })

  /** Ends devices of an account. Notifies others after the commit, even if the caller is interrupted. */
  const settled = <A extends Revocation, E>(ending: Effect.Effect<A, E>) =>
    carryOut(Effect.tap(ending, ({ changes }) => Effect.zipRight(authenticator.forgetAll, hints.announce(changes))))

  return { acted, settled, userIdOf } as const
})

type Acting = Effect.Effect.Success<typeof makeActing>

const passwordActs = ({ acted, settled }: Acting) =>
  Effect.gen(function* () {
    const [users, secrets, hasher] = [yield* Users, yield* Secrets, yield* PasswordHasher]

    /**
     * Sets a new, random password; all devices end. A bot gets none: with a password it would be a person for good, and
     * its tokens would end.
     */
    const resetPassword = Effect.fn("AccountsAdmin.resetPassword")(function* (by: Actor, whose: Whose) {
      const password = (yield* secrets.make).slice(0, 20)
      // Not in the transaction, which must not wait for it.
      const hash = yield* hasher.hash(password)
      const now = yield* Clock.currentTimeMillis
      yield* settled(
        acted(by, "user.resetPassword", whose, ({ passwordHash, userId }) =>
          passwordHash === undefined
            ? new AccountProblem({ reason: "is_a_bot" })
            : Effect.flatMap(users.setPassword(userId, hash, "all", now, undefined), orAbsent)
        )
      )
      return password
    })

    /** Makes a link by which the person sets a new password. Who acts learns no password. */
    const resetLink = Effect.fn("AccountsAdmin.resetLink")(function* (by: Actor, whose: Whose) {
      const [code, now, ttlMs] = [yield* secrets.make, yield* Clock.currentTimeMillis, Duration.toMillis(resetTtl)]
      yield* acted(by, "user.resetLink", whose, ({ disabled, passwordHash, userId }) => {
        if (passwordHash === undefined) return new AccountProblem({ reason: "is_a_bot" })
        if (disabled) return new AccountProblem({ reason: "disabled" })
        return Effect.filterOrFail(
          users.makeReset(userId, secrets.hash(code), now + ttlMs, now),
          (isMade) => isMade,
          () => new AccountProblem({ reason: "disabled" })
        )
      })
      return { code, ttlMs }
    })

    return { resetPassword, resetLink } as const
  })

const roleActs = ({ acted, settled }: Acting) =>
  Effect.gen(function* () {
    const [users, authenticator] = [yield* Users, yield* Authenticator]

    const setAdmin = Effect.fn("AccountsAdmin.setAdmin")(function* (by: Actor, whose: Whose, admin: boolean) {
      yield* acted(by, admin ? "user.promote" : "user.demote", whose, ({ userId }) => users.setAdmin(userId, admin))
      yield* authenticator.forgetAll
    })

    /** Ends all devices of the account and all its invites; no sign-in succeeds until `enable`. */
    const disable = Effect.fn("AccountsAdmin.disable")(function* (by: Actor, whose: Whose) {
      const now = yield* Clock.currentTimeMillis
      const { devices, invites } = yield* settled(
        acted(by, "user.disable", whose, ({ userId }) => Effect.flatMap(users.disable(userId, now), orAbsent))
      )
      return { devices, invites }
    })

    const enable = Effect.fn("AccountsAdmin.enable")(function* (by: Actor, whose: Whose) {
      yield* acted(by, "user.enable", whose, ({ userId }) => users.enable(userId))
    })

    return { setAdmin, disable, enable } as const
  })

const deviceActs = ({ acted, settled }: Acting) =>
  Effect.gen(function* () {
    const devices = yield* Devices

    /** Signed-in devices of an account. */
    const devicesOf = Effect.fn("AccountsAdmin.devicesOf")(function* (by: Actor, whose: Whose) {
      const now = yield* Clock.currentTimeMillis
      return yield* acted(by, "user.devices", whose, ({ userId }) => devices.list(userId, now))
    })

    const signOutDevice = Effect.fn("AccountsAdmin.signOutDevice")(function* (
      by: Actor,
      whose: Whose,
      device: DeviceId
    ) {
      const now = yield* Clock.currentTimeMillis
      const end = ({ userId }: Credentials) =>
        Effect.flatMap(devices.revoke(userId, device, now, undefined), orAbsent).pipe(
          Effect.filterOrFail(
            (ended) => ended.devices.length > 0,
            () => new AccountProblem({ reason: "no_such_device" })
          )
        )
      yield* settled(acted(by, "user.signOutDevice", whose, end, { device }))
    })

    return { devicesOf, signOutDevice } as const
  })

const userIdOfAccount = ({ userId }: Credentials): UserId => userId

interface Inviting {
  readonly invites: Invites["Type"]
  readonly policy: AccountPolicy["Type"]
  readonly secrets: Secrets["Type"]
  readonly users: Users["Type"]
}

/**
 * While there is no admin: returns the secret of a fresh link that makes its user one (earlier links become void). Each
 * start prints it until it was used. Undefined: there is an admin.
 */
const makeAdminInvite = ({ invites, policy, secrets, users }: Inviting) =>
  Effect.fn("AccountsAdmin.adminInvite")(function* () {
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

const orAbsent = <A>(found: A | undefined): Effect.Effect<A, AccountProblem> =>
  found === undefined ? Effect.fail(new AccountProblem({ reason: "no_such_user" })) : Effect.succeed(found)
