import { assert, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { Calls, callsOver } from "../../src/runtime/Calls.ts"

it.effect("a password leaves as it was typed, wherever it stands in a call, and in no other way", () =>
  Effect.gen(function* () {
    const bodies: Array<string> = []
    const session = { token: async () => ({ _tag: "Token", token: "t" }) as const, renewed: async () => ({ _tag: "SignedOut" }) as const }
    const layer = callsOver(async (_tag, body) => {
      bodies.push(body)
      return { ok: true, value: {} }
    }, session)
    const calls = yield* Effect.provide(Calls, layer)
    const payload = { current: Redacted.make("old"), next: Redacted.make("new"), revokeOthers: true }
    yield* calls.call("auth.changePassword", payload)
    assert.deepStrictEqual(bodies, ['{"current":"old","next":"new","revokeOthers":true}'])
    assert.notInclude(JSON.stringify(payload), "old")
  })
)
