/** Port: making secrets and recognising them without keeping them. */
import { type Brand, Context, type Effect } from "effect"

/** SHA-256 of a secret in base64url: the only form in which one is stored. */
export type SecretHash = string & Brand.Brand<"SecretHash">

export class Secrets extends Context.Tag("@hibiki/core/ports/Secrets")<
  Secrets,
  {
    /** 256 random bits in base64url, 43 characters. */
    readonly make: Effect.Effect<string>
    readonly hash: (secret: string) => SecretHash
    /**
     * A secret of the same form that belongs to a name: equal in every process that holds the server's key, and
     * unguessable without it, so that it can be given again although only its hash is stored.
     */
    readonly derive: (name: string) => string
  }
>() {}
