/**
 * Port: accounts. Each change that a user's devices must see is one transaction with its event in the personal log,
 * whose lock comes first.
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

/** What a user wants others not to see. */
export interface Wishes {
  readonly userId: UserId
  /** To look offline to all. */
  readonly invisible: boolean
  /** Whom the user blocks, ordered by id: to these it looks offline. */
  readonly blocked: ReadonlyArray<UserId>
}

/** An account with what proves it. */
export interface Credentials extends Account {
  /** Undefined: a bot, which can't sign in. */
  readonly passwordHash: string | undefined
  /** Goes up with each new password; a rehash leaves it. */
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

/** Nobody has the id. */
export class PersonAbsent extends Data.TaggedError("PersonAbsent") {}
/** The user blocks Limits.blockedMax people already. */
export class TooManyBlocked extends Data.TaggedError("TooManyBlocked") {}

/** Devices that were ended by a change, and the events that tell of it. */
export interface Revocation {
  readonly devices: ReadonlyArray<DeviceId>
  readonly changes: ReadonlyArray<LogChange>
}

/**
 * What the caller of an act has proven: to know the password, and to be signed in on this device. Looked at again by
 * the store, under the lock of the act itself: between the two the password may have been changed, or the device ended,
 * by whoever wants to be rid of this caller.
 */
export interface Proof {
  readonly passwordVersion: number
  readonly deviceId: DeviceId
}

/** What ended with the disabling of an account. */
export interface Disabling extends Revocation {
  /** How many of the invites that it had made were still good. */
  readonly invites: number
}

/** Which devices end with a change: none, all, or all but the one that made it. */
export type Ending = "none" | "all" | { readonly allBut: DeviceId }

export class Users extends Context.Tag("@hibiki/core/ports/Users")<
  Users,
  {
    /** The account with an empty personal log. Of two parallel uses of an invite or a handle exactly one succeeds. */
    readonly create: (account: NewAccount) => Effect.Effect<Account, HandleInUse | InviteInvalid | StoreUnavailable>
    readonly byHandle: (handle: Handle) => Effect.Effect<Credentials | undefined, StoreUnavailable>
    readonly byId: (userId: UserId) => Effect.Effect<Credentials | undefined, StoreUnavailable>
    /**
     * Accounts of these ids, disabled ones too, each once, in the order first named; those that are absent are left
     * out. At most 500 ids.
     */
    readonly byIds: (userIds: ReadonlyArray<UserId>) => Effect.Effect<ReadonlyArray<Account>, StoreUnavailable>
    /** What these want others not to see, each once; those without a wish are left out. At most 500 ids. */
    readonly wishesOf: (userIds: ReadonlyArray<UserId>) => Effect.Effect<ReadonlyArray<Wishes>, StoreUnavailable>
    /**
     * Enabled accounts whose handle or display name begins with `prefix`, which is compared as `searchKey` of Handle.ts
     * makes it; ordered by the handle's code points. An empty prefix finds all.
     */
    readonly search: (prefix: string, limit: number) => Effect.Effect<ReadonlyArray<Account>, StoreUnavailable>
    /** All accounts after a handle, ordered by the handle's code points. */
    readonly list: (afterHandle: string, limit: number) => Effect.Effect<ReadonlyArray<Account>, StoreUnavailable>
    /** Whether an enabled account is an admin. */
    readonly hasAdmin: Effect.Effect<boolean, StoreUnavailable>
    /**
     * A new password: every session version of the user goes up (tickets become void), and devices end as said. `proof`
     * undefined: whoever runs the server, who has none. Undefined: no such user, or the proof holds no more, and
     * nothing was changed.
     */
    readonly setPassword: (
      userId: UserId,
      passwordHash: string,
      ending: Ending,
      now: number,
      proof: Proof | undefined
    ) => Effect.Effect<Revocation | undefined, StoreUnavailable>
    /** The same password under newer parameters; nothing happens when it was changed meanwhile. */
    readonly rehash: (userId: UserId, from: string, to: string) => Effect.Effect<void, StoreUnavailable>
    /** False: no such user. */
    readonly setAdmin: (userId: UserId, admin: boolean) => Effect.Effect<boolean, StoreUnavailable>
    /**
     * Ends all devices and all invites that it made; no sign-in succeeds until `enable`. Idempotent. Undefined: no such
     * user.
     */
    readonly disable: (userId: UserId, now: number) => Effect.Effect<Disabling | undefined, StoreUnavailable>
    /** False: no such user. */
    readonly enable: (userId: UserId) => Effect.Effect<boolean, StoreUnavailable>
    /** `profileChanged` in the personal log, unless the name was the same. Undefined: no such user. */
    readonly setDisplayName: (
      userId: UserId,
      displayName: string,
      now: number
    ) => Effect.Effect<ReadonlyArray<LogChange> | undefined, StoreUnavailable>
    /** `settingsChanged` in the personal log, unless it was so already. Undefined: no such user. */
    readonly setInvisible: (
      userId: UserId,
      invisible: boolean,
      now: number
    ) => Effect.Effect<ReadonlyArray<LogChange> | undefined, StoreUnavailable>
    /**
     * `blocked` in the personal log, unless it was so already. Somebody else than the user; also one who is disabled.
     * An end is never refused.
     * Undefined: no such user.
     */
    readonly setBlocked: (
      userId: UserId,
      blocked: UserId,
      on: boolean,
      now: number
    ) => Effect.Effect<ReadonlyArray<LogChange> | undefined, PersonAbsent | TooManyBlocked | StoreUnavailable>
  }
>() {}
