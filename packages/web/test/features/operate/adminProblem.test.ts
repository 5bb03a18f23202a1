import { assert, describe, it } from "@effect/vitest"
import { type AdminError, adminProblem } from "../../../src/features/operate/adminProblem.ts"
import { adminWordsEn } from "../../../src/features/operate/adminWords.en.ts"

const { failed } = adminWordsEn
const textOf = (error: AdminError) => adminProblem(error, adminWordsEn)

describe("why an administrator's call failed", () => {
  it("has words of its own for each error that the calls name", () => {
    assert.strictEqual(textOf({ _tag: "NotFound" }), failed.notFound)
    assert.strictEqual(textOf({ _tag: "Unavailable", retryAfterMs: 10 }), failed.unreachable)
    assert.strictEqual(textOf({ _tag: "Unreachable" }), failed.unreachable)
    assert.strictEqual(textOf({ _tag: "RateLimited", retryAfterMs: 1_400 }), failed.rateLimited(2))
    for (const code of ["last_admin", "is_a_bot", "disabled", "has_owner", "no_owner", "not_a_member", "try_again"])
      assert.strictEqual(textOf({ _tag: "Refused", code }), failed.refused[code], code)
  })

  it("is told in general words where only a newer server knows the code", () => {
    for (const code of ["from_tomorrow", "constructor"])
      assert.strictEqual(textOf({ _tag: "Refused", code }), failed.other)
    assert.strictEqual(textOf({ _tag: "FromTomorrow" }), failed.other)
  })
})
