/** Port: makes secrets, recognises them without storing them, and hides ids behind pseudonyms. */
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
    /**
     * Returns an id's pseudonym for the day of `atMs`: 23 characters that only the server's key turns back. Equal in
     * every process with that key. `id` is a UUID.
     */
    readonly seal: (id: string, atMs: number) => string
    /**
     * Returns the id of a pseudonym of this day or the day before; undefined for a text that is none. An invented
     * pseudonym gives the id of nothing.
     */
    readonly open: (sealed: string, atMs: number) => string | undefined
  }
>() {}
