/** Port: secrets that allow one registration each. They are used up by `Users.create`, in its transaction. */
import { Context, type Effect } from "effect"
import type { UserId } from "../domain/Ids.ts"
import type { StoreUnavailable } from "../messages/EventStore.ts"
import type { SecretHash } from "./Secrets.ts"

/** An `admin` invite makes its user an admin. */
export type InviteKind = "member" | "admin"

export interface Invite {
  readonly hash: SecretHash
  readonly kind: InviteKind
  /** Undefined: the server itself. */
  readonly createdBy: UserId | undefined
  readonly expiresAt: number
}

export class Invites extends Context.Tag("@hibiki/core/auth/Invites")<
  Invites,
  {
    /**
     * Stores an invite and forgets the expired ones. An `admin` invite replaces all earlier admin invites. It ends when its maker is disabled
     * (`Users.disable`); false: its maker is disabled already, or absent, and nothing was stored.
     */
    readonly create: (invite: Invite, now: number) => Effect.Effect<boolean, StoreUnavailable>
    /** What the invite would allow now. A hint: only `Users.create` decides. Undefined: unknown, used, ended or expired. */
    readonly find: (hash: SecretHash, now: number) => Effect.Effect<InviteKind | undefined, StoreUnavailable>
  }
>() {}
