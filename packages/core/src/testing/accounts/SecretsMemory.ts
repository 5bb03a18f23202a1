/** Secrets for tests without node: random tokens are real, hashes only look so. Not for anything that must be safe. */
import { Effect, Encoding, Layer } from "effect"
import { type SecretHash, Secrets } from "../../auth/Secrets.ts"
import { RandomBytes } from "../../domain/RandomBytes.ts"
import { weakDigest } from "./weakDigest.ts"

export const SecretsMemory = Layer.effect(
  Secrets,
  Effect.map(RandomBytes, (randomBytes) => {
    const key = Encoding.encodeBase64Url(randomBytes(16))
    return Secrets.of({
      make: Effect.sync(() => Encoding.encodeBase64Url(randomBytes(32))),
      hash: (secret) => weakDigest(secret) as SecretHash,
      derive: (name) => weakDigest(`${key} ${name}`)
    })
  })
)
