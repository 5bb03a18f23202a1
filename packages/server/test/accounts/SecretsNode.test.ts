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

  it.effect("seal an id for its day and the next, and only the key opens it", () =>
    Effect.gen(function* () {
      const [ours, others] = yield* Effect.all(
        ["k", "l"].map((key) => Effect.provide(Secrets, secretsNode(Redacted.make(key.repeat(32)))))
      )
      if (ours === undefined || others === undefined) return assert.fail("no secrets")
      const id = "019b0000-0000-7abc-8def-0123456789ab"
      const day = 86_400_000
      for (const at of [0, 20_425 * day, 20_426 * day - 1]) {
        const sealed = ours.seal(id, at)
        assert.match(sealed, /^[\w-]{22}\d$/)
        assert.strictEqual(ours.open(sealed, at), id)
        assert.strictEqual(ours.open(sealed, at + day), id)
        assert.strictEqual(ours.open(sealed, at + 2 * day), undefined)
        assert.notStrictEqual(others.open(sealed, at), id)
        assert.notStrictEqual(ours.seal(id, at + day).slice(0, 22), sealed.slice(0, 22))
      }
      assert.strictEqual(ours.open("", 0), undefined)
      assert.strictEqual(ours.open(id, 0), undefined)
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
