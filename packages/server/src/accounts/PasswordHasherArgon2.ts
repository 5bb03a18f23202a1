/**
 * Passwords by argon2id, two at a time: more would occupy all of node's threads, and reading a file would wait behind
 * sign-ins.
 */

import { HashTurns } from "@hibiki/core/accounts/HashTurns"
import { dummyHashes, PasswordHasher, type PasswordVerdict, serverItself } from "@hibiki/core/ports/PasswordHasher"
import * as argon2 from "@node-rs/argon2"
import { Effect, Layer, Metric } from "effect"

/** OWASP's minimum for argon2id. `algorithm` 2 is argon2id: the package's enum does not exist at run time. */
export const argon2Parameters = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const
const atOnce = 2
/** Requests that may wait for one of the two, separately for known networks and others. */
const waitingMax = 100
const busyRetryMs = 500

type Parameters = {
  readonly algorithm: 2
  readonly memoryCost: number
  readonly timeCost: number
  readonly parallelism: number
}
type Argon2 = Pick<typeof argon2, "hash" | "verify">

export const passwordHasherArgon2 = (parameters: Parameters = argon2Parameters, { hash, verify }: Argon2 = argon2) =>
  Layer.effect(
    PasswordHasher,
    Effect.gen(function* () {
      const turns = new HashTurns({ atOnce, waitingMax, retryAfterMs: busyRetryMs })
      const prefix = `$argon2id$v=19$m=${parameters.memoryCost},t=${parameters.timeCost},p=${parameters.parallelism}$`
      // The hash of a password that nobody has: its salt is random and its text is thrown away.
      const dummy = yield* Effect.promise(() => hash(crypto.randomUUID(), parameters))

      const check = (stored: string, password: string, asker = serverItself) =>
        // A stored text that is no hash matches nothing.
        Effect.map(
          turns.run(
            asker,
            Effect.promise(() => verify(stored, password).catch(() => false))
          ),
          (matches): PasswordVerdict =>
            matches === true ? { _tag: "Match", outdated: !stored.startsWith(prefix) } : { _tag: "Mismatch" }
        )

      return PasswordHasher.of({
        hash: (password, asker = serverItself) =>
          turns.run(
            asker,
            Effect.promise(() => hash(password, parameters))
          ),
        verify: check,
        verifyNothing: (password, asker) =>
          Effect.as(Effect.zipRight(Metric.increment(dummyHashes), check(dummy, password, asker)), { _tag: "Mismatch" })
      })
    })
  )

export const PasswordHasherArgon2 = passwordHasherArgon2()
