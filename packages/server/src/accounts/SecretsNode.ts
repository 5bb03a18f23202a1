/** Secrets by node's crypto, with the server's key. */

import { createHash, createHmac, randomBytes } from "node:crypto"
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { type SecretHash, Secrets } from "@hibiki/core/ports/Secrets"
import { Data, Effect, Layer, Redacted } from "effect"

/** The minimum for a key given by hand; 32 random bytes in base64 are 44. */
export const secretKeyMin = 32

/** The key file can't be read or written. */
export class SecretKeyProblem extends Data.TaggedError("SecretKeyProblem")<{
  readonly path: string
  readonly cause: unknown
}> {}

/**
 * Uses a key that all api processes of one store share. Another key invalidates only the answers to refresh tokens that
 * are repeated at that moment. Everything derived with the key comes from secrets that no store has: key and store
 * together let nobody in.
 */
export const secretsNode = (key: Redacted.Redacted) =>
  Layer.sync(Secrets, () =>
    Secrets.of({
      make: Effect.sync(() => randomBytes(32).toString("base64url")),
      hash: (secret) => createHash("sha256").update(secret).digest("base64url") as SecretHash,
      derive: (name) => createHmac("sha256", Redacted.value(key)).update(name).digest("base64url")
    })
  )

/**
 * Uses the key in `folder`, created at the first start and readable by its owner only. One process at a time works in a
 * folder.
 */
export const secretsNodeIn = (folder: string) => Layer.unwrapEffect(Effect.map(keyIn(folder), secretsNode))

const keyIn = (folder: string): Effect.Effect<Redacted.Redacted, SecretKeyProblem> => {
  const path = join(folder, "secret-key")
  return Effect.try({
    try: () => {
      mkdirSync(folder, { recursive: true })
      if (!existsSync(path)) {
        // Renamed once complete: if this start is killed here, it leaves no truncated key, which no later start would
        // accept.
        const fresh = `${path}.new`
        writeFileSync(fresh, `${randomBytes(32).toString("base64url")}\n`, { mode: 0o600 })
        renameSync(fresh, path)
      }
      const key = readFileSync(path, "utf8").trim()
      if (key.length < secretKeyMin) throw new Error("the key is too short")
      return Redacted.make(key)
    },
    catch: (cause) => new SecretKeyProblem({ path, cause })
  })
}
