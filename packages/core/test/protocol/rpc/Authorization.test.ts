import { assert, describe, it } from "@effect/vitest"
import { AddressMiddleware, AdminMiddleware, AuthMiddleware } from "@hibiki/core/protocol/rpc/AuthMiddleware"
import { Authorization } from "@hibiki/core/protocol/rpc/Authorization"
import { HibikiRpcs } from "@hibiki/core/protocol/rpc/HibikiRpcs"

const middlewaresOf = (rpc: { readonly middlewares: ReadonlySet<unknown> }) => rpc.middlewares
const guardOf = (rpc: { readonly middlewares: ReadonlySet<unknown> }) =>
  rpc.middlewares.has(AdminMiddleware) ? "admin" : rpc.middlewares.has(AuthMiddleware) ? "signedIn" : "anyone"

describe("who may call what", () => {
  it("has a row for each call, and none for others", () => {
    assert.deepStrictEqual(Object.keys(Authorization).sort(), [...HibikiRpcs.requests.keys()].sort())
  })

  it("agrees with the middleware that stands before each call", () => {
    const table = new Map<string, string>(Object.entries(Authorization))
    for (const [tag, rpc] of HibikiRpcs.requests) {
      const row = table.get(tag) ?? "none"
      assert.strictEqual(guardOf(rpc), row === "anyone" || row === "admin" ? row : "signedIn", tag)
    }
  })

  it("lets anybody sign in, register, refresh, use a link for a new password and read the policy, and nothing else; each is limited by address", () => {
    const open = [...HibikiRpcs.requests].filter(
      ([tag]) => new Map<string, string>(Object.entries(Authorization)).get(tag) === "anyone"
    )
    assert.deepStrictEqual(open.map(([tag]) => tag).sort(), [
      "auth.policy",
      "auth.refresh",
      "auth.register",
      "auth.resetPassword",
      "auth.signIn"
    ])
    for (const [, rpc] of open) assert.strictEqual(middlewaresOf(rpc).has(AddressMiddleware), true)
  })
})
