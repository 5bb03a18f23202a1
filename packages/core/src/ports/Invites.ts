/** Port: secrets that allow one registration or several. `Users.create` uses them up in its transaction. */
import { Context, type Effect } from "effect"
import type { UserId } from "../domain/Ids.ts"
import type { StoreUnavailable } from "./EventStore.ts"
import type { SecretHash } from "./Secrets.ts"

/** An `admin` invite makes its user an admin. */
export const inviteKinds = ["member", "admin"] as const
export type InviteKind = (typeof inviteKinds)[number]

export interface Invite {
  readonly hash: SecretHash
  readonly kind: InviteKind
  /** Undefined: the server itself. */
  readonly createdBy: UserId | undefined
  readonly expiresAt: number
  /** How many people may register with it. One if absent. */
  readonly people?: number
}

/** A member's invite that can still be used. Its hash identifies it: nobody can register with the hash. */
export interface LivingInvite {
  readonly hash: SecretHash
  readonly people: number
  /** How many people have registered with it: fewer than `people`. */
  readonly used: number
  readonly expiresAt: number
}

/** Where a page of the list begins: below this invite, which may have ended since. */
export type InvitePlace = Pick<LivingInvite, "expiresAt" | "hash">

export class Invites extends Context.Tag("@hibiki/core/ports/Invites")<
  Invites,
  {
    /**
     * Stores an invite and deletes the expired ones. An `admin` invite replaces all earlier admin invites. An invite
     * ends when its maker is disabled (`Users.disable`). False: its maker is already disabled, or absent, and nothing
     * was stored.
     */
    readonly create: (invite: Invite, now: number) => Effect.Effect<boolean, StoreUnavailable>
    /**
     * The kind of registration that the invite allows now. A hint: only `Users.create` decides. Undefined: unknown,
     * used, ended or expired.
     */
    readonly find: (hash: SecretHash, now: number) => Effect.Effect<InviteKind | undefined, StoreUnavailable>
    /** Members' usable invites, of every maker: the last to expire first, then by hash. */
    readonly list: (
      now: number,
      limit: number,
      after?: InvitePlace
    ) => Effect.Effect<ReadonlyArray<LivingInvite>, StoreUnavailable>
    /** Ends a member's invite. False: no invite has this hash. */
    readonly end: (hash: SecretHash) => Effect.Effect<boolean, StoreUnavailable>
  }
>() {}
