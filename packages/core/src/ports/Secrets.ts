/** Port: makes secrets, and recognises them without storing them. */
import { type Brand, Context, type Effect } from "effect"

/** SHA-256 of a secret in base64url: the only form in which a store has it. */
export type SecretHash = string & Brand.Brand<"SecretHash">

export class Secrets extends Context.Tag("@hibiki/core/ports/Secrets")<
  Secrets,
  {
    /** 256 random bits in base64url, 43 characters. */
    readonly make: Effect.Effect<string>
    readonly hash: (secret: string) => SecretHash
    /**
     * Returns a secret of the same form that belongs to a name. It is equal in every process with the server's key, and
     * unguessable without that key. So it can be computed again although only its hash is stored.
     */
    readonly derive: (name: string) => string
  }
>() {}
