/**
 * Port: accounts. Each change that a user's devices must see is one transaction with its event in the personal log;
 * that log's lock comes first.
 */
import { Context, Data, type Effect } from "effect"
import type { LogChange } from "../commands/Decision.ts"
import type { Handle } from "../domain/Handle.ts"
import type { DeviceId, UserId } from "../domain/Ids.ts"
import type { Person } from "../domain/Person.ts"
import type { StoreUnavailable } from "./EventStore.ts"
import type { SecretHash } from "./Secrets.ts"

export interface Account extends Person {
  readonly admin: boolean
  readonly disabled: boolean
  readonly createdAt: number
  /** Wants to look offline to others. */
  readonly invisible: boolean
}

/** A user's privacy wishes. */
export interface Wishes {
  readonly userId: UserId
  /** To look offline to all. */
  readonly invisible: boolean
  /** The users that the user blocks, ordered by id: to these the user looks offline. */
  readonly blocked: ReadonlyArray<UserId>
}

/** An account with its password hash. */
export interface Credentials extends Account {
  /** Undefined: a bot, which can't sign in. */
  readonly passwordHash: string | undefined
  /** Increases with each new password; a rehash does not change it. */
  readonly passwordVersion: number
}

export interface NewAccount {
  readonly userId: UserId
  readonly handle: Handle
  readonly displayName: string
  /** Undefined: a bot. */
  readonly passwordHash: string | undefined
  readonly admin: boolean
  /** Used up together with the creation; an `admin` invite makes the account an admin. */
  readonly invite: SecretHash | undefined
  readonly now: number
}

/** The handle belongs to another account; an invite is not used up. */
export class HandleInUse extends Data.TaggedError("HandleInUse") {}
/** The invite is unknown, used, ended or expired. */
export class InviteInvalid extends Data.TaggedError("InviteInvalid") {}

/** No user has the id. */
export class PersonAbsent extends Data.TaggedError("PersonAbsent") {}
/** The user already blocks Limits.blockedMax people. */
export class TooManyBlocked extends Data.TaggedError("TooManyBlocked") {}

/** The change would leave the server without an enabled administrator. */
export class LastAdmin extends Data.TaggedError("LastAdmin") {}

/** Devices that a change ended, and the events about it. */
export interface Revocation {
  readonly devices: ReadonlyArray<DeviceId>
  readonly changes: ReadonlyArray<LogChange>
}

/**
 * The caller's proof: they know the password, and are signed in on this device. The store checks it again under the
 * lock of the operation itself. Between the two checks, the rightful owner may have changed the password or ended the
 * device, to get rid of this caller.
 */
export interface Proof {
  readonly passwordVersion: number
  readonly deviceId: DeviceId
}

/** Everything that ended when an account was disabled. */
export interface Disabling extends Revocation {
  /** How many of its invites were still usable. */
  readonly invites: number
}

/** Which devices a change ends: none, all, or all but the one that made it. */
export type Ending = "none" | "all" | { readonly allBut: DeviceId }

