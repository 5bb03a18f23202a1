import { assert, describe, it } from "@effect/vitest"
import { dummyHashes, PasswordHasher } from "@hibiki/core/ports/PasswordHasher"
import { Effect, Fiber, Metric } from "effect"
import { PasswordHasherArgon2, passwordHasherArgon2 } from "../../src/accounts/PasswordHasherArgon2.ts"

const cheap = { algorithm: 2, memoryCost: 64, timeCost: 1, parallelism: 1 } as const

describe("argon2id", () => {
  it.effect("hashes with the least that OWASP asks for, a salt of its own each time", () =>
    Effect.gen(function* () {
      const hasher = yield* PasswordHasher
      const [one, two] = [yield* hasher.hash("a long enough phrase"), yield* hasher.hash("a long enough phrase")]
      for (const hash of [one, two])
        assert.match(hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
      assert.notStrictEqual(one, two)
      assert.deepStrictEqual(yield* hasher.verify(one, "a long enough phrase"), { _tag: "Match", outdated: false })
    }).pipe(Effect.provide(PasswordHasherArgon2))
  )

  it.effect("wrong passwords and texts that are no hashes never match", () =>
    Effect.gen(function* () {
      const hasher = yield* PasswordHasher
      const hash = yield* hasher.hash("a long enough phrase")
      for (const wrong of ["", "a long enough phras", "a long enough phrase ", "A long enough phrase", hash]) {
        assert.deepStrictEqual(yield* hasher.verify(hash, wrong), { _tag: "Mismatch" })
      }
      for (const noHash of ["", "x", "$argon2id$", `${hash.slice(0, -1)}!`])
        assert.deepStrictEqual(yield* hasher.verify(noHash, "a long enough phrase"), { _tag: "Mismatch" })
    }).pipe(Effect.provide(PasswordHasherArgon2))
  )

  it.effect("a hash of older parameters matches, and is called outdated", () =>
    Effect.gen(function* () {
      const old = yield* Effect.flatMap(PasswordHasher, (hasher) => hasher.hash("a long enough phrase")).pipe(
        Effect.provide(passwordHasherArgon2(cheap))
      )
      const hasher = yield* PasswordHasher
      assert.deepStrictEqual(yield* hasher.verify(old, "a long enough phrase"), { _tag: "Match", outdated: true })
      assert.deepStrictEqual(yield* hasher.verify(old, "another"), { _tag: "Mismatch" })
    }).pipe(Effect.provide(PasswordHasherArgon2))
  )

  it.effect("checking nobody's password never matches, and is counted", () =>
    Effect.gen(function* () {
      const hasher = yield* PasswordHasher
      const before = (yield* Metric.value(dummyHashes)).count
      for (const password of ["", "a long enough phrase"])
        assert.deepStrictEqual(yield* hasher.verifyNothing(password), { _tag: "Mismatch" })
      assert.strictEqual((yield* Metric.value(dummyHashes)).count - before, 2)
    }).pipe(Effect.provide(passwordHasherArgon2(cheap)))
  )

  it.effect("two at a time, a hundred wait, and one more is told to come again; then all is free again", () =>
    Effect.gen(function* () {
      const hasher = yield* PasswordHasher
      const tries = yield* Effect.all(
        Array.from({ length: 110 }, () => Effect.either(hasher.hash("a long enough phrase"))),
        { concurrency: 110 }
      )
      const refused = tries.flatMap((attempt) => (attempt._tag === "Left" ? [attempt.left._tag] : []))
      assert.deepStrictEqual(refused, Array(8).fill("HasherBusy"))
      assert.strictEqual((yield* Effect.either(hasher.hash("a long enough phrase")))._tag, "Right")
    }).pipe(Effect.provide(passwordHasherArgon2(cheap)))
  )

  it.effect("whoever stops waiting leaves the queue", () =>
    Effect.gen(function* () {
      const hasher = yield* PasswordHasher
      for (let round = 0; round < 3; round++) {
        const waiting = yield* Effect.forEach(Array.from({ length: 102 }), () =>
          Effect.fork(hasher.hash("a long enough phrase"))
        )
        yield* Effect.yieldNow()
        yield* Fiber.interruptAll(waiting)
      }
      assert.strictEqual((yield* Effect.either(hasher.hash("a long enough phrase")))._tag, "Right")
    }).pipe(Effect.provide(passwordHasherArgon2(cheap)))
  )

  it.effect("whoever goes away while a password is looked at gives up the turn only when that is done", () => {
    const gate = Effect.runSync(Effect.makeLatch())
    const looks = { running: 0, begun: 0 }
    const verify = async () => {
      looks.running++
      looks.begun++
      await Effect.runPromise(gate.await)
      looks.running--
      return true
    }
    return Effect.gen(function* () {
      const hasher = yield* PasswordHasher
      const crowd = Effect.forEach(Array.from({ length: 10 }), () =>
        Effect.fork(hasher.verify("a hash", "a long enough phrase"))
      )
      for (let round = 0; round < 6; round++) {
        const gone = yield* crowd
        yield* Effect.yieldNow()
        yield* Effect.forkDaemon(Fiber.interruptAll(gone))
        yield* Effect.yieldNow()
        assert.deepStrictEqual(looks, { running: 2, begun: 2 })
      }
      const last = yield* crowd
      yield* gate.open
      yield* Fiber.awaitAll(last)
      assert.deepStrictEqual(looks, { running: 0, begun: 12 })
    }).pipe(Effect.provide(passwordHasherArgon2(cheap, { hash: async () => "a hash", verify })))
  })
})
