import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Secrets } from "@hibiki/core/ports/Secrets"
import { Effect, Redacted } from "effect"
import { temporaryFolder } from "../../../node/test/temporaryFolder.ts"
import { secretsNode, secretsNodeIn } from "../../src/accounts/SecretsNode.ts"

const derive = (name: string) => Effect.map(Secrets, (secrets) => secrets.derive(name))

describe("secrets", () => {
  it.effect("are 256 random bits, hashed by SHA-256", () =>
    Effect.gen(function* () {
      const secrets = yield* Secrets
      const made = yield* Effect.all(Array.from({ length: 100 }, () => secrets.make))
      for (const secret of made) assert.match(secret, /^[A-Za-z0-9_-]{43}$/)
      assert.strictEqual(new Set(made).size, 100)
      assert.strictEqual(secrets.hash("abc"), "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0")
    }).pipe(Effect.provide(secretsNode(Redacted.make("k".repeat(32)))))
  )

  it.effect("are derived from a name equally by all who hold the key, and by nobody else", () =>
    Effect.gen(function* () {
      const [one, same, other] = ["k", "k", "l"].map((key) =>
        Effect.provide(derive("name"), secretsNode(Redacted.make(key.repeat(32))))
      )
      if (one === undefined || same === undefined || other === undefined) return
      assert.match(yield* one, /^[A-Za-z0-9_-]{43}$/)
      assert.strictEqual(yield* one, yield* same)
      assert.notStrictEqual(yield* one, yield* other)
    })
  )

  it.scoped("in a folder: the key is made once, for its owner only, and stays", () =>
    Effect.gen(function* () {
      const folder = join(yield* temporaryFolder, "new")
      const [first, second] = [
        yield* Effect.provide(derive("name"), secretsNodeIn(folder)),
        yield* Effect.provide(derive("name"), secretsNodeIn(folder))
      ]
      assert.strictEqual(first, second)
      const path = join(folder, "secret-key")
      assert.strictEqual(statSync(path).mode & 0o777, 0o600)
      assert.match(readFileSync(path, "utf8"), /^[A-Za-z0-9_-]{43}\n$/)
    })
  )

  it.scoped("in a folder: what a killed start left of a key is no key, and the next start makes one", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      writeFileSync(join(folder, "secret-key.new"), "")
      yield* Effect.provide(derive("name"), secretsNodeIn(folder))
      assert.deepStrictEqual(readdirSync(folder), ["secret-key"])
    })
  )

  it.scoped("in a folder: a key that is cut short is a problem, not a weak key", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      writeFileSync(join(folder, "secret-key"), "short\n")
      assert.strictEqual(
        (yield* Effect.flip(Effect.provide(derive("name"), secretsNodeIn(folder))))._tag,
        "SecretKeyProblem"
      )
    })
  )
})