export class Users extends Context.Tag("@hibiki/core/ports/Users")<
  Users,
  {
    /**
     * Creates the account with an empty personal log. Of two parallel uses of an invite or a handle exactly one
     * succeeds.
     */
    readonly create: (account: NewAccount) => Effect.Effect<Account, HandleInUse | InviteInvalid | StoreUnavailable>
    readonly byHandle: (handle: Handle) => Effect.Effect<Credentials | undefined, StoreUnavailable>
    readonly byId: (userId: UserId) => Effect.Effect<Credentials | undefined, StoreUnavailable>
    /**
     * Accounts with these ids, including disabled ones, each once, in the order first named, without absent ones. At
     * most 500 ids.
     */
    readonly byIds: (userIds: ReadonlyArray<UserId>) => Effect.Effect<ReadonlyArray<Account>, StoreUnavailable>
    /** The privacy wishes of these users, each once, without users that have none. At most 500 ids. */
    readonly wishesOf: (userIds: ReadonlyArray<UserId>) => Effect.Effect<ReadonlyArray<Wishes>, StoreUnavailable>
    /**
     * Enabled accounts whose handle or display name begins with `prefix`, ordered by the handle's code points.
     * `searchKey` of Handle.ts normalizes both sides of the comparison. An empty prefix finds all.
     */
    readonly search: (prefix: string, limit: number) => Effect.Effect<ReadonlyArray<Account>, StoreUnavailable>
    /** All accounts after a handle, ordered by the handle's code points. */
    readonly list: (afterHandle: string, limit: number) => Effect.Effect<ReadonlyArray<Account>, StoreUnavailable>
    /** Whether an enabled account is an admin. */
    readonly hasAdmin: Effect.Effect<boolean, StoreUnavailable>
    /**
     * Sets a new password: every session version of the user increases (which voids tickets), and devices end as given.
     * `proof` undefined: the server's operator, who has none. Undefined result: no such user, or the proof is no longer
     * valid, and nothing changed.
     */
    readonly setPassword: (
      userId: UserId,
      passwordHash: string,
      ending: Ending,
      now: number,
      proof: Proof | undefined
    ) => Effect.Effect<Revocation | undefined, StoreUnavailable>
    /** Stores the same password under newer parameters; does nothing if it was changed in the meantime. */
    readonly rehash: (userId: UserId, from: string, to: string) => Effect.Effect<void, StoreUnavailable>
    /**
     * False: no such user. Of two parallel calls that would take the last two administrators together, exactly one
     * succeeds.
     */
    readonly setAdmin: (userId: UserId, admin: boolean) => Effect.Effect<boolean, LastAdmin | StoreUnavailable>
    /**
     * Ends all devices of the account and all its invites; no sign-in succeeds until `enable`. Idempotent. Undefined:
     * no such user.
     */
    readonly disable: (
      userId: UserId,
      now: number
    ) => Effect.Effect<Disabling | undefined, LastAdmin | StoreUnavailable>
    /**
     * Stores the hash of a link with which the user can set a new password, and notes it in the account's activity. It
     * replaces the user's earlier link. The link ends when the password changes or the account is disabled. False: no
     * such user, a bot, or disabled.
     */
    readonly makeReset: (
      userId: UserId,
      hash: SecretHash,
      expiresAt: number,
      now: number
    ) => Effect.Effect<boolean, StoreUnavailable>
    /** The account of a link that is valid now. A hint: only `useReset` decides. */
    readonly byReset: (hash: SecretHash, now: number) => Effect.Effect<Credentials | undefined, StoreUnavailable>
    /** Sets a new password by a link, once, and ends all devices. Undefined: the link is unknown, used or expired. */
    readonly useReset: (
      hash: SecretHash,
      passwordHash: string,
      now: number
    ) => Effect.Effect<Revocation | undefined, StoreUnavailable>
    /** False: no such user. */
    readonly enable: (userId: UserId) => Effect.Effect<boolean, StoreUnavailable>
    /** Writes `profileChanged` to the personal log, unless the name is the same. Undefined: no such user. */
    readonly setDisplayName: (
      userId: UserId,
      displayName: string,
      now: number
    ) => Effect.Effect<ReadonlyArray<LogChange> | undefined, StoreUnavailable>
    /** Writes `settingsChanged` to the personal log, unless nothing changes. Undefined: no such user. */
    readonly setInvisible: (
      userId: UserId,
      invisible: boolean,
      now: number
    ) => Effect.Effect<ReadonlyArray<LogChange> | undefined, StoreUnavailable>
    /**
     * Writes `blocked` to the personal log, unless nothing changes. The other user must not be the user themselves, and
     * may be disabled. Unblocking is never refused. Undefined: no such user.
     */
    readonly setBlocked: (
      userId: UserId,
      blocked: UserId,
      on: boolean,
      now: number
    ) => Effect.Effect<ReadonlyArray<LogChange> | undefined, PersonAbsent | TooManyBlocked | StoreUnavailable>
  }
>() {}
