/** Secrets for tests without node: random tokens are real, hashes only look so. Not for anything that must be safe. */

import { RandomBytes } from "@hibiki/core/domain/Uuid"
import { type SecretHash, Secrets } from "@hibiki/core/ports/Secrets"
import { Effect, Encoding, Layer } from "effect"
import { weakDigest } from "./weakDigest.ts"

export const SecretsMemory = Layer.effect(
  Secrets,
  Effect.map(RandomBytes, (randomBytes) => {
    const key = Encoding.encodeBase64Url(randomBytes(16))
    const ids = new Map<string, string>()
    return Secrets.of({
      make: Effect.sync(() => Encoding.encodeBase64Url(randomBytes(32))),
      hash: (secret) => weakDigest(secret) as SecretHash,
      derive: (name) => weakDigest(`${key} ${name}`),
      seal: (id, atMs) => {
        const day = Math.floor(atMs / 86_400_000)
        const sealed = `${weakDigest(`${key} ${id} ${day}`).slice(0, 22)}${day % 10}`
        ids.set(sealed, id)
        return sealed
      },
      open: (sealed) => ids.get(sealed)
    })
  })
)
