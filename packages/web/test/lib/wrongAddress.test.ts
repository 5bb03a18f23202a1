/** A page that was opened at an address that the server does not take for its own hears of it by whatever it asks. */
import { assert, describe, it } from "@effect/vitest"
import { type WrongAddress, watchAddress } from "../../src/lib/plainCall.ts"

const answering = async (status: number, body: unknown) => {
  const told: Array<WrongAddress | undefined> = []
  const fetching = watchAddress(
    () => Promise.resolve(new Response(typeof body === "string" ? body : JSON.stringify(body), { status })),
    (wrong) => told.push(wrong)
  )
  const response = await fetching("/api/v1/user.me")
  // Whoever asked reads the answer, too.
  assert.isNotEmpty(await response.text())
  return told
}
const refusal = (code: string, openAt?: unknown) => ({
  error: { _tag: "BadRequest", code, field: "header.origin", openAt }
})

describe("a wrong address", () => {
  it("is told with the right one, where the answer has it and it is one of the web", async () => {
    assert.deepStrictEqual(await answering(403, refusal("foreign_origin", "https://chat.example.org")), [
      { openAt: "https://chat.example.org" }
    ])
    assert.deepStrictEqual(await answering(403, refusal("tls_required", "https://chat.example.org/x")), [
      { openAt: "https://chat.example.org" }
    ])
    for (const openAt of [undefined, 1, "", "chat.example.org", "javascript:alert(1)", "data:text/html,x"])
      assert.deepStrictEqual(await answering(403, refusal("foreign_origin", openAt)), [{ openAt: undefined }])
  })

  it("is over with an answer that is none of these refusals, and not told by others", async () => {
    assert.deepStrictEqual(await answering(200, { value: {} }), [undefined])
    for (const [status, body] of [
      [403, { error: { _tag: "RegistrationRefused", reason: "closed" } }],
      [403, "<html>"],
      [403, "null"],
      [400, refusal("foreign_origin")],
      [503, { error: { _tag: "Unavailable" } }]
    ] as const)
      assert.deepStrictEqual(await answering(status, body), [])
  })
})
