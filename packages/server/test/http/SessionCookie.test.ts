import { assert, describe, it } from "@effect/vitest"
import { FastCheck } from "effect"
import { sessionCookie } from "../../src/http/CookieSessions.ts"

const secure = sessionCookie(true, 443)
const plain = sessionCookie(false, 8080)

describe("sessionCookie", () => {
  it("behind https is bound to this very host by its name", () => {
    assert.strictEqual(
      secure.set("abc", 2_592_000_999),
      "__Host-hibiki-refresh=abc; Max-Age=2592000; Path=/; HttpOnly; SameSite=Strict; Secure"
    )
    assert.strictEqual(secure.clear, "__Host-hibiki-refresh=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict; Secure")
  })

  it("on plain http is kept apart from other ports' by its name", () => {
    assert.strictEqual(plain.set("abc", 1_000), "hibiki-refresh-8080=abc; Max-Age=1; Path=/; HttpOnly; SameSite=Strict")
    assert.strictEqual(plain.clear, "hibiki-refresh-8080=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict")
  })

  const rows: ReadonlyArray<readonly [header: string | undefined, token: string | undefined]> = [
    ["hibiki-refresh-8080=abc", "abc"],
    ["a=b; hibiki-refresh-8080=a_B-9 ;c=d", "a_B-9"],
    ["a=b;hibiki-refresh-8080=abc", "abc"],
    ["hibiki-refresh-8081=other; hibiki-refresh-8080=abc", "abc"],
    [`hibiki-refresh-8080=${"a".repeat(128)}`, "a".repeat(128)],
    [`hibiki-refresh-8080=${"a".repeat(129)}`, undefined],
    ["hibiki-refresh-8080=abc; hibiki-refresh-8080=abc", undefined],
    ["hibiki-refresh-8080=abc; hibiki-refresh-8080=", undefined],
    ["hibiki-refresh-8080=", undefined],
    ["hibiki-refresh-8080", undefined],
    ["hibiki-refresh-8080=a b", undefined],
    ['hibiki-refresh-8080="abc"', undefined],
    ["hibiki-refresh-8080=a=b", undefined],
    ["hibiki-refresh-8080=\u00e4", undefined],
    ["\thibiki-refresh-8080=abc\t", "abc"],
    // Bytes that browsers count as part of a name: a sibling host can plant such a cookie past the prefix.
    ["\u00a0hibiki-refresh-8080=abc", undefined],
    ["hibiki-refresh-8080\u00a0=abc", undefined],
    ["\u000bhibiki-refresh-8080=abc", undefined],
    ["\u00a0hibiki-refresh-8080=planted; hibiki-refresh-8080=abc", "abc"],
    ["xhibiki-refresh-8080=abc", undefined],
    ["Hibiki-Refresh-8080=abc", undefined],
    ["__Host-hibiki-refresh=abc", undefined],
    ["", undefined],
    [undefined, undefined]
  ]
  it.each(rows)("%j reads %j", (header, token) => assert.strictEqual(plain.read(header), token))

  it("reads back what it set among other cookies", () =>
    FastCheck.assert(
      FastCheck.property(
        FastCheck.stringMatching(/^[\w-]{1,128}$/),
        FastCheck.stringMatching(/^[a-z]{0,9}=?[^;,]{0,9}$/),
        (token, other) => {
          const [pair = ""] = secure.set(token, 1_000).split(";")
          assert.strictEqual(secure.read(`${other}; ${pair}; x=y`), token)
        }
      )
    ))
})
