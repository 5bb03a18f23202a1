/** Password hashes for tests: fast, salted by a counter, and no secret to anybody. */

import { dummyHashes, PasswordHasher, type PasswordVerdict } from "@hibiki/core/ports/PasswordHasher"
import { Effect, Layer, Metric } from "effect"
import { weakDigest } from "./weakDigest.ts"

/** `version` stands for the parameters: a hash of another version is outdated. */
export const passwordHasherMemory = (version = 1) =>
  Layer.sync(PasswordHasher, () => {
    let salt = 0
    const digest = (salted: number | string, password: string) => weakDigest(`${salted} ${password}`)
    return PasswordHasher.of({
      hash: (password) => Effect.sync(() => `memory$${version}$${++salt}$${digest(salt, password)}`),
      verify: (hash, password) =>
        Effect.sync((): PasswordVerdict => {
          const [, made, salted = "", expected] = hash.split("$")
          return expected === digest(salted, password)
            ? { _tag: "Match", outdated: made !== `${version}` }
            : { _tag: "Mismatch" }
        }),
      verifyNothing: () => Effect.as(Metric.increment(dummyHashes), { _tag: "Mismatch" })
    })
  })

export const PasswordHasherMemory = passwordHasherMemory()
