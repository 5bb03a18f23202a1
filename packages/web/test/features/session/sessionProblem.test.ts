// @vitest-environment jsdom
/** Why one could not come in, in words, and beside which field. */
import { assert, describe, it } from "@effect/vitest"
import { inviteCode } from "../../../src/features/session/RegisterPage.tsx"
import { sessionProblem } from "../../../src/features/session/sessionProblem.ts"
import { sessionWordsEn as words } from "../../../src/features/session/sessionWords.en.ts"

describe("what is said of a failure", () => {
  for (const { error, field, text } of [
    { error: { _tag: "SignInFailed" }, field: undefined, text: words.failed.signIn },
    { error: { _tag: "HandleTaken" }, field: "handle", text: words.failed.handleTaken },
    {
      error: { _tag: "HandleRefused", reason: "mixed_scripts" },
      field: "handle",
      text: words.failed.handle.mixed_scripts
    },
    { error: { _tag: "HandleRefused", reason: "from_the_future" }, field: "handle", text: words.failed.badRequest },
    { error: { _tag: "HandleRefused", reason: "toString" }, field: "handle", text: words.failed.badRequest },
    { error: { _tag: "PasswordRefused", reason: "common" }, field: "password", text: words.failed.password.common },
    {
      error: { _tag: "RegistrationRefused", reason: "invite_invalid" },
      field: "invite",
      text: words.failed.registration.invite_invalid
    },
    {
      error: { _tag: "RegistrationRefused", reason: "closed" },
      field: undefined,
      text: words.failed.registration.closed
    },
    { error: { _tag: "RateLimited", retryAfterMs: 1_200 }, field: undefined, text: words.failed.rateLimited(2) },
    { error: { _tag: "RateLimited" }, field: undefined, text: words.failed.rateLimited(1) },
    { error: { _tag: "Unreachable" }, field: undefined, text: words.failed.unreachable },
    { error: { _tag: "Unavailable", retryAfterMs: 10 }, field: undefined, text: words.failed.unavailable },
    { error: { _tag: "BadRequest", code: "foreign_origin" }, field: undefined, text: words.failed.wrongAddress },
    { error: { _tag: "BadRequest", code: "tls_required" }, field: undefined, text: words.failed.wrongAddress },
    { error: { _tag: "BadRequest", code: "too_long" }, field: undefined, text: words.failed.badRequest },
    { error: { _tag: "BadRequest" }, field: undefined, text: words.failed.badRequest },
    { error: { _tag: "SomethingNew" }, field: undefined, text: words.failed.unavailable }
  ])
    it(`is right for ${JSON.stringify(error)}`, () => {
      const problem = sessionProblem(error, words)
      assert.strictEqual(problem.text, text)
      assert.strictEqual(problem.field, field)
    })
})

describe("an invite's code", () => {
  for (const { code, typed } of [
    { typed: "abc-DEF_123", code: "abc-DEF_123" },
    { typed: "  abc ", code: "abc" },
    { typed: "https://chat.example/register#invite=abc-DEF_123", code: "abc-DEF_123" },
    { typed: "https://chat.example/#x=1&invite=abc&y=2", code: "abc" },
    { typed: "https://chat.example/?invite=a%2Db", code: "a-b" },
    { typed: "#invite=%zz", code: "%zz" },
    { typed: "", code: "" }
  ])
    it(`is "${code}" in "${typed}"`, () => assert.strictEqual(inviteCode(typed), code))
})
