/** Passwords by argon2id, two at a time: more would hold all of node's threads, and reading a file would wait behind sign-ins. */
import { dummyHashes } from "@hibiki/core/auth/AuthMetrics"
import { HasherBusy, PasswordHasher, type PasswordVerdict } from "@hibiki/core/auth/PasswordHasher"
import * as argon2 from "@node-rs/argon2"
import { Effect, Layer, Metric } from "effect"

/** OWASP's least for argon2id. `algorithm` 2 is argon2id: the package's enum does not exist at run time. */
export const argon2Parameters = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const
const atOnce = 2
/** Those that wait; one more is refused at once. */
const queueMax = 50
/** About the time in which half of the queue is done. */
const busyRetryMs = 500

type Parameters = { readonly algorithm: 2; readonly memoryCost: number; readonly timeCost: number; readonly parallelism: number }
type Argon2 = Pick<typeof argon2, "hash" | "verify">

export const passwordHasherArgon2 = (parameters: Parameters = argon2Parameters, { hash, verify }: Argon2 = argon2) =>
  Layer.effect(
    PasswordHasher,
    Effect.gen(function* () {
      const turns = yield* Effect.makeSemaphore(atOnce)
      let inside = 0
      // Whoever goes away keeps the turn until the work has ended, which nothing can stop. Waiting for one can be given up.
      const bounded = <A>(work: () => Promise<A>): Effect.Effect<A, HasherBusy> =>
        Effect.suspend(() => {
          if (inside >= atOnce + queueMax) return Effect.fail(new HasherBusy({ retryAfterMs: busyRetryMs }))
          inside++
          return turns
            .withPermits(1)(Effect.uninterruptible(Effect.promise(work)))
            .pipe(Effect.ensuring(Effect.sync(() => inside--)))
        })
      const prefix = `$argon2id$v=19$m=${parameters.memoryCost},t=${parameters.timeCost},p=${parameters.parallelism}$`
      // Of a password that nobody has: its salt is random and its text is thrown away.
      const dummy = yield* Effect.promise(() => hash(crypto.randomUUID(), parameters))

      const check = (stored: string, password: string) =>
        // A stored text that is no hash matches nothing.
        Effect.map(
          bounded(() => verify(stored, password).catch(() => false)),
          (matches): PasswordVerdict => (matches === true ? { _tag: "Match", outdated: !stored.startsWith(prefix) } : { _tag: "Mismatch" })
        )

      return PasswordHasher.of({
        hash: (password) => bounded(() => hash(password, parameters)),
        verify: check,
        verifyNothing: (password) => Effect.as(Effect.zipRight(Metric.increment(dummyHashes), check(dummy, password)), { _tag: "Mismatch" })
      })
    })
  )

export const PasswordHasherArgon2 = passwordHasherArgon2()
