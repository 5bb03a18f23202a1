/**
 * Port: slow, salted hashes of passwords, bounded in how many are computed at once; askers take turns as `HashTurns`
 * gives them.
 */
import { Context, Data, type Effect, Metric } from "effect"

export const dummyHashes = Metric.counter("hibiki_dummy_hashes_total", {
  description: "Password checks for users that do not exist",
  incremental: true
})

/** For whom a password is hashed. */
export interface Asker {
  /** As `networkOf` names it. */
  readonly network: string
  /** The account was signed in to from this network before, or the caller is signed in. */
  readonly isKnown: boolean
}

/** Whoever runs the server. */
export const serverItself: Asker = { network: "", isKnown: true }

/** Too many hashes wait already. */
export class HasherBusy extends Data.TaggedError("HasherBusy")<{ readonly retryAfterMs: number }> {}

/** A tagged answer and not a boolean: what is unawaited or undefined by mistake can't be taken for a match. */
export type PasswordVerdict =
  | {
      readonly _tag: "Match" /** The hash was made with older parameters: store a new one. */
      readonly outdated: boolean
    }
  | { readonly _tag: "Mismatch" }

export class PasswordHasher extends Context.Tag("@hibiki/core/ports/PasswordHasher")<
  PasswordHasher,
  {
    /** A self-describing hash with its own salt. `asker` undefined, here and below: whoever runs the server. */
    readonly hash: (password: string, asker?: Asker) => Effect.Effect<string, HasherBusy>
    readonly verify: (hash: string, password: string, asker?: Asker) => Effect.Effect<PasswordVerdict, HasherBusy>
    /** As much work as `verify`, for a user that does not exist; counted in `hibiki_dummy_hashes_total`. */
    readonly verifyNothing: (password: string, asker?: Asker) => Effect.Effect<PasswordVerdict, HasherBusy>
  }
>() {}
