/** Port: secrets that allow one registration or several. They are used up by `Users.create`, in its transaction. */
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
  /** How many people may register by it. One when left out. */
  readonly people?: number
}

/** A member's invite that still lets somebody in. Its hash is its name: nothing can be opened by that. */
export interface LivingInvite {
  readonly hash: SecretHash
  readonly people: number
  /** How many have registered by it: fewer than `people`. */
  readonly used: number
  readonly expiresAt: number
}

/** Where a page of the list begins: below this invite, which may have ended since. */
export type InvitePlace = Pick<LivingInvite, "expiresAt" | "hash">

export class Invites extends Context.Tag("@hibiki/core/ports/Invites")<
  Invites,
  {
    /**
     * Stores an invite and forgets the expired ones. An `admin` invite replaces all earlier admin invites. It ends when
     * its maker is disabled (`Users.disable`); false: its maker is disabled already, or absent, and nothing was stored.
     */
    readonly create: (invite: Invite, now: number) => Effect.Effect<boolean, StoreUnavailable>
    /**
     * What the invite would allow now. A hint: only `Users.create` decides. Undefined: unknown, used, ended or expired.
     */
    readonly find: (hash: SecretHash, now: number) => Effect.Effect<InviteKind | undefined, StoreUnavailable>
    /**
     * Members' invites that still let somebody in, whoever made them: those that end last first, of those that end
     * together by hash.
     */
    readonly list: (
      now: number,
      limit: number,
      after?: InvitePlace
    ) => Effect.Effect<ReadonlyArray<LivingInvite>, StoreUnavailable>
    /** Ends a member's invite. False: there is none of this hash. */
    readonly end: (hash: SecretHash) => Effect.Effect<boolean, StoreUnavailable>
  }
>() {}
