/** Port: slow, salted hashes of passwords, bounded in how many are computed at once. */
import { Context, Data, type Effect } from "effect"

/** Too many hashes wait already. */
export class HasherBusy extends Data.TaggedError("HasherBusy")<{ readonly retryAfterMs: number }> {}

/** A tagged answer and not a boolean: what is unawaited or undefined by mistake can't be taken for a match. */
export type PasswordVerdict =
  | { readonly _tag: "Match" /** The hash was made with older parameters: store a new one. */; readonly outdated: boolean }
  | { readonly _tag: "Mismatch" }

export class PasswordHasher extends Context.Tag("@hibiki/core/auth/PasswordHasher")<
  PasswordHasher,
  {
    /** A self-describing hash with its own salt. */
    readonly hash: (password: string) => Effect.Effect<string, HasherBusy>
    readonly verify: (hash: string, password: string) => Effect.Effect<PasswordVerdict, HasherBusy>
    /** As much work as `verify`, for a user that does not exist; counted in `hibiki_dummy_hashes_total`. */
    readonly verifyNothing: (password: string) => Effect.Effect<PasswordVerdict, HasherBusy>
  }
>() {}
