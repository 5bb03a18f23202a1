/**
 * Port: slow, salted hashes of passwords, with a bound on concurrent computations. Requests take turns by the rules of
 * `HashTurns`.
 */
import { Context, Data, type Effect } from "effect"
import { counter } from "../metrics/declareMetric.ts"

export const dummyHashes = counter("hibiki_dummy_hashes_total", {
  unit: "password checks",
  description: "Checks for accounts that do not exist, which take as long as others."
})

/** The requester of a hash. */
export interface Asker {
  /** In the form of `networkOf`. */
  readonly network: string
  /** The account signed in from this network before, or the caller is signed in. */
  readonly isKnown: boolean
}

/** The operator of the server. */
export const serverItself: Asker = { network: "", isKnown: true }

/** Too many hashes are waiting already. */
export class HasherBusy extends Data.TaggedError("HasherBusy")<{ readonly retryAfterMs: number }> {}

/** A tagged answer and not a boolean: nobody can mistake an unawaited or undefined value for a match. */
export type PasswordVerdict =
  | {
      readonly _tag: "Match" /** The hash was made with older parameters: store a new one. */
      readonly outdated: boolean
    }
  | { readonly _tag: "Mismatch" }

export class PasswordHasher extends Context.Tag("@hibiki/core/ports/PasswordHasher")<
  PasswordHasher,
  {
    /**
     * Returns a self-describing hash with its own salt. `asker` undefined, here and below: the operator of the server.
     */
    readonly hash: (password: string, asker?: Asker) => Effect.Effect<string, HasherBusy>
    readonly verify: (hash: string, password: string, asker?: Asker) => Effect.Effect<PasswordVerdict, HasherBusy>
    /** Takes as much work as `verify`, for a user that does not exist; counted in `hibiki_dummy_hashes_total`. */
    readonly verifyNothing: (password: string, asker?: Asker) => Effect.Effect<PasswordVerdict, HasherBusy>
  }
>() {}
