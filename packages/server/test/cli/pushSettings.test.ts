import { assert, describe, it } from "@effect/vitest"
import { Effect, Either } from "effect"
import webPush from "web-push"
import { loadSettings } from "../../src/cli/config/Environment.ts"
import { pushSettings } from "../../src/cli/config/pushSettings.ts"

const pair = webPush.generateVAPIDKeys()
const all = {
  HIBIKI_PUSH_PUBLIC_KEY: pair.publicKey,
  HIBIKI_PUSH_PRIVATE_KEY: pair.privateKey,
  HIBIKI_PUSH_CONTACT: "mailto:admin@chat.example"
}
const read = (variables: Readonly<Record<string, string>>) => Effect.flatMap(loadSettings(variables), pushSettings)

describe("the settings of Web Push", () => {
  it.effect("are those of nobody who is woken, until the three are set", () =>
    Effect.gen(function* () {
      assert.isUndefined(yield* read({}))
      const settings = yield* read({ ...all, HIBIKI_PUSH_HOSTS: "push.example, *.push.example:8443,," })
      assert.deepInclude(settings, {
        contact: "mailto:admin@chat.example",
        hosts: ["push.example", "*.push.example:8443"]
      })
      assert.include((yield* read(all))?.hosts ?? [], "fcm.googleapis.com")
    })
  )

  it.effect("are refused in one sentence when one is missing or wrong, and never shown", () =>
    Effect.gen(function* () {
      const wrong: ReadonlyArray<Readonly<Record<string, string>>> = [
        ...Object.keys(all).map((name) => ({ ...all, [name]: "" })),
        { ...all, HIBIKI_PUSH_PUBLIC_KEY: webPush.generateVAPIDKeys().publicKey },
        { ...all, HIBIKI_PUSH_PRIVATE_KEY: pair.privateKey.slice(1) },
        { ...all, HIBIKI_PUSH_CONTACT: "admin" },
        { ...all, HIBIKI_PUSH_CONTACT: "http://chat.example" }
      ]
      for (const variables of wrong) {
        const problem = Either.flip(yield* Effect.either(read(variables))).pipe(Either.getOrThrow)
        assert.strictEqual(problem.exitCode, 78)
        assert.match(problem.sentence, /HIBIKI_PUSH_/)
        assert.notInclude(problem.sentence, pair.privateKey.slice(1))
      }
    })
  )
})
